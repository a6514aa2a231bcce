"""Damaged text is found and repaired, and nothing else is touched."""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter

import ftfy.bad_codecs  # noqa: F401 - registers the sloppy codecs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.testing import parse
from listlint.text.mojibake import damaged, damages

SENTENCES = (
    "It’s “quoted” – and it isn’t over… €5 — naïve café, Größe, œuvre, São Paulo, Ångström, À la carte.",
    "Zażółć gęślą jaźń; Příliš žluťoučký kůň; Šiauliai, Ķekava, Ņūdžersija; árvíztűrő tükörfúrógép.",
    "İstanbul’da ağaç, çiçek ve ışık; Çeşme, Öğrenme, Ünlü.",
    "Список ресурсов: «ёлка», её, нейронные сети — обучение с подкреплением; Київ, їжак, ґанок.",
    "Νευρωνικά δίκτυα και μηχανική μάθηση· «λόγος», Άλφα, Ώρα.",
    "机器学习资源列表：神经网络、深度学习，“引用”——《论文》（模型）联通。锛是工具，钬与鈥是元素，馃子好吃。",
    "機械学習のリソース一覧です。「ニューラルネットワーク」・データ～サイエンス、縺れ、縺れた、縺れる、繧る。",
    "기계 학습 자료 모음 — “인용”, 신경망 논문·강의.",
    "سلام دنیا؟ یادگیری ماشین، کتاب‌ها «نقل قول» طراحی عکس؛ گچ، ژاپن، پژوهش.",
    "تعلم الآلة: شبكات عصبية، «اقتباس»؛ مكتبة؟ ١٢٣٪",
    "רשימת משאבים ללמידת מכונה – ״ציטוט״, ירושלים.",
    "मशीन लर्निंग: क्‍ष, न्‍; ภาษาไทยและการเรียนรู้; Tiếng Việt: học máy, đường, ưỡn.",
    "🚀 Start ✅ done 👩‍💻 ❤️ → ★ ☆ • ½ × ÷ ± µ © ® ™ § ¶ ° ¹ ² ³ ª º ¿ ¡ « » 10 000 €/£/¥",
)
"""Correct text of many scripts, with the characters that damaged text is made of."""
WEST, EAST = ("latin-1", "cp1252", "cp1250", "cp1254", "mac-roman", "cp437"), ("latin-1", "cp1252", "cp1251")
SLOPPY = {codec: codec.replace("cp", "sloppy-windows-") for codec in ("cp1252", "cp1250", "cp1251", "cp1254")}
"""As browsers read them: bytes without a character become C1 controls."""
READ_AS = {
    "It’s a café – “naïve”": WEST,
    "fast，simple；good：tools": ("latin-1", "cp1252", "mac-roman"),
    "Größe und Öl für Köln": WEST,
    "Список ресурсов по машинному обучению": EAST,
    "机器学习资源": ("latin-1", "cp1252", "cp1250"),
    "🚀 launch": ("latin-1", "cp1252", "mac-roman"),
    "reinforcement learning — 中文 ’s": ("latin-1", "cp1252"),
}
"""Sentences, and the codecs with which they are often read by mistake."""


def repair(line: str) -> str:
    """The line with every repair applied, and those that have none left as they are."""
    parts, at = [], 0
    for damage in damaged(line):
        if damage.repaired is not None:
            parts += [line[at : damage.start], damage.repaired]
            at = damage.end
    return "".join((*parts, line[at:]))


@pytest.mark.parametrize("sentence", SENTENCES)
def test_leaves_correct_text_alone(sentence: str) -> None:
    assert damaged(sentence) == []
    for word in sentence.split():
        assert damaged(f"- [A](https://a.dev) - {word}.") == []


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_never_fails_and_its_runs_are_in_order(line: str) -> None:
    line = line.replace("\n", " ")
    at = 0
    for damage in damaged(line):
        assert at <= damage.start < damage.end <= len(line)
        assert not any(char.isascii() for char in line[damage.start : damage.end])
        at = damage.end


@given(
    st.lists(st.sampled_from("ÃÂâ€™œ“”ï¼Œüöä√‚ÄØÙطظ锛鈥縺占쏙옙\x80\x92\x9d\ufffd\udce9é中 aZ?-"), max_size=20).map(
        "".join
    )
)
@settings(max_examples=200)
def test_survives_what_damaged_text_is_made_of(line: str) -> None:
    for damage in damaged(line):
        assert 0 <= damage.start < damage.end <= len(line)
        assert damage.repaired is None or "\ufffd" not in damage.repaired
        assert damage.repaired is None or "\x1a" not in damage.repaired


@given(st.text(st.characters(max_codepoint=127), max_size=80))
@settings(max_examples=50)
def test_ascii_is_never_damaged(line: str) -> None:
    assert damaged(line) == []


