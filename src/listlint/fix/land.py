"""Applies the fixes of one pass, verifies the result, and sets aside those that broke it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint.fix import apply
from listlint.fix.verify import Breach, check, mixed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listlint.model.edit import Fix
    from listlint.model.skeleton import Skeleton
    from listlint.model.source import Source

TRIALS = 200
"""Attempts to find the guilty fixes of a pass; each reads the whole file."""
ROUNDS = 4
"""Times that suspects are set aside before all fixes are suspected."""


class Landing(Struct):
    """What became of the fixes (indices) of a pass.

    ``landed`` were applied and make ``source``, which ``skeleton`` is of. ``guilty`` broke the file,
    each with what it did; ``waiting`` may be innocent, and are for the next pass.
    """

    source: Source
    skeleton: Skeleton
    landed: list[int] = field(default_factory=list)
    guilty: dict[int, str] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)


def land(source: Source, before: Skeleton, fixes: Sequence[Fix], skeleton: Callable[[Source], Skeleton]) -> Landing:
    """Apply to ``source`` those of ``fixes`` that keep what they promise.

    ``before`` is the skeleton of ``source``; no two fixes touch each other. At least one fix lands
    or is found guilty. Reads the file once if all is well, else some ``log n`` times for each guilty one.
    """
    return _Hearing(source, before, fixes, skeleton).run()


class _Hearing:
    """The search for the guilty fixes of a pass: halves of the suspects are tried with what has landed."""

    def __init__(
        self, source: Source, before: Skeleton, fixes: Sequence[Fix], skeleton: Callable[[Source], Skeleton]
    ) -> None:
        self.source, self.before, self.fixes, self.skeleton = source, before, fixes, skeleton
        self.trials = 0
        self.result = Landing(source, before)

    def run(self) -> Landing:
        everyone = range(len(self.fixes))
        rest = list(everyone)
        suspects: set[int] = set()
        first = breaches = self.attempt(rest)
        for attempt in range(1, ROUNDS + 1):
            if not breaches:
                break
            named = {suspect for breach in breaches for suspect in breach.suspects}
            suspects |= named if named and attempt < ROUNDS else set(rest)
            rest = [index for index in everyone if index not in suspects]
            breaches = self.attempt(rest)
        if len(suspects) == 1:
            self.judge(min(suspects), first)
        else:
            # All of them together are known to be too many.
            half = len(suspects) // 2
            self.hear(sorted(suspects)[:half])
            self.hear(sorted(suspects)[half:])
        return self.result

    def hear(self, group: list[int]) -> None:
        """Let those of a group land that go with what has landed; hold the others."""
        if not group:
            return
        if self.trials >= TRIALS and self.result.guilty:
            self.result.waiting += group
            return
        breaches = self.attempt(sorted((*self.result.landed, *group)))
        if breaches and len(group) > 1:
            half = len(group) // 2
            self.hear(group[:half])
            self.hear(group[half:])
        elif breaches:
            self.judge(group[0], breaches)

    def judge(self, index: int, breaches: list[Breach]) -> None:
        """Tell what to do with a fix that does not go with those that landed."""
        if self.result.landed:
            breaches = self.trial([index])[0]
        if breaches:
            self.result.guilty[index] = breaches[0].reason
        else:
            # It goes by itself: the next pass will see.
            self.result.waiting.append(index)

    def attempt(self, indices: list[int]) -> list[Breach]:
        """The breaches of these fixes together; if they have none, they land."""
        if not indices:
            return []
        breaches, after, skeleton = self.trial(indices)
        if not breaches and after is not None and skeleton is not None:
            self.result.source, self.result.skeleton, self.result.landed = after, skeleton, indices
        return breaches

    def trial(self, indices: Sequence[int]) -> tuple[list[Breach], Source | None, Skeleton | None]:
        """The breaches of these fixes together, and what they make of the file."""
        self.trials += 1
        fixes = [self.fixes[index] for index in indices]
        for group in mixed(self.before, fixes):
            # The leave of others in the same leaf must not cover what these do. They come first, since
            # a parser that remembers its last text then need not read what lands again.
            if len(group) < len(indices) and (hidden := self.trial([indices[at] for at in group])[0]):
                return hidden, None, None
        try:
            after = apply.rewrite(self.source, fixes)
        except apply.RefusedError as error:
            return [Breach(str(error), frozenset())], None, None
        skeleton = self.skeleton(after)
        breaches = check(self.before, skeleton, fixes)
        if breaches:
            named = [breach._replace(suspects=frozenset(indices[at] for at in breach.suspects)) for breach in breaches]
            return named, None, None
        return [], after, skeleton
