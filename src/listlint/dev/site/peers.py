"""The peers of our rules: which rules of other tools look for the same."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from listlint.engine import awesome_lint
from listlint.packs.loader import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Names = tuple[str, ...]


class Peers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The nearest rules of other tools to one of ours: names, numbers, options, or a few words."""

    awesome_lint: Names = ()
    remark_lint: Names = ()
    markdownlint: Names = ()
    rumdl: Names = ()
    lychee: Names = ()
    bibtex_tidy: Names = ()

    def by_tool(self) -> Iterator[tuple[str, Names]]:
        """Each tool that has something, as it writes its name, in the order of the fields."""
        for field, tool in zip(self.__struct_fields__, TOOLS, strict=True):
            if names := getattr(self, field):
                yield tool, names


TOOLS: Names = Peers.__struct_encode_fields__
"""The tools, as they write their names."""


@lru_cache(maxsize=1)
def peers() -> Mapping[str, Peers]:
    """All that is known, by code: ``rules/tables/peers.toml``, and what awesome-lint's comments mean.

    Raises:
        ListlintError: the table is missing, broken, or names a tool that is none of these.
    """
    found = Tables().get("peers", dict[str, Peers])
    awesome = _by_code({**awesome_lint.OWN, **awesome_lint.MARKDOWN})
    remark = _by_code(awesome_lint.OTHERS)
    return {
        code: replace(
            found.get(code, Peers()),
            awesome_lint=awesome.get(code, ()),
            remark_lint=remark.get(code, ()) + found.get(code, Peers()).remark_lint,
        )
        for code in sorted({*found, *awesome, *remark})
    }


def _by_code(names: Mapping[str, Names]) -> dict[str, Names]:
    codes = sorted({code for meant in names.values() for code in meant})
    return {code: tuple(name for name, meant in names.items() if code in meant) for code in codes}
