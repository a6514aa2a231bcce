"""Reads the first paragraph of an entry: title, roles of its links, separator, description."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from listlint.model.nodes import Field, Link, Role, Separator, Status
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.roles import is_address, is_venue, label_role, role_of

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

    from listlint.parse.inline import Piece

_TASK = lazy(r"\[(?P<mark>[ xX])\]\s++")
_SEPARATOR = lazy(
    r"\s*+(?:->|=>|-{1,3}|[–—―‒:：,，、;|~→»·•∙])(?=\s|\Z)\s*+"
    r"|\s*+[.。](?=\s)\s*+"
    r"|\s*+(?!:[\w+-]{1,40}:)[:：,，、–—―][ \t]*+|\s+-(?=\S)"
)
_ONLY_BRACKETS = lazy(r"[\s()\[\]{}（）【】〔〕「」|/\\,;·•&+*]*+\Z")
_TRAILING = " \t([{（【|,;/·•–—-&+*"
_DONE = lazy(r"[✅☑✔]")
_STATUS_WORDS = {
    "read": Status.DONE,
    "done": Status.DONE,
    "unread": Status.OPEN,
    "todo": Status.OPEN,
    "to read": Status.OPEN,
}
_SENTENCE_END = lazy(r"[.!?。！？…)\]）】]\s*+\Z")
_QUOTED = lazy(r"[\"“«「『](?P<title>[^\"”»」』]{3,}?)[,.]?[\"”»」』]")
_CLAUSE = lazy(r"\s[-–—|]\s|(?<=\w{3})\.\s|\n|\s\((?=\D)")


_MENTION = Role.MENTION
"""For comparisons: to look up a member of an enumeration takes 0.1 µs, and there are many for each head."""
_ASIDE = frozenset({"image", "html", "footnote", "code"})
"""Kinds of pieces that say nothing of themselves between a title and its description."""
_MARKS = 6
"""Characters that may stand around a title that is all of a paragraph."""
_LABEL = 64
"""Characters before a link in which its label is looked for."""


class Head(Struct, array_like=True):
    """What an entry's own first paragraph says. Links are indices; roles by index."""

    title: Field | None = None
    primary: int | None = None
    links: list[int] = field(default_factory=list)
    roles: dict[int, Role] = field(default_factory=dict)
    separator: Separator | None = None
    description: Field | None = None
    tags: list[Field] = field(default_factory=list)
    status: Status | None = None
    status_span: Span | None = None


def visible(pieces: Sequence[Piece]) -> str:
    """The visible text of pieces, white space folded."""
    return " ".join("".join([piece.text for piece in pieces]).split())


class Roles:
    """The roles that links have by themselves, each looked for once."""

    def __init__(self, links: Sequence[Link], known: Mapping[int, Role | None] | None = None) -> None:
        self.links = links
        self.known = dict(known or {})

    def of(self, index: int, pieces: Sequence[Piece]) -> Role | None:
        """The role of a link; ``pieces`` are those of the content that it stands in."""
        known = self.known
        if index not in known:
            known[index] = _classify(index, self.links, pieces)
        return known[index]


def _classify(index: int, links: Sequence[Link], pieces: Sequence[Piece]) -> Role | None:
    """The role of a link that its own text, image or label gives; None for a title or mention."""
    link = links[index]
    if link.is_image:
        return Role.IMAGE
    if link.is_fragment:
        return Role.NAVIGATION
    if link.image is not None and not link.text.strip():
        return Role.BADGE
    role = role_of(link.text)
    if role is Role.HERE:
        return label_role(_before(link, pieces)) or Role.HERE
    if role is None and is_venue(link.text):
        return Role.PAPER
    return role


def _before(link: Link, pieces: Sequence[Piece]) -> str:
    """The text between a link and the link or line break before it."""
    index = bisect_left(pieces, link.text_span.start, key=_start)
    text = ""
    while index and pieces[index - 1].kind != "break" and pieces[index - 1].link < 0 and len(text) < _LABEL:
        index -= 1
        text = pieces[index].text + text
    return text


def _start(piece: Piece) -> int:
    return piece.span.start


