"""Stands in for ``gh api``: GitHub's issues of one repository, kept in the file that ``ISSUES`` names.

Knows the requests of GitHub's REST interface that are used here, with their documented parameters,
and refuses everything else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

ACCOUNT = "github-actions[bot]"


class RefusedError(Exception):
    """What GitHub would answer with an error."""


def listed(issues: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    """List repository issues: pull requests are among them."""
    if set(query) - {"state", "creator", "sort", "direction", "per_page", "page"}:
        raise RefusedError("a parameter that is not documented")
    state, page, size = query.get("state", "open"), int(query.get("page", 1)), int(query.get("per_page", 30))
    found = [issue for issue in issues if state in ("all", issue["state"])]
    found = [issue for issue in found if query.get("creator") in (None, issue["user"]["login"])]
    found.sort(key=lambda issue: issue["number"], reverse=query.get("direction", "desc") == "desc")
    return found[(page - 1) * min(size, 100) : page * min(size, 100)]


def answered(method: str, path: str, query: dict[str, str], sent: dict[str, Any], issues: list[dict[str, Any]]) -> Any:
    """Do what a request asks for."""
    repos, owner, name, kind, *rest = path.split("/")
    if (repos, owner, name, kind) != ("repos", "owner", "list", "issues"):
        raise RefusedError("Not Found (HTTP 404)")
    if len(sent.get("body", "")) > 65_536:
        raise RefusedError("body is too long (HTTP 422)")
    if method == "GET" and not rest:
        return listed(issues, query)
    if method == "POST" and not rest:
        user = {"login": ACCOUNT}
        issues.append(
            {"number": len(issues) + 1, "state": "open", "state_reason": None, "user": user, "comments": [], **sent}
        )
        return issues[-1]
    issue = next(issue for issue in issues if issue["number"] == int(rest[0]))
    if method == "POST" and rest[1:] == ["comments"]:
        issue["comments"].append(sent["body"])
        return sent
    if method == "PATCH" and not rest[1:]:
        if set(sent) - {"title", "body", "state", "state_reason"}:
            raise RefusedError("Invalid request (HTTP 422)")
        reason = "reopened" if sent.get("state") == "open" else issue["state_reason"]
        issue.update({"state_reason": reason, **sent})
        return issue
    raise RefusedError("Not Found (HTTP 404)")


def main() -> int:
    """Answer one request, and write down that it was made."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("command", choices=["api"])
    parser.add_argument("path")
    parser.add_argument("--method", required=True)
    parser.add_argument("--raw-field", action="append", default=[])
    parser.add_argument("--input", choices=["-"])
    given = parser.parse_args()
    store = Path(os.environ["ISSUES"])
    kept = json.loads(store.read_text(encoding="utf-8"))
    kept["requests"].append(f"{given.method} {given.path}")
    path, _, asked = given.path.partition("?")
    query = dict(parse_qsl(asked)) | dict(field.split("=", 1) for field in given.raw_field)
    sent = json.load(sys.stdin) if given.input else {}
    try:
        if not os.environ.get("GH_TOKEN"):
            raise RefusedError("To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.")
        print(json.dumps(answered(given.method, path, query, sent, kept["issues"])))
    except RefusedError as error:
        print(f"gh: {error}", file=sys.stderr)
        return 1
    finally:
        store.write_text(json.dumps(kept), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
