"""The one exception that a user is meant to see."""

from __future__ import annotations


class ListlintError(Exception):
    """A mistake in what was asked or given: the message names the place, the hint the remedy.

    ``code`` is a stable machine-readable word (``binary-file``, ``unknown-rule`` …); ``line``
    and ``column`` start at 1.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        code: str = "usage",
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.code = code
        self.hint = hint

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Keep every field when the error crosses a process boundary."""
        return _rebuild, (self.message, self.path, self.line, self.column, self.code, self.hint)

    def __str__(self) -> str:
        """``path:line:column: message``, as far as it is known."""
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" if place else self.message


def _rebuild(
    message: str, path: str | None, line: int | None, column: int | None, code: str, hint: str | None
) -> ListlintError:
    return ListlintError(message, path=path, line=line, column=column, code=code, hint=hint)
