"""``python -m listlint.dev``: start a rule, write the catalogue, measure precision."""

from __future__ import annotations

from pathlib import Path

import click

from listlint.dev import coverage, measure, picture, scaffold


@click.group()
def main() -> None:
    """Tools for working on listlint itself."""


@main.command("new-rule")
@click.argument("code")
@click.argument("name")
@click.option("--node", default="Entry", show_default=True, help="Document, Section, Entry, Link, BibEntry or Project.")
def new_rule(code: str, name: str, node: str) -> None:
    """Write the module of a new rule, with failing examples to fill in."""
    path = scaffold.new_rule(Path.cwd(), code, name, node)
    click.echo(f"wrote {path.as_posix()}; run: pytest tests/test_rules.py -k {code}")


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if the file is stale.")
def catalogue(check: bool) -> None:
    """Write rules/README.md from the rules, and the index by which a run loads only those that it needs."""
    from listlint.catalogue import readme
    from listlint.dev import rule_index

    pages = {"rules/README.md": readme(), "src/listlint/checks/index.json": rule_index.render()}
    for path, text in ((Path(name), text) for name, text in pages.items()):
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            raise click.ClickException(f"{path.as_posix()} is stale: run python -m listlint.dev catalogue")
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")


@main.command()
@click.argument("codes", nargs=-1)
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), required=True, help="Folder of real lists.")
@click.option("--seed", default=2026, show_default=True)
@click.option("--context", default=2, show_default=True, help="Lines to show before and after a finding.")
@click.option("--every", is_flag=True, help="All findings, not a sample.")
def sample(codes: tuple[str, ...], corpus: Path, seed: int, context: int, *, every: bool) -> None:
    """Draw findings of rules over a corpus, to be read and judged."""
    for drawn in measure.draw(corpus, codes, seed, codes if every else ()):
        click.echo(measure.show(drawn, context))


@main.command()
@click.argument("verdicts", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), required=True, help="The same folder.")
@click.option("--seed", default=2026, show_default=True)
@click.option("--also", multiple=True, metavar="CODE", help="A rule that may have found nothing.")
@click.option("--every", multiple=True, metavar="CODE", help="A rule of which all findings are recorded.")
def record(verdicts: Path, corpus: Path, seed: int, also: tuple[str, ...], every: tuple[str, ...]) -> None:
    """Write judged findings into rules/precision.toml.

    VERDICTS holds JSON lines with code, fingerprint, verdict (true or false), reason, and second
    where a second reader judged it too.
    """
    click.echo(measure.record(Path("rules/precision.toml"), verdicts, corpus, seed, also, every))


@main.command("coverage")
@click.option("--corpus", type=click.Path(path_type=Path, exists=True), required=True, help="Folder of real lists.")
@click.option("--outside", metavar="PATH", help="Show the links outside entries of the lists that this begins.")
def show_coverage(corpus: Path, outside: str | None) -> None:
    """Print for each list of a corpus the share of its links that belong to an entry."""
    lists = coverage.measure(corpus)
    if outside is None:
        click.echo("\n".join(coverage.table(lists)))
        return
    for one in lists:
        if one.path.startswith(outside):
            click.echo("\n".join([coverage.row(one), *coverage.outside(one)]))


@main.command("site")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def write_site(folder: Path) -> None:
    """Write the pages of the documentation site as Markdown, as they are handed to its generator."""
    from listlint.dev.site import pages

    found = pages.site(Path.cwd())
    pages.write(found, folder)
    click.echo(f"wrote {len(found.pages)} pages to {folder.as_posix()}")


@main.command("check-site")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check_site(folder: Path) -> None:
    """Fail if the built site asks another host for anything, or a link within it leads nowhere."""
    from listlint.dev.site.built import problems

    found = list(problems(folder))
    if found:
        raise click.ClickException("\n".join([f"{len(found)} problems:", *found]))


@main.command("picture", context_settings={"ignore_unknown_options": True})
@click.argument("target", type=click.Path(path_type=Path))
@click.argument("arguments", nargs=-1, required=True)
def draw_picture(target: Path, arguments: tuple[str, ...]) -> None:
    """Draw what a terminal shows of `listlint ARGUMENTS...` as an SVG."""
    picture.draw(target, arguments)


if __name__ == "__main__":
    main()
