"""Reads the formats back, as the programs that they are for would: what each says of every finding."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

from markdown_it import MarkdownIt

from tests.report.runner import commands

VOID = {"br", "hr", "img", "input"}


class Said(NamedTuple):
    """A finding as a reader sees it."""

    path: str
    message: str


def sarif(text: str) -> list[Said]:
    """Results, with their first location."""
    results = json.loads(text)["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    return [Said(unquote(uri), result["message"]["text"]) for uri, result in zip(places, results, strict=True)]


def gitlab(text: str) -> list[Said]:
    """Issues that are findings, without code and name before the message."""
    found = [issue for issue in json.loads(text) if issue["description"].startswith(f"{issue['check_name']} ")]
    return [Said(issue["location"]["path"], issue["description"].split(": ", 1)[1]) for issue in found]


def rdjson(text: str) -> list[Said]:
    """Diagnostics that have a rule's address, with the first line of their message."""
    found = [item for item in json.loads(text)["diagnostics"] if "url" in item["code"]]
    return [Said(item["location"]["path"], item["message"].split("\n")[0]) for item in found]


def junit(text: str) -> list[Said]:
    """Failures and what was skipped."""
    cases = ElementTree.fromstring(text).iter("testcase")
    outcomes = [(case, outcome) for case in cases for outcome in case if outcome.tag in {"failure", "skipped"}]
    return [Said(case.get("classname", ""), outcome.get("message", "")) for case, outcome in outcomes]


def checkstyle(text: str) -> list[Said]:
    """Errors that come from a rule."""
    files = ElementTree.fromstring(text).iter("file")
    found = [(file, error) for file in files for error in file if error.get("source", "").count(".") == 2]
    return [Said(file.get("name", ""), error.get("message", "")) for file, error in found]


def github(text: str) -> list[Said]:
    """Annotations that have a rule in their title."""
    found = [command for command in commands(text) if "endLine" in command.properties]
    return [Said(command.properties["file"], command.data.split("\n")[0]) for command in found]


def azure(text: str) -> list[Said]:
    """Issues that have a place, without code and name before the message."""
    issues = [issue for line in text.split("\n") if (issue := logissue(line))]
    found = [(properties, data) for properties, data in issues if "columnnumber" in properties]
    return [Said(properties["sourcepath"], data.split("\n")[0].split(": ", 1)[1]) for properties, data in found]


def logissue(line: str) -> tuple[dict[str, str], str] | None:
    """Properties and data of a logging command, as ``Command.TryParse`` of the agent finds them anywhere in a line."""
    start = line.find("##vso[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    _, _, listed = line[start + 6 : end].partition(" ")
    pairs = (part.split("=", 1) for part in listed.split(";") if part)
    return {pair[0]: _decoded(pair[1]) for pair in pairs if len(pair) == 2}, _decoded(line[end + 1 :])


def _decoded(text: str) -> str:
    for escaped, character in (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")):
        text = text.replace(escaped, character)
    return text


class Page(HTMLParser):
    """A rendered page: its tags, the cells of its tables, its headings, its pieces of text."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.rows: list[list[str]] = []
        self.headings: list[str] = []
        self._open: list[str] = []
        self.feed(MarkdownIt("commonmark").enable("table").render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br" and self.rows:
            self.rows[-1][-1] += "\n"
        if tag not in VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag == "h3":
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
        if "td" in self._open or "th" in self._open:
            self.rows[-1][-1] += data
        if "h3" in self._open:
            self.headings[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def markdown(text: str) -> list[Said]:
    """Rows of the tables of files."""
    found: list[Said] = []
    page = Page(text)
    headings = iter(page.headings)
    path = ""
    for row in page.rows:
        if row[0] == "Place":
            path = next(headings).rpartition(" (")[0]
        elif len(row) == 5:
            found.append(Said(path, row[3].split("\n")[0]))
    return found


READERS = {
    "sarif": sarif,
    "gitlab": gitlab,
    "rdjson": rdjson,
    "junit": junit,
    "checkstyle": checkstyle,
    "github": github,
    "azure": azure,
    "markdown": markdown,
}
