"""``listlint links --html FILE``: one page that shows what became of every link, and needs no network.

The table stands in a ``noscript`` element, one row a line. Without scripts it is the page's table; with them
its text is what the script takes the rows from, so nothing is written twice. All that can be sorted or
filtered by stands beside it as columns of whole numbers: codes, seconds, or ranks of texts that are put
in order here.

Nothing in the page may act but its own style and script: both are named by their hashes in a Content Security
Policy (CSP Level 3, section 2.3.1) that allows no request at all, every text is escaped, and characters that
would act on the reader's eye (bidi controls and their like) are shown as escapes.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from datetime import UTC, datetime
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

import msgspec
from msgspec import Struct

from listlint import __version__
from listlint.model.links import Flag, Reason, Verdict
from listlint.report.sanitise import acts, json_safe, sanitise, well_formed, xml_safe
from listlint.report.summary import count
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from listlint.model.links import LinkOutcome
    from listlint.report.verdicts import Place, Seen

TOP_HOSTS = 30
PLACES_SHOWN = 3
MISSING_SHOWN = 5
_ORDER = (Verdict.DEAD, Verdict.UNKNOWN, Verdict.ALIVE)
"""The worst first: of rows, of numbers and of the pieces of a bar."""
_THIN, _THIN_OF_ALL = 0.05, 0.004
"""The least share of a host's bar, and of the long one, that is taken by what is there at all."""
_DAY = 86_400
_PORTS = {"http": "80", "https": "443"}
_HEADS = (
    ("verdict", "Verdict", ()),
    ("reason", "Reason", (("flags", "Flags"),)),
    ("status", "Status", ()),
    ("host", "Host", ()),
    ("url", "URL", (("final", "Final URL"),)),
    ("places", "Places", ()),
    ("since", "Failing since", ()),
    ("requests", "Requests", ()),
    ("ms", "Time, ms", ()),
)
"""Columns: key, title, and what else is shown and sorted by in them."""


class _Link(Struct, frozen=True):
    """One row, with what it is grouped by."""

    seen: Seen
    host: str

    @property
    def outcome(self) -> LinkOutcome:
        """What became of it."""
        return self.seen.outcome


def render(links: Sequence[Seen], out: TextIO, *, made: float) -> None:
    """Write the page; ``made`` is when the run ended, in seconds of the epoch."""
    rows = sorted((_Link(seen, _host(seen.outcome.url)) for seen in links), key=_worst_first)
    out.writelines(_page(rows, made))


def _page(rows: Sequence[_Link], made: float) -> Iterator[str]:
    style, script = _asset("links_page.css"), _asset("links_page.js")
    verdicts = Counter(row.outcome.verdict for row in rows)
    yield _head(", ".join(f"{verdicts[verdict]:,} {verdict.value}" for verdict in _ORDER), style, script)
    yield from _summary(rows, verdicts, made)
    yield '<section id="links" class="links" aria-labelledby="links-title">\n<h2 id="links-title">All links</h2>\n'
    if rows:
        yield _toolbar(rows)
        yield '<div id="table"></div>\n<noscript id="plain">\n'
        yield from _table(rows, made)
        yield f'</noscript>\n<script type="application/json" id="keys">{_keys(rows)}</script>\n'
    else:
        yield '<p class="none">No links were checked.</p>\n'
    yield f"</section>\n</main>\n<footer>Made by listlint {escape(__version__)}.</footer>\n"
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _asset(name: str) -> str:
    return resources.files("listlint.report").joinpath(name).read_text(encoding="utf-8")


