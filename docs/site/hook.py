"""Gives MkDocs the pages of the site, which ``listlint.dev.site`` makes; none of them is written to a file first.

Of the folder ``docs/`` nothing is taken as it stands: pages are brought into the generator's Markdown, and what
is no page (recipes, workflows, this file) stays out.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

from listlint.dev.site.pages import Site, site

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def _site() -> Site:
    return site(ROOT)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Make the pages again, as something may have changed while they are served, and set the navigation."""
    _site.cache_clear()
    config["nav"] = _site().nav
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the pages in the place of what lies in the folder."""
    for file in list(files):
        if file.src_dir == config["docs_dir"]:
            files.remove(file)
    made = _site()
    for path, content in {**made.pages, **made.assets}.items():
        files.append(File.generated(config, path, content=content))
    return files