def read_head(pieces: Sequence[Piece], own: Sequence[int], roles: Roles, *, item: bool) -> Head:
    """Read the pieces of an entry's head; ``own`` are the links in it.

    ``item`` says that it is a list item, whose ``[x]`` is a task mark.
    """
    head = Head(links=list(own))
    links = roles.links
    for index in own:
        role = roles.of(index, pieces)
        if role is not None:
            head.roles[index] = role
    start = _status(head, pieces) if item else 0
    after = _title(head, pieces, links, start)
    _status_words(head, pieces)
    _rest(head, pieces, after)
    head.tags = [Field(piece.span, piece.text) for piece in pieces[after:] if piece.kind == "code" and piece.link < 0]
    for index in own:
        head.roles.setdefault(index, _MENTION)
    return head


def is_title(head: Head, pieces: Sequence[Piece]) -> bool:
    """Tell whether an entry's own first paragraph is its title, besides links that say what they are for."""
    if head.title is None or head.description is not None or head.tags:
        return False
    roles = head.roles
    own = [piece for piece in pieces if piece.link < 0 or roles.get(piece.link) in (Role.TITLE, Role.MENTION)]
    return len(visible(own)) <= len(head.title.text) + _MARKS and head.status is None


def _status(head: Head, pieces: Sequence[Piece]) -> int:
    """Read a task mark; return the number of characters it takes of the first piece."""
    # The mark may be several pieces, but the first of them is its bracket.
    if not pieces or pieces[0].kind != "text" or pieces[0].text[:1] not in ("", "["):
        return 0
    if match := _TASK.match("".join([piece.text for piece in pieces[:4]])):
        head.status = Status.OPEN if match["mark"] == " " else Status.DONE
        head.status_span = Span(pieces[0].span.start, pieces[0].span.start + 3)
        return match.end()
    return 0


def _status_words(head: Head, pieces: Sequence[Piece]) -> None:
    if head.status is not None:
        return
    for piece in pieces:
        if piece.kind == "code" and (found := _STATUS_WORDS.get(piece.text.strip().casefold())):
            head.status, head.status_span = found, piece.span
            return
        if piece.kind == "text" and not piece.text.isascii() and (match := _DONE.search(piece.text)):
            head.status = Status.DONE
            head.status_span = Span(piece.span.start + match.start(), piece.span.start + match.end())
            return


def _title(head: Head, pieces: Sequence[Piece], links: Sequence[Link], skip: int) -> int:
    """Find title and primary link; return the index of the first piece after the title."""
    content = [index for index in head.links if head.roles.get(index) not in _NO_CONTENT]
    bold = _bold_run(pieces, skip)
    candidate = next((index for index in content if index not in head.roles), None)
    address = candidate is not None and is_address(links[candidate].text)
    if address:
        named = next((i for i in content if i not in head.roles and not is_address(links[i].text)), None)
        if named is not None:
            candidate, address = named, False
    if bold is not None and candidate is not None and not _inside(bold, pieces, candidate):
        first = next((i for i, piece in enumerate(pieces) if piece.link == candidate), len(pieces))
        words = len(visible(pieces[bold[0] : bold[1]]).split())
        if first >= bold[1] and (words >= 2 or address):
            candidate = None
    if candidate is not None and address and _words(pieces, candidate, skip):
        candidate = None
    if candidate is None and len(content) == 1 and not _other_text(pieces, content[0], skip):
        candidate = content[0]
    if candidate is not None:
        head.primary = candidate
        head.roles[candidate] = Role.TITLE
        head.title = Field(links[candidate].text_span, " ".join(links[candidate].text.split()))
        return _after(candidate, pieces)
    head.primary = _paper(head, content)
    if bold is not None:
        run = pieces[bold[0] : bold[1]]
        head.title = Field(Span(run[0].span.start, run[-1].span.end), visible(run))
        return bold[1]
    return _title_text(head, pieces, content, skip)


def _after(link: int, pieces: Sequence[Piece]) -> int:
    """The index of the first piece behind all of a link's."""
    index = len(pieces)
    while index and pieces[index - 1].link != link:
        index -= 1
    return index