def test_the_seed() -> None:
    line = "(https://arxiv.org/pdf/2110.03922.pdf), UCBï¼Œ`nips2021` spotlight."
    (damage,) = damaged(line)
    assert line[damage.start : damage.end] == "ï¼Œ"
    assert damage.repaired == "\uff0c"
    assert damage.exact
    assert damage.codec == "UTF-8 read as Windows-1252"


@pytest.mark.parametrize(("sentence", "codec"), [(text, codec) for text, codecs in READ_AS.items() for codec in codecs])
def test_repairs_what_was_read_as_a_single_byte_codec(sentence: str, codec: str) -> None:
    damage = sentence.encode().decode(SLOPPY.get(codec, codec))
    assert repair(damage) == sentence
    assert all(found.exact for found in damaged(damage))


@given(
    st.text(st.sampled_from("’“”–—…éèüößñçàâêîôû，。：（）！•→✅€™"), min_size=1, max_size=6),
    st.sampled_from(("cp1252", "latin-1")),
)
@settings(max_examples=200)
def test_an_exact_repair_can_be_undone(text: str, codec: str) -> None:
    line = f"- [A](https://a.dev) - b{text.encode().decode(SLOPPY.get(codec, codec))}c."
    ways = {"UTF-8 read as Windows-1252": "sloppy-windows-1252", "UTF-8 read as Latin-1": "latin-1"}
    for damage in damaged(line):
        if damage.exact and damage.repaired is not None and damage.codec in ways:
            assert damage.repaired.encode().decode(ways[damage.codec]) == line[damage.start : damage.end]


def test_repairs_one_run_and_leaves_its_neighbours() -> None:
    line = "中文ï¼Œ中文 “good” é — Ã©"
    assert [(line[d.start : d.end], d.repaired) for d in damaged(line)] == [("ï¼Œ", "，"), ("Ã©", "é")]


def test_text_damaged_twice() -> None:
    twice = "é".encode().decode("cp1252").encode().decode("cp1252")
    (damage,) = damaged(f"caf{twice}!")
    assert (damage.repaired, damage.exact) == ("é", True)
    assert damage.codec == "UTF-8 read as Windows-1252 and again as Windows-1252"


def test_windows_punctuation_read_as_latin_1() -> None:
    (damage,) = damaged("it\x92s")
    assert (damage.repaired, damage.exact, damage.codec) == ("’", True, "Windows-1252 read as Latin-1")


@pytest.mark.parametrize(
    ("line", "repaired"), [("鈥檚", "’s"), ("a锛屼腑", "，中"), ("馃殌", "🚀"), ("縺薙ｓ縺ｫ", "こんに")]
)
def test_double_byte_codecs(line: str, repaired: str) -> None:
    (damage,) = damaged(line)
    assert (damage.repaired, damage.exact) == (repaired, True)


def test_an_emoji_without_its_first_byte_is_no_exact_repair() -> None:
    assert [(d.repaired, d.exact) for d in damaged("üöÄ go")] == [("🚀", False)]
    assert [(d.repaired, d.exact) for d in damaged("\uf8ffüöÄ go")] == [("🚀", True)]


@pytest.mark.parametrize("line", ["锟斤拷", "占쏙옙占쏙옙", "锛? x", "ط§ظ„ط¹ط±ط¨ظٹط©"])
def test_what_is_lost_is_reported_without_a_repair(line: str) -> None:
    (damage,) = damaged(line)
    assert damage.repaired is None
    assert not damage.exact


@pytest.mark.parametrize("line", ["â€\ufffd", "caf\ufffd", "x\udce9", "鈥\ufffd"])
def test_lost_characters_are_not_its_business(line: str) -> None:
    assert all(d.repaired is None or "\ufffd" not in d.repaired for d in damaged(line))
    assert not any("\ufffd" in line[d.start : d.end] or "\udce9" in line[d.start : d.end] for d in damaged(line))


def test_code_is_left_alone_and_bibtex_in_a_fence_is_not() -> None:
    document = parse("It is `â€™` not â€™.\n\n```\nÃ©\n```\n\n```bibtex\n@misc{a, author = {JosÃ©}}\n```\n")
    assert [document.slice(span) for span, _ in damages(document)] == ["â€™", "Ã©"]


@pytest.mark.parametrize("pattern", ["Ã", "Ã©", "é’", "中", "锛", "锛 ", "縺\x80", "ü", "ط§", "\x92", "a’"])
def test_is_linear(pattern: str) -> None:
    started = perf_counter()
    damaged(pattern * (200_000 // len(pattern)))
    assert perf_counter() - started < 5


def test_a_list_without_suspicious_text_does_not_load_ftfy() -> None:
    program = (
        "import sys; from listlint.text.mojibake import damaged; damaged('It’s 中文 – é'); print('ftfy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
