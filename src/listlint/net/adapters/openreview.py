"""OpenReview: its pages answer 200 for any identifier, so its API is asked.

``GET /notes?id=ID`` answers ``{"notes": [...]}``, or 404 with ``"name": "NotFoundError"``, or 403 with
``"ForbiddenError"`` for a note that is not public (and with ``"ChallengeRequiredError"`` when it wants to see a
browser). Venues before 2023 live on the first version of the API alone, so both are asked before a note is missing.
Documented at https://docs.openreview.net.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from listlint.model.links import Flag, Reason
from listlint.net.adapters.core import Context, Single, get, json_of
from listlint.text.identity import identity

if TYPE_CHECKING:
    from listlint.net.messages import Answer, Step

_MISSING = frozenset({"NotFoundError", "not_found_error", "NotFound"})
_FORBIDDEN = frozenset({"ForbiddenError", "forbidden"})


def question(context: Context, place: str, origin: str, older: str) -> Note | None:
    """The question about the note in a URL; None for pages of groups, people and files."""
    known = identity(place) or ""
    return Note(context, place, (origin, older), known.partition(":")[2]) if known.startswith("openreview:") else None


class Note(Single):
    """One note. ``origins`` are asked one after the other."""

    PAGE_TELLS = False

    def __init__(self, context: Context, place: str, origins: tuple[str, ...], name: str) -> None:
        self._left = [f"{origin.rstrip('/')}/notes?id={name}" for origin in origins if origin]
        super().__init__(context, place, get(self._left.pop(0)))

    def _read(self, answer: Answer) -> Step:
        body = json_of(answer)
        if body is None:
            return self._odd(answer)
        name = body.get("name")
        notes = body.get("notes")
        if answer.status == 200 and isinstance(notes, list):
            return self._there(answer, notes)
        if answer.status == 404 and name in _MISSING:
            return self._missing(answer)
        if answer.status == 403 and name in _FORBIDDEN:
            return self._alive_behind_login(answer)
        return self._odd(answer)

    def _missing(self, answer: Answer) -> Step:
        if self._left:
            return self._next(get(self._left.pop(0)))
        return self._dead(answer, "OpenReview has no such note")

    def _there(self, answer: Answer, notes: list[Any]) -> Step:
        if not notes:
            return self._missing(answer)
        note = notes[0]
        if not isinstance(note, dict):
            return self._odd(answer)
        return self._alive(answer, *((Flag.WITHDRAWN,) if _is_withdrawn(note) else ()))

    def _alive_behind_login(self, answer: Answer) -> Step:
        return self._alive(answer, Flag.AUTH_REQUIRED, reason=Reason.AUTH_REQUIRED, detail="not public")


def _is_withdrawn(note: dict[str, Any]) -> bool:
    """Tell it by the invitation (both versions of the API) or by the venue that the note belongs to."""
    invitations = note.get("invitations")
    told = list(invitations) if isinstance(invitations, list) else []
    content = note.get("content")
    venue = content.get("venueid") if isinstance(content, dict) else None
    told += [note.get("invitation"), venue.get("value") if isinstance(venue, dict) else venue]
    return any(isinstance(text, str) and text.endswith(("/Withdrawn_Submission", "/Withdrawal")) for text in told)