_NO_CONTENT = {Role.IMAGE, Role.NAVIGATION, Role.BADGE}


def _paper(head: Head, content: Sequence[int]) -> int | None:
    order = (Role.PAPER, Role.PDF, Role.BOOK, Role.PROJECT)
    for role in order:
        for index in content:
            if head.roles.get(index) is role:
                return index
    return content[0] if content else None


def _bold_run(pieces: Sequence[Piece], skip: int) -> tuple[int, int] | None:
    """The bold text at the very start of the head, as a range of pieces."""
    if pieces and not pieces[0].strong and pieces[0].text[skip : skip + 1].isalnum():
        return None
    seen = 0
    for start, piece in enumerate(pieces):
        if piece.strong and piece.kind in ("text", "code"):
            end = start
            while end < len(pieces) and (pieces[end].strong or not pieces[end].text):
                end += 1
            while end > start and not pieces[end - 1].text.strip():
                end -= 1
            return (start, end) if end > start and len(visible(pieces[start:end])) > 1 else None
        seen += len(piece.text)
        if seen > skip and any(map(str.isalnum, piece.text[max(0, skip - seen + len(piece.text)) :])):
            return None
    return None


def _inside(run: tuple[int, int], pieces: Sequence[Piece], link: int) -> bool:
    return any(piece.link == link for piece in pieces[run[0] : run[1]])


def _words(pieces: Sequence[Piece], link: int, skip: int) -> int:
    """How many words stand before a link."""
    text = ""
    for piece in pieces:
        if piece.link == link:
            break
        text += piece.text
    return sum(any(char.isalnum() for char in word) for word in text[skip:].split())


def _other_text(pieces: Sequence[Piece], link: int, skip: int) -> bool:
    """Tell whether there is text before ``link`` that could be a title."""
    return _words(pieces, link, skip) > 0


def _title_text(head: Head, pieces: Sequence[Piece], content: Sequence[int], skip: int) -> int:
    """A title that is plain text: before the first link, or after a leading role link."""
    first = next((i for i, piece in enumerate(pieces) if piece.link in content), len(pieces))
    start, end = (0, first) if any(c.isalnum() for c in visible(pieces[:first])[skip:]) else (first, len(pieces))
    while start < end and pieces[start].link >= 0:
        start += 1
    found: list[Piece] = []
    for piece in pieces[start:end]:
        if found and (piece.link >= 0 or piece.kind == "break") and visible(found):
            break
        if piece.link < 0 and piece.kind in ("text", "code", "break"):
            found.append(piece)
    while found and not found[0].text.strip():
        found.pop(0)
    if not found:
        if head.primary is not None:
            # A role word is all that this entry is called.
            return _after(head.primary, pieces)
        return len(pieces)
    index = next(i for i, piece in enumerate(pieces) if piece is found[-1])
    head.title = _clipped(found, skip if found[0] is pieces[0] else 0)
    return index + 1


def _clipped(found: Sequence[Piece], skip: int) -> Field | None:
    text = "".join(piece.text for piece in found)
    start, end = skip, len(text)
    if quoted := _QUOTED.search(text, skip):
        start, end = quoted.span("title")
    elif clause := _CLAUSE.search(text, skip + 3):
        end = clause.start()
    body = text[start:end]
    start += len(body) - len(body.lstrip(" \t\n[(-–—:：,.*"))
    end = max(start, end - (len(body) - len(body.rstrip(" \t\n[(-–—:：,，;；|*"))))
    if end <= start:
        return None
    return Field(Span(_offset(found, start), _offset(found, end - 1) + 1), " ".join(text[start:end].split()))


def _offset(pieces: Sequence[Piece], at: int) -> int:
    for piece in pieces:
        if at < len(piece.text):
            # Text maps one to one, but for escapes and entities, which stand as one piece.
            return min(piece.span.start + at + (piece.kind == "code"), piece.span.end - 1)
        at -= len(piece.text)
    return pieces[-1].span.end - 1


