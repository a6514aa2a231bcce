"""Where keys stand in TOML texts."""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.config.locate import MAX_DEPTH, KeyPath, TooDeepError, locate

TEXTS: dict[str, tuple[str, dict[KeyPath, str]]] = {
    "plain": ("a = 1\nb = 2\n", {("a",): "a = 1", ("b",): "b = 2"}),
    "dotted": (
        "a.b . c = 1\na.d = 2",
        {("a",): "a.b", ("a", "b"): "b . c", ("a", "b", "c"): "c = 1", ("a", "d"): "d ="},
    ),
    "table": (
        "[a.b]\nc = 1\n[a]\nd = 2",
        {("a",): "a.b]", ("a", "b"): "b]", ("a", "b", "c"): "c =", ("a", "d"): "d ="},
    ),
    "array of tables": (
        "[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3\n[[a.e]]\nf = 4\n",
        {
            ("a",): "a]]\nb = 1",
            ("a", 0): "a]]\nb = 1",
            ("a", 0, "b"): "b = 1",
            ("a", 1): "a]]\nb = 2",
            ("a", 1, "b"): "b = 2",
            ("a", 1, "c"): "c]",
            ("a", 1, "c", "d"): "d = 3",
            ("a", 1, "e", 0, "f"): "f = 4",
        },
    ),
    "inline table": (
        'a = { b = 1, c.d = "}", e = [ { f = 2 } ] }\ng = 3',
        {
            ("a", "b"): "b = 1",
            ("a", "c", "d"): 'd = "}"',
            ("a", "e", 0): "{ f",
            ("a", "e", 0, "f"): "f = 2",
            ("g",): "g = 3",
        },
    ),
    "array": (
        'a = [ # ] not yet\n  "x, ]",\n  \'y"\', # and "more"\n  [1, 2],\n]\nb = 1',
        {("a", 0): '"x', ("a", 1): "'y", ("a", 2, 0): "1,", ("a", 2, 1): "2]", ("b",): "b = 1"},
    ),
    "quoted keys": (
        '"docs/**" = 1\n\'a.b\'."c\\u00e9\\" " = 2\n["x]"]\n\'\' = 3',
        {("docs/**",): '"docs', ("a.b",): "'a.b'", ("a.b", 'cé" '): '"c\\u', ("x]",): '"x]', ("x]", ""): "'' ="},
    ),
    "strings": (
        'a = """\nb = 1\n"" \\""" c = 2"""""\nd = \'\'\'\n[e]\n\'\'\'\'\nf = "\\""\ng = \'\\\'\n',
        {("a",): "a =", ("d",): "d =", ("f",): "f =", ("g",): "g ="},
    ),
    "scalars": ("a = 1979-05-27 07:32:00 # b = 1\nc = -inf\nd = true", {("a",): "a", ("c",): "c", ("d",): "d"}),
    "windows": ("a = 1\r\n\r\n[b]\r\nc = [\r\n1]\r\n", {("a",): "a", ("b", "c"): "c", ("b", "c", 0): "1]"}),
}


@pytest.mark.parametrize("name", TEXTS)
def test_keys_stand_where_they_are_written(name: str) -> None:
    text, expected = TEXTS[name]
    tomllib.loads(text)
    places = locate(text)
    for path, start in expected.items():
        assert text[places[path] :].startswith(start), path
    assert set(_paths(tomllib.loads(text))) == set(places)


@pytest.mark.parametrize(
    "text",
    [
        "a = [}",
        "a = {]",
        "a = [1, }, 2",
        "= 1",
        "[",
        "[[",
        "[a",
        "a.",
        'a = "',
        "a = '''",
        "a = {b",
        "]]]",
        '"a',
        "a = {b = }}",
    ],
)
def test_broken_texts_end(text: str) -> None:
    locate(text)
    with suppress(TooDeepError):
        locate(text * 50)


@pytest.mark.parametrize("unit", ["[", "{", '"', "'", "a.", "a={", "a=[", "#", " ", "\n", "[[a]]\n", "a", "\\", '"""'])
def test_long_runs_take_linear_time(unit: str) -> None:
    with suppress(TooDeepError):
        locate(unit * 100_000)


def test_depth_is_bounded() -> None:
    for text in ("{}{}".format("a." * MAX_DEPTH, "a = 1"), f"a = {'[' * (MAX_DEPTH + 1)}", "a={" * (MAX_DEPTH + 1)):
        with pytest.raises(TooDeepError):
            locate(text)
    assert locate("a." * (MAX_DEPTH - 1) + "a = 1")
    assert locate(f"a = {'[' * MAX_DEPTH}{']' * MAX_DEPTH}")
    assert locate("x = '" + "a." * 1_000 + "'")


KEYS = st.text(st.sampled_from("ab-_1.é\" \\#]}=\n'"), max_size=4)
SCALARS = st.one_of(st.integers(), st.booleans(), st.text(st.sampled_from("ab \"'\\#[]{}=,\n"), max_size=8))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.randoms(use_true_random=False))
def test_every_key_that_tomllib_knows_has_a_place(data: dict[str, Any], random: Any) -> None:
    text = _table(data, (), random)
    assert tomllib.loads(text) == data
    places = locate(text)
    assert set(places) == set(_paths(data))
    for path, offset in places.items():
        if isinstance(path[-1], str):
            assert text[offset:].startswith(_key(path[-1])), path


@given(st.text(st.sampled_from("ab.=[]{}\"'#,\\ \n"), max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_fail(text: str) -> None:
    assert all(0 <= offset <= len(text) for offset in locate(text).values())


def _key(key: str) -> str:
    return key if key and key.isascii() and key.replace("-", "a").replace("_", "a").isalnum() else json.dumps(key)


def _inline(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items()) + " }"
    return json.dumps(value)


def _table(data: dict[str, Any], prefix: tuple[str, ...], random: Any) -> str:
    """TOML for a table: inner tables inline, dotted, or under headers of their own, as luck has it."""
    own, below = "", ""
    for key, value in data.items():
        path = (*prefix, key)
        header = ".".join(map(_key, path))
        if isinstance(value, dict) and value and random.random() < 0.6:
            below += f"[{header}]\n{_table(value, path, random)}"
        elif (
            isinstance(value, list)
            and value
            and all(isinstance(item, dict) for item in value)
            and random.random() < 0.7
        ):
            for item in value:
                below += f"[[{header}]] # {key!r}\n" + "".join(f"{_key(k)} = {_inline(v)}\n" for k, v in item.items())
        elif isinstance(value, dict) and value and random.random() < 0.5:
            own += "".join(f"{_key(key)} .{_key(inner)} = {_inline(item)}\n" for inner, item in value.items())
        else:
            own += f"{_key(key)} = {_inline(value)}\n"
    return own + below


def _paths(value: Any, prefix: KeyPath = ()) -> list[KeyPath]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, item in items for path in ((*prefix, key), *_paths(item, (*prefix, key)))]
