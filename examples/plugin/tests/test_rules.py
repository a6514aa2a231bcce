"""The examples of the rule are its tests."""

from listlint.testing import check_rule, lint, parse
from listlint_tone.exclamation_mark import ExclamationMark


def test_the_examples() -> None:
    check_rule(ExclamationMark)


def test_a_suppression_is_heard() -> None:
    text = "- [A](https://a.dev) - Fast! <!-- listlint-disable-line exclamation-mark -->"
    assert lint([ExclamationMark], parse(text)) == []
    assert len(lint([ExclamationMark], parse(text.replace("exclamation-mark", "TONE002")))) == 1
