"""All pages of the site with its navigation, and the way from a path of the repository to one of the site."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.dev.site.dialect import for_site
from listlint.dev.site.reference import commands, configuration
from listlint.dev.site.rule_pages import SOURCE_URL, by_family, rule_pages
from listlint.model.errors import ListlintError
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Nav = list[dict[str, "str | Nav"]]

GUIDE = (
    "fixing",
    "papers",
    "links",
    "pull-requests",
    "github-action",
    "recipes/index",
    "patterns",
    "plugins",
    "from-awesome-lint",
    "security",
)
"""Pages of ``docs/`` in the order in which one reads them; others stand behind them."""
REFERENCE = ("formats",)
PROJECT = ("contributing", "decisions", "changelog", "benchmarks")
ELSEWHERE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/README.md": "benchmarks.md",
}
"""Pages that do not stand in ``docs/``, by their paths in the repository."""
ASSETS = ("docs/site/site.css", "docs/site/iframe-worker.js")
_IMAGES = (".svg", ".png", ".jpg", ".gif", ".webp")
_ABSOLUTE = lazy(r"[A-Za-z][A-Za-z0-9+.-]*+:|//|#")
_RULE_ANCHOR = lazy(r"(?P<code>[a-z]{3}[0-9]{3})-")
_CONTENTS = lazy(r"(?m)^## Contents\n(?:\n*+[-*] .*+\n)++\n?")
_TITLE = lazy(r"(?m)^# (?P<title>[^{\n]++)")


class Site(Struct, frozen=True):
    """The site: Markdown by path, other files by path, and the navigation in the form of ``mkdocs.yml``."""

    pages: dict[str, str]
    assets: dict[str, bytes]
    nav: Nav


def site(root: Path) -> Site:
    """The site of the repository at ``root``.

    Raises:
        ListlintError: a page links to a file that is not there.
    """
    known = committed(root)
    pages = {new: _page(root, old, known) for old, new in known.items()}
    made = {**rule_pages(), "configuration.md": configuration(), "commands.md": commands()}
    schema = f"{SOURCE_URL}/src/listlint/schemas/config.schema.json"
    pages |= {path: text.replace("(schema:config)", f"({schema})") for path, text in made.items()}
    images = {path.relative_to(root / "docs").as_posix(): path.read_bytes() for path in _images(root)}
    assets = {posixpath.basename(path): (root / path).read_bytes() for path in ASSETS}
    return Site(pages, {**images, **assets}, navigation(pages))


def committed(root: Path) -> dict[str, str]:
    """The pages that stand in the repository: their paths there, and on the site."""
    found = {old: new for old, new in ELSEWHERE.items() if (root / old).is_file()}
    for path in sorted((root / "docs").rglob("*.md")):
        name = path.relative_to(root / "docs").as_posix()
        found[f"docs/{name}"] = f"{name.removesuffix('README.md')}index.md" if path.name == "README.md" else name
    return found


def _images(root: Path) -> Iterator[Path]:
    return (path for path in sorted((root / "docs").rglob("*")) if path.suffix in _IMAGES)


def _page(root: Path, old: str, known: Mapping[str, str]) -> str:
    text = (root / old).read_text(encoding="utf-8")
    page = for_site(text, old, lambda url: address(url, old, root, known))
    return _CONTENTS.sub("", page.replace("## Contents {#contents}", "## Contents"), count=1)  # the site has its own


def address(url: str, page: str, root: Path, known: Mapping[str, str]) -> str:
    """What a URL of a page of the repository is on the site.

    Raises:
        ListlintError: it leads to a file that is not there.
    """
    if not url or _ABSOLUTE.match(url):
        return url
    path, hash_, fragment = url.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    here = posixpath.dirname(known[page])
    if target == "rules/README.md":
        rule = _RULE_ANCHOR.match(fragment)
        return posixpath.relpath(f"rules/{rule['code'].upper()}.md" if rule else "rules/index.md", here or ".")
    if target in known:
        return posixpath.relpath(known[target], here or ".") + hash_ + fragment
    if target.startswith("docs/") and target.endswith(_IMAGES) and (root / target).is_file():
        return posixpath.relpath(target.removeprefix("docs/"), here or ".")
    if not (root / target).exists():
        raise ListlintError(f"a link leads to {target}, which is not there", path=page, code="broken-page")
    view = SOURCE_URL.replace("/blob/", "/tree/") if (root / target).is_dir() else SOURCE_URL
    return f"{view}/{target}{hash_}{fragment}"


def navigation(pages: Mapping[str, str]) -> Nav:
    """The navigation over all pages; one that is mentioned nowhere stands at the end of the guide."""
    reference = ["configuration.md", "commands.md", *(f"{name}.md" for name in REFERENCE)]
    project = [path for name in PROJECT if (path := f"{name}.md") in pages]
    rules: Nav = [
        {family: [{f"{r.code} {r.name}": f"rules/{r.code}.md"} for r in found]} for family, found in by_family().items()
    ]
    placed = {"index.md", "presets.md", "peers.md", *reference, *project}
    others = [path for path in pages if path not in placed and not path.startswith("rules/")]
    first = [f"{name}.md" for name in GUIDE]
    guide = sorted(others, key=lambda path: (_rank(path, first), path))
    return [
        {"Start": "index.md"},
        {"Guide": [_titled(path, pages) for path in guide]},
        {
            "Rules": [
                {"All rules": "rules/index.md"},
                *(_titled(path, pages) for path in ("presets.md", "peers.md")),
                *rules,
            ]
        },
        {"Reference": [_titled(path, pages) for path in reference]},
        {"Project": [_titled(path, pages) for path in project]},
    ]


def _rank(path: str, first: list[str]) -> tuple[int, int]:
    """The pages of the guide in order, those of a folder behind its first page."""
    index = f"{posixpath.dirname(path)}/index.md"
    if path in first:
        return first.index(path), 0
    return (first.index(index), 1) if index in first else (len(first), 0)


def _titled(path: str, pages: Mapping[str, str]) -> dict[str, str | Nav]:
    title = _TITLE.search(pages[path])
    return {title["title"].strip() if title else path: path}


def write(found: Site, folder: Path) -> None:
    """Write the pages and assets of a site below a folder."""
    for path, text in found.pages.items():
        _write(folder / path, text.encode())
    for path, content in found.assets.items():
        _write(folder / path, content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
