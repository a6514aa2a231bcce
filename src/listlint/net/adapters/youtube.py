"""YouTube: its pages answer 200 for any identifier, so oEmbed and the preview picture are asked.

oEmbed (https://oembed.com) answers JSON for a public video, 401 for one that may not be embedded, 403 (or
a bare "Forbidden") for a private one, 400 or 404 for one that is not there. The preview picture of a private
or missing video is a placeholder with status 404. Where the two contradict each other, nothing is known.
"""

from __future__ import annotations

from urllib.parse import quote

from listlint.model.links import Flag, Reason
from listlint.net.adapters.core import Context, Single, get, json_of
from listlint.net.messages import Answer, Request, Step
from listlint.text.identity import identity
from listlint.text.urls import parameters, split

_NO_EMBEDDING = "may not be embedded"


def question(context: Context, place: str, origin: str, pictures: str) -> Video | None:
    """The question about the video or playlist in a URL; None for other pages, which answer 404 as others do."""
    known = identity(place) or ""
    scheme, _, name = known.partition(":")
    page = "https://www.youtube.com/"
    if scheme == "youtube":
        return Video(context, place, _oembed(origin, f"{page}watch?v={name}"), _picture(pictures, name))
    if scheme == "youtube-list":
        return Video(context, place, _oembed(origin, f"{page}playlist?list={name}"), None)
    parts = split(place)
    written = dict(parameters(parts.query)).get("v", "") if parts.path.rstrip("/") == "/watch" else ""
    # An identifier of another form: the page would answer 200 to it too.
    return Video(context, place, _oembed(origin, f"{page}watch?v={written}"), None) if written else None


class Video(Single):
    """One video or playlist. ``picture`` is None where there is none to ask for."""

    PAGE_TELLS = False

    def __init__(self, context: Context, place: str, oembed: Request, picture: Request | None) -> None:
        super().__init__(context, place, oembed)
        self._picture = picture
        self._said = 0
        """what oEmbed answered, while the picture is asked for"""

    def _read(self, answer: Answer) -> Step:
        if self._said:
            return self._seen(answer)
        body = json_of(answer)
        if answer.status == 200 and body is not None and isinstance(body.get("title"), str):
            return self._alive(answer)
        said = 403 if answer.status == 200 and answer.body.strip() == b"Forbidden" else answer.status
        if said not in {400, 401, 403, 404}:
            return self._odd(answer)
        if self._picture is not None:
            self._said = said
            return self._next(self._picture)
        return self._said_alone(answer, said)

    def _said_alone(self, answer: Answer, said: int) -> Step:
        """Judge by oEmbed, where there is no picture to ask for."""
        if said == 401:
            return self._alive(answer, detail=_NO_EMBEDDING)
        if said == 403:
            return self._private(answer)
        return self._gone_twice(answer, "YouTube has no such video or playlist")

    def _seen(self, answer: Answer) -> Step:
        """Judge by both: what oEmbed said, and whether there is a picture."""
        there = answer.status == 200
        if not there and answer.status != 404:
            return self._odd(answer)
        match self._said, there:
            case 401, True:
                return self._alive(answer, detail=_NO_EMBEDDING)
            case 403, False:
                return self._private(answer)
            case ((400 | 404), False):
                return self._dead(answer, "YouTube has no such video")
        detail = f"oEmbed answered {self._said}, and there is {'a' if there else 'no'} preview picture"
        return self._unknown(answer, Reason.BLOCKED if self._said == 403 else Reason.REFUSED_REQUEST, detail)

    def _private(self, answer: Answer) -> Step:
        return self._alive(answer, Flag.AUTH_REQUIRED, reason=Reason.AUTH_REQUIRED, detail="private")


def _oembed(origin: str, page: str) -> Request:
    return get(f"{origin.rstrip('/')}/oembed?format=json&url={quote(page, safe='')}")


def _picture(origin: str, name: str) -> Request:
    return Request(
        url=f"{origin.rstrip('/')}/vi/{name}/mqdefault.jpg", method="GET", headers={"Accept": "image/jpeg,image/*"}
    )