def _head(title: str, style: str, script: str) -> str:
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Links: {title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
"""


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


# --- totals and pictures ----------------------------------------------------------------------------


def _summary(rows: Sequence[_Link], verdicts: Counter[Verdict], made: float) -> Iterator[str]:
    yield '<a class="skip" href="#links">Skip to the table</a>\n<header>\n<h1>Link report</h1>\n'
    yield f"<p>{_run(rows, made)}</p>\n</header>\n<main>\n{_PATTERN}"
    yield '<section class="totals" aria-labelledby="totals-title">\n<h2 id="totals-title">Totals</h2>\n<ul>\n'
    for verdict in _ORDER:
        number, name = verdicts[verdict], verdict.value
        share = _share(number, len(rows)) if rows else ""
        yield (
            f'<li class="{name if number else "zero"}"><a href="#verdict={name}"><b>{number:,}</b> <span>{name}</span>'
            f" <small>{share}</small></a></li>\n"
        )
    yield f"</ul>\n{_bar(verdicts, _THIN_OF_ALL)}\n</section>\n"
    if rows:
        yield '<div class="panels">\n'
        yield from _why(rows)
        yield from _hosts(rows)
        yield "</div>\n"


_PATTERN = (
    '<svg class="defs" aria-hidden="true" width="0" height="0"><defs><pattern id="hatch" width="6" height="6"'
    ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/>'
    '<rect class="stripe" width="2.5" height="6"/></pattern></defs></svg>\n'
)
"""Hatching, so that the middle one of three colours is told apart without seeing colours."""


def _run(rows: Sequence[_Link], made: float) -> str:
    asked = sum(row.outcome.requests for row in rows)
    known = sum(row.outcome.from_history for row in rows)
    files = len({place.path for row in rows for place in row.seen.places})
    parts = [
        f"{count(len(rows), 'distinct URL')} in {count(files, 'file')}",
        f"{len({row.host for row in rows}):,} {'host' if len({row.host for row in rows}) == 1 else 'hosts'}",
        count(asked, "request"),
    ]
    if known:
        parts.append(f"{count(known, 'answer')} from the link history")
    when = _moment(made, "%Y-%m-%d %H:%M UTC")
    if when:
        parts.append(f'<time datetime="{_moment(made, "%Y-%m-%dT%H:%M:%SZ")}">{when}</time>')
    return ' <span class="dot">·</span> '.join(parts)


def _share(number: int, total: int) -> str:
    if not number:
        return "0 %"
    share = 100 * number / total
    return "< 1 %" if share < 1 else f"{min(share, 99) if number < total else share:.0f} %"


def _bar(numbers: Counter[Verdict], thin: float) -> str:
    """A bar of 100 %, with a piece for each verdict; one that is there can be seen."""
    total = sum(numbers.values())
    shares = {verdict: max(numbers[verdict] / total, thin) for verdict in _ORDER if numbers[verdict]}
    whole = sum(shares.values())
    pieces, at = [], 0.0
    for verdict, share in shares.items():
        size = 100 * share / whole
        pieces.append(f'<rect class="{verdict.value}" x="{at:.2f}%" width="{size:.2f}%" height="100%"/>')
        at += size
    return f'<svg class="bar" aria-hidden="true" width="100%" height="12">{"".join(pieces)}</svg>'


def _why(rows: Sequence[_Link]) -> Iterator[str]:
    reasons = Counter((row.outcome.verdict, row.outcome.reason) for row in rows)
    order = {verdict: at for at, verdict in enumerate(_ORDER)}
    yield '<section class="why" aria-labelledby="why-title">\n<h2 id="why-title">Why</h2>\n<div>\n'
    yield _count_head("Reason")
    before = None
    for (verdict, reason), number in sorted(
        reasons.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1])
    ):
        again = " again" if verdict is before else ""
        address = f"#verdict={verdict.value}&amp;reason={reason.value}"
        before = verdict
        yield (
            f'<tr class="{verdict.value}"><th scope="row"><b class="v{again}">{verdict.value}</b> '
            f'<a href="{address}">{reason.value}</a></th><td>{number:,}</td></tr>\n'
        )
    yield "</tbody></table>\n"
    flags = Counter(flag for row in rows for flag in row.outcome.flags)
    if flags:
        yield _count_head("Flag")
        for flag, number in sorted(flags.items(), key=lambda item: (-item[1], item[0])):
            link = f'<a class="flag" href="#flag={flag.value}">{flag.value}</a>'
            yield f'<tr><th scope="row">{link}</th><td>{number:,}</td></tr>\n'
        yield "</tbody></table>\n"
    yield "</div>\n</section>\n"


def _count_head(what: str) -> str:
    return f'<table>\n<thead><tr><th scope="col">{what}</th><th scope="col">Links</th></tr></thead>\n<tbody>\n'


def _hosts(rows: Sequence[_Link]) -> Iterator[str]:
    hosts: dict[str, Counter[Verdict]] = {}
    for row in rows:
        hosts.setdefault(row.host, Counter())[row.outcome.verdict] += 1
    ranked = sorted(
        hosts, key=lambda host: (hosts[host][Verdict.ALIVE] - hosts[host].total(), -hosts[host].total(), host)
    )
    top = ranked[:TOP_HOSTS]
    yield '<section class="hosts" aria-labelledby="hosts-title">\n<h2 id="hosts-title">Hosts</h2>\n'
    yield f"<p>{_which(len(top), len(hosts))}</p>\n{_LEGEND}<div>\n"
    half = (len(top) + 1) // 2 if len(top) > 8 else len(top)
    for part in (top[:half], top[half:]):
        if part:
            yield from _host_table(part, hosts)
    yield "</div>\n</section>\n"


def _which(shown: int, total: int) -> str:
    bar = "A bar is all links of its host."
    if shown < total:
        return f"{shown} of {total:,}: those with the most links that are not known to be alive. {bar}"
    return f"Those with the most links that are not known to be alive come first. {bar}" if total > 1 else bar


_SWATCH = '<svg aria-hidden="true" width="14" height="12"><rect class="{0}" width="14" height="12"/></svg> {0}'
_LEGEND = f'<ul class="legend">{"".join(f"<li>{_SWATCH.format(verdict.value)}</li>" for verdict in _ORDER)}</ul>\n'


def _host_table(names: Iterable[str], hosts: dict[str, Counter[Verdict]]) -> Iterator[str]:
    heads = "".join(f'<th scope="col" class="{verdict.value}">{verdict.value}</th>' for verdict in _ORDER)
    yield f'<table>\n<thead><tr><th scope="col">Host</th><td></td>{heads}</tr></thead>\n<tbody>\n'
    for name in names:
        numbers = hosts[name]
        cells = "".join(
            f'<td class="{verdict.value}">{numbers[verdict]:,}</td>' if numbers[verdict] else '<td class="zero">0</td>'
            for verdict in _ORDER
        )
        text = _text(name) or "no host"
        yield (
            f'<tr><th scope="row"><a href="#host={_in_hash(name)}" title="{text}">{text}</a></th>'
            f"<td>{_bar(numbers, _THIN)}</td>{cells}</tr>\n"
        )
    yield "</tbody>\n</table>\n"


# --- filters ----------------------------------------------------------------------------------------


def _toolbar(rows: Sequence[_Link]) -> str:
    reasons = Counter(row.outcome.reason for row in rows)
    flags = Counter(flag for row in rows for flag in row.outcome.flags)
    boxes = "".join(
        f'<label class="{verdict.value}"><input type="checkbox" name="verdict" value="{verdict.value}">'
        f"<span>{verdict.value}</span></label>"
        for verdict in _ORDER
    )
    columns = [(key, title) for key, first, others in _HEADS for key, title in ((key, first), *others)]
    sorts = "".join(f'<option value="{key}">{title}</option>' for key, title in columns)
    no_flags = "" if flags else " hidden"
    return f"""<form id="filters" role="search" aria-label="Filter the links" hidden>
<input type="search" name="q" placeholder="Search URLs, files, details  ( / )"
 aria-label="Search all texts of the table" autocomplete="off" spellcheck="false">
<fieldset><legend>Verdict</legend>{boxes}</fieldset>
<select name="reason" aria-label="Reason"><option value="">any reason</option>{_options(reasons)}</select>
<select name="flag" aria-label="Flag"{no_flags}><option value="">any flag</option>{_options(flags)}</select>
<input name="host" list="host-names" placeholder="any host" aria-label="Host, or a part of it"
 autocomplete="off" spellcheck="false">
<datalist id="host-names"></datalist>
<label class="sort">Sort by <select name="sort">{sorts}</select></label>
<button type="button" name="turn" class="sort" aria-pressed="false">Descending</button>
<button type="reset">Clear</button>
<output id="matches" role="status" aria-live="polite"></output>
</form>
"""


def _options(numbers: Counter[Reason] | Counter[Flag]) -> str:
    ranked = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f'<option value="{key.value}">{key.value} ({number:,})</option>' for key, number in ranked)


# --- the table --------------------------------------------------------------------------------------


def _table(rows: Iterable[_Link], made: float) -> Iterator[str]:
    """The head in one line, then a line for each row, then the end."""
    heads = []
    for key, title, others in _HEADS:
        also = "".join(f' <span data-key="{other}">{name}</span>' for other, name in others)
        heads.append(f'<th scope="col" class="{key}"><span data-key="{key}">{title}</span>{also}</th>')
    yield '<table class="all"><caption>What became of every link</caption>'
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>\n"
    for row in rows:
        yield _row(row, made)
    yield "</tbody></table>\n"


def _row(row: _Link, made: float) -> str:
    """One line; what has nothing to say is an empty cell. End tags that HTML lets one leave out are left out."""
    outcome = row.outcome
    verdict = outcome.verdict.value
    host = _text(row.host)
    return (
        f"<tr class={verdict}><td class=verdict><b class=v>{verdict}</b>"
        f"<td class=reason>{_why_cell(outcome)}"
        f"<td class=status>{'' if outcome.status is None else int(outcome.status)}"
        f'<td class=host title="{host}">{host}'
        f"<td class=url>{_url_cell(outcome)}"
        f"<td class=places>{_places_cell(row.seen.places)}"
        f"<td class=since>{_age_cell(outcome.since, made)}"
        f"<td class=requests>{int(outcome.requests):,}"
        f"<td class=ms>{int(outcome.elapsed_ms):,}\n"
    )


def _why_cell(outcome: LinkOutcome) -> str:
    flags = [flag.value for flag in outcome.flags] + (["aged"] if outcome.aged else [])
    notes = []
    if outcome.detail and outcome.detail != str(outcome.status):
        notes.append(_text(outcome.detail))
    if outcome.missing:
        more = len(outcome.missing) - MISSING_SHOWN
        names = ", ".join("#" + _text(name) for name in outcome.missing[:MISSING_SHOWN])
        notes.append(f"no {names}{f' and {more:,} more' if more > 0 else ''}")
    if outcome.from_history:
        asked = _moment(outcome.checked, "%Y-%m-%d") if outcome.checked else ""
        notes.append("from the history" + (f", asked <time>{asked}</time>" if asked else ""))
    shown = f"<span>{outcome.reason.value}</span>"
    shown += "".join(f" <span class=flag>{flag}</span>" for flag in flags)
    return shown + "".join(f"<small>{note}</small>" for note in notes)


def _url_cell(outcome: LinkOutcome) -> str:
    shown = _anchor(outcome.url, _text(outcome.url))
    if outcome.final_url and outcome.final_url != outcome.url:
        shown += f"<small class=final>{_anchor(outcome.final_url, _text(outcome.final_url))}</small>"
    if outcome.archive:
        shown += f"<small>{_anchor(outcome.archive, 'archived copy')}</small>"
    return shown


def _anchor(url: str, text: str) -> str:
    """A link, if the URL is one of the web; a new name that is none, or another scheme, stays text."""
    if not url.lower().startswith(("http://", "https://")):
        return f"<span>{text}</span>"
    return f'<a href="{xml_safe(escape(_one_line(well_formed(url))))}" rel=noreferrer target=_blank>{text}</a>'


def _places_cell(places: Sequence[Place]) -> str:
    shown = [f"{_text(place.path)}:{int(place.line)}" for place in places]
    some = "".join(f"<span>{place}</span>" for place in shown[:PLACES_SHOWN])
    if len(shown) <= PLACES_SHOWN + 1:
        return some + "".join(f"<span>{place}</span>" for place in shown[PLACES_SHOWN:])
    rest = "".join(f"<span>{place}</span>" for place in shown[PLACES_SHOWN:])
    return f"{some}<details><summary>{len(shown) - PLACES_SHOWN:,} more</summary>{rest}</details>"


def _age_cell(since: float | None, made: float) -> str:
    day = "" if since is None else _moment(since, "%Y-%m-%d")
    if not day or since is None:
        return ""
    return f"<time datetime={day}>{day}</time><small>{_age(made - since)}</small>"


def _age(seconds: float) -> str:
    days = int(max(seconds, 0) // _DAY)
    if days < 1:
        return "today" if seconds < 0 else "less than a day"
    if days < 60:
        return count(days, "day")
    return count(days // 30, "month") if days < 730 else count(days // 365, "year")


# --- keys to sort and filter by ---------------------------------------------------------------------


def _keys(rows: Sequence[_Link]) -> str:
    """Columns of whole numbers for the script, −1 where there is nothing, and the names behind the codes."""
    outcomes = [row.outcome for row in rows]
    hosts = sorted({row.host for row in rows})
    reasons, flags = sorted(Reason), sorted(Flag)
    place = {host: at for at, host in enumerate(hosts)}
    columns = {
        "verdict": [_ORDER.index(outcome.verdict) for outcome in outcomes],
        "reason": [reasons.index(outcome.reason) for outcome in outcomes],
        "bits": [sum(1 << flags.index(flag) for flag in set(outcome.flags)) for outcome in outcomes],
        "flags": _ranks([tuple(sorted(outcome.flags)) or None for outcome in outcomes]),
        "status": [-1 if outcome.status is None else int(outcome.status) for outcome in outcomes],
        "host": [place[row.host] for row in rows],
        "url": _ranks([outcome.url for outcome in outcomes]),
        "final": _ranks([outcome.final_url for outcome in outcomes]),
        "places": _ranks([next(((p.path, p.line) for p in row.seen.places), None) for row in rows]),
        "since": [_seconds(outcome.since) for outcome in outcomes],
        "requests": [int(outcome.requests) for outcome in outcomes],
        "ms": [int(outcome.elapsed_ms) for outcome in outcomes],
    }
    told = {
        "hosts": [well_formed(host) for host in hosts],
        "verdicts": [verdict.value for verdict in _ORDER],
        "reasons": [reason.value for reason in reasons],
        "flags": [flag.value for flag in flags],
        "columns": columns,
    }
    encoded = json_safe(msgspec.json.encode(told).decode())
    return encoded.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _ranks(keys: Sequence[Any]) -> list[int]:
    """The place of each key among all of them in order; −1 for None."""
    rank = {key: at for at, key in enumerate(sorted({key for key in keys if key is not None}))}
    return [-1 if key is None else rank[key] for key in keys]


# --- texts ------------------------------------------------------------------------------------------


def _text(text: str) -> str:
    """Text that is shown: one line, escaped for HTML, without characters that act instead of showing."""
    return xml_safe(escape(sanitise(text)))


def _host(url: str) -> str:
    parts = split(url)
    usual = not parts.port or _PORTS.get(parts.scheme) == parts.port
    return parts.host if usual else f"{parts.host}:{parts.port}"


def _one_line(url: str) -> str:
    """A URL whose characters that act instead of showing are percent-encoded, as browsers would do with most."""
    return url if url.isprintable() else "".join(quote(char) if acts(char) else char for char in url)


def _in_hash(text: str) -> str:
    return escape(quote(well_formed(text), safe="-._~:"))


def _moment(seconds: float, form: str) -> str:
    """A time of the epoch in UTC; empty where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime(form)
    except (OverflowError, ValueError, OSError):
        return ""


def _seconds(value: float | None) -> int:
    return -1 if value is None or not _moment(value, "%Y") else int(value)


def _worst_first(row: _Link) -> tuple[int, bool, str, str]:
    outcome = row.outcome
    return _ORDER.index(outcome.verdict), not outcome.flags, row.host, outcome.url
