"""Keep one issue on dead links: written, written anew, closed when all is well.

    python link_issue.py BODY

BODY is the file that ``listlint links --issue-body`` wrote; an empty one means that all is well.
The issue is found again by the hidden marker at the start of its text and by who opened it, so
that nobody else's issue is touched. Closed issues are opened again, except those that somebody
closed as "not planned": these are kept up to date and stay closed.

Asks GitHub through ``gh``, which takes the token from ``GH_TOKEN``; the repository is
``GITHUB_REPOSITORY``. ``--opener`` names another account than that of ``GITHUB_TOKEN``.
Exit code: 0, or 2 with the reason on standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

MARKER = "<!-- listlint-links -->"
TITLE = "Dead links"
ALL_WELL = "No link wants attention any more."
PER_PAGE = 100
PAGES = 100
"""More issues of one account are not searched."""
REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


class IssueError(Exception):
    """GitHub could not be asked, or would not answer."""


def ask(method: str, path: str, *query: str, send: dict[str, Any] | None = None) -> Any:
    """One request to GitHub's REST interface; gives the JSON that came back."""
    command = ["gh", "api", "--method", method, path]
    for pair in query:
        command += ["--raw-field", pair]
    if send is not None:
        command += ["--input", "-"]
    sent = b"" if send is None else json.dumps(send).encode()
    try:
        done = subprocess.run(command, input=sent, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise IssueError("there is no program gh") from error
    if done.returncode:
        raise IssueError(done.stderr.decode("utf-8", "replace").strip() or f"gh ended with {done.returncode}")
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise IssueError(f"{method} {path}: the answer is no JSON") from error


def find(repository: str, opener: str) -> dict[str, Any] | None:
    """The issue, the newest if there are several; None if there is none."""
    for page in range(1, PAGES + 1):
        query = ("state=all", f"creator={opener}", "sort=created", "direction=desc", f"per_page={PER_PAGE}")
        issues = ask("GET", f"repos/{repository}/issues", *query, f"page={page}")
        for issue in issues:
            mine = issue["user"]["login"] == opener and (issue["body"] or "").startswith(MARKER)
            if mine and "pull_request" not in issue:
                found: dict[str, Any] = issue
                return found
        if len(issues) < PER_PAGE:
            break
    return None


def update(repository: str, opener: str, body: str) -> str:
    """Do what the body asks for; say what was done."""
    issue = find(repository, opener)
    issues = f"repos/{repository}/issues"
    if issue is None:
        if not body:
            return "all is well, and there is no issue"
        made = ask("POST", issues, send={"title": TITLE, "body": body})
        return f"opened #{made['number']}"
    path, number = f"{issues}/{issue['number']}", f"#{issue['number']}"
    closed = issue["state"] == "closed"
    if not body:
        if closed:
            return f"all is well, and {number} is closed"
        ask("POST", f"{path}/comments", send={"body": ALL_WELL})
        ask("PATCH", path, send={"state": "closed", "state_reason": "completed"})
        return f"closed {number}"
    reopens = closed and issue.get("state_reason") != "not_planned"
    if issue["body"].replace("\r\n", "\n").rstrip() == body.rstrip() and not reopens:
        return f"{number} says so already"
    ask("PATCH", path, send={"body": body, **({"state": "open"} if reopens else {})})
    return f"opened {number} again" if reopens else f"wrote {number} anew"


def main() -> int:
    """Read the arguments, keep the issue."""
    parser = argparse.ArgumentParser(description="Keep one issue on dead links.")
    parser.add_argument("body", type=Path)
    parser.add_argument("--opener", default="github-actions[bot]")
    options = parser.parse_args()
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    try:
        if not REPOSITORY.fullmatch(repository):
            raise IssueError("GITHUB_REPOSITORY names no repository")
        body = options.body.read_text(encoding="utf-8")
        if body and not body.startswith(MARKER):
            raise IssueError(f"{options.body} is not what listlint links --issue-body wrote")
        print(update(repository, options.opener, body))
    except (IssueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
