"""ENC001: text was decoded with the wrong codec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity
from listlint.model.nodes import Document, Mask
from listlint.text.invisible import visible
from listlint.text.mojibake import damages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context, Span
    from listlint.text.mojibake import Damage


class Mojibake(Rule[Document]):
    """A run of characters is what is left of a text that was decoded with the wrong codec.

    A reader sees `â€™` for an apostrophe and `ï¼Œ` for a comma, and no search finds the word.

    Code is never looked at, since it may be about such text. Curly quotes, full-width forms and
    accents are no damage. A repair is safe where encoding it again gives exactly the damaged
    text; inside a URL it is unsafe, as a server may have such names. What cannot be won back
    (`锟斤拷`) is reported without a repair.
    """

    code, name = "ENC001", "mojibake"
    severity = Severity.ERROR
    fix = Applicability.SAFE
    valid = (
        "- [Café “Zürich”](https://a.dev) - It’s naïve – “quoted” … Größe, œuvre, “¿qué?”.\n",
        "- [机器学习](https://a.dev) - 神经网络，“引用”——模型：一个，联通。\n",
        "- [Нейронные сети](https://a.dev) - «ёлка» — статья.\n- [می‌شود](https://b.dev) - سلام دنیا؟\n",
        "The sign of it is `â€™`, or:\n\n```\nItâ€™s cafÃ©\n```\n\n    Itâ€™s\n",
        "- [A](https://a.dev) - Ångström, São, À la carte, Ô, ÎLE, naïveté.\n",
    )
    invalid = (
        Bad("- [A](https://a.dev), UCB⟦ï¼Œ⟧`nips2021`\n", "- [A](https://a.dev), UCB，`nips2021`\n"),
        Bad("- [A](https://a.dev) - It⟦â€™⟧s a caf⟦Ã©⟧.\n", "- [A](https://a.dev) - It’s a café.\n"),
        Bad("Mixed ⟦â€œ⟧text⟦â€\x9d⟧ with “good” é 中文.\n", "Mixed “text” with “good” é 中文.\n"),
        Bad("## ⟦Ð¿Ñ€Ð¸Ð²ÐµÑ‚⟧\n", "## привет\n"),
        Bad("## ⟦üöÄ⟧ Start ⟦‚úÖ⟧\n", "## 🚀 Start ✅\n"),
        Bad("It⟦鈥檚⟧ fast⟦锛屼腑⟧\n", "It’s fast，中\n"),
        Bad("Twice: ⟦ÃƒÂ©⟧\n", "Twice: é\n"),
        Bad("It⟦\x92⟧s\n", "It’s\n"),
        Bad("Lost: ⟦锟斤拷⟧\n"),
        Bad("- [⟦ط§ظ„ط¹ط±ط¨ظٹط©⟧](https://a.dev)\n"),
        Bad("- [A](https://a.dev/caf⟦Ã©⟧)\n", "- [A](https://a.dev/café)\n"),
        Bad(
            "```bibtex\n@misc{a2020, author = {Jos⟦Ã©⟧ Silva}}\n```\n",
            "```bibtex\n@misc{a2020, author = {José Silva}}\n```\n",
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each damaged run."""
        for span, damage in ctx.memo(damages):
            written = visible(node.slice(span))
            if damage.repaired is None:
                message = f"`{written}` is damaged text ({damage.codec}) that cannot be won back"
                yield Finding(span, message, group=f"{self.code}:{damage.codec}")
                continue
            message = f"`{written}` is damaged text: `{visible(damage.repaired)}`, {damage.codec}"
            yield Finding(span, message, _repair(node, span, damage), group=f"{self.code}:{damage.codec}")


def _repair(document: Document, span: Span, damage: Damage) -> Fix:
    assert damage.repaired is not None
    in_url = document.masked(span, Mask.URL, Mask.HTML)
    safe = damage.exact and not in_url
    return Fix(
        f"repair it as `{visible(damage.repaired)}`",
        (Edit(span, damage.repaired),),
        Applicability.SAFE if safe else Applicability.UNSAFE,
        May.TEXT | May.URL if in_url else May.TEXT,
    )