def _rest(head: Head, pieces: Sequence[Piece], after: int) -> None:
    """Find separator and description in what follows the title."""
    roles: Mapping[int, Role] = head.roles
    for index in range(after, len(pieces)):
        piece = pieces[index]
        if piece.kind in _ASIDE or not piece.text:
            continue
        if piece.link >= 0 and roles.get(piece.link, _MENTION) is not _MENTION:
            continue
        if piece.kind == "break":
            if any(p.text.strip() for p in pieces[index + 1 :]):
                # A line that begins with a colon is what kramdown takes for the definition of the line before.
                defined = pieces[index + 1].kind == "text" and pieces[index + 1].text.startswith(": ")
                mark = Span(piece.span.start, pieces[index + 1].span.start + 2) if defined else piece.span
                head.separator = Separator(mark, "\n: " if defined else "\n")
                _describe(head, pieces, index + 1, 2 if defined else 0)
            return
        separator = _SEPARATOR.match(piece.text) if piece.link < 0 else None
        if piece.link < 0 and separator is None and _ONLY_BRACKETS.match(piece.text):
            continue
        _separate(head, pieces, index, separator)
        return


def _separate(head: Head, pieces: Sequence[Piece], index: int, match: re.Match[str] | None) -> None:
    """Note the separator with which piece ``index`` begins, which is white space without a ``match``."""
    piece = pieces[index]
    if match is None:
        lead = len(piece.text) - len(piece.text.lstrip())
        if piece.text.strip(" \t.。") == "":
            return
        head.separator = Separator(Span(piece.span.start, piece.span.start + lead), " " if lead else "")
        _describe(head, pieces, index, lead)
        return
    head.separator = Separator(Span(piece.span.start, piece.span.start + match.end()), _folded(match[0]))
    _describe(head, pieces, index, match.end())
    if head.description is None:
        head.separator = None


@lru_cache(maxsize=256)
def _folded(mark: str) -> str:
    """A separator with the white space around it folded; a list has few of them."""
    return (" " if mark[:1].isspace() else "") + mark.strip() + (" " if mark[-1:].isspace() else "")


def _describe(head: Head, pieces: Sequence[Piece], index: int, skip: int) -> None:
    """The description: from ``skip`` characters into piece ``index``, without what trails it."""
    last, stripped = len(pieces), False
    while last > index:
        piece = pieces[last - 1]
        if piece.kind == "text" and piece.link < 0:
            if not _ONLY_BRACKETS.match(piece.text):
                break
        else:
            role = head.roles.get(piece.link, _MENTION) if piece.link >= 0 else None
            trailing_tag = piece.kind == "code" and (stripped or _ends_sentence(head, pieces, index, last - 1, skip))
            aside = role is not None and role is not _MENTION
            if not aside and not trailing_tag and piece.kind not in ("image", "html", "footnote", "break"):
                break
            stripped = stripped or piece.kind in ("image", "code") or role is not None
        last -= 1
    run = pieces[index:last]
    if not run:
        return
    first, final = run[0], run[-1]
    start, end = first.span.start + skip, final.span.end
    text = first.text[skip:] if first is final else "".join([piece.text for piece in run])[skip:]
    if final.kind == "text" and final.link < 0:
        tail = text if first is final else final.text
        cut = len(tail) - len(tail.rstrip(_TRAILING if stripped else " \t\n"))
        if cut:
            end -= cut
            text = text[:-cut]
    said = " ".join(text.split())
    if said and end > start:
        lead = len(text) - len(text.lstrip())
        head.description = Field(Span(start + lead if first.kind == "text" else start, end), said)


def _ends_sentence(head: Head, pieces: Sequence[Piece], first: int, last: int, skip: int) -> bool:
    """Tell whether the text before a trailing run of tags and role links is complete without them."""
    while last > first:
        piece = pieces[last - 1]
        role = head.roles.get(piece.link, _MENTION) if piece.link >= 0 else None
        if piece.kind != "code" and role in (None, _MENTION) and not _ONLY_BRACKETS.match(piece.text):
            break
        last -= 1
    text = "".join(piece.text for piece in pieces[first:last])[skip:].rstrip(_TRAILING)
    return bool(_SENTENCE_END.search(text)) or not text.strip()
