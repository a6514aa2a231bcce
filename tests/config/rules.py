"""A few rules, as the session would hand them in, for tests of the configuration."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from listlint.config.schema import RuleInfo
from listlint.model.diagnostic import Severity


class NoOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Of a rule without options."""


class FormOptions(NoOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Of every kind that an option may have."""

    form: Literal["abs", "pdf"] | None = None
    minimum_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.8
    maximum_share: float = 1.0
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.minimum_share > self.maximum_share:
            raise ValueError("minimum-share is above maximum-share")


RULES = (
    RuleInfo("STR001", "missing-title", Severity.WARNING, NoOptions),
    RuleInfo("STR002", "multiple-titles", Severity.INFO, NoOptions),
    RuleInfo("STR011", "unsorted-entries", Severity.INFO, NoOptions),
    RuleInfo("URL003", "arxiv-form", Severity.INFO, FormOptions, aliases=("arxiv-style",)),
    RuleInfo("URL010", "shortened-url", Severity.INFO, NoOptions),
    RuleInfo("ENC001", "mojibake", Severity.ERROR, NoOptions, fixable=True),
    RuleInfo("ENC002", "replacement-character", Severity.ERROR, NoOptions),
)
