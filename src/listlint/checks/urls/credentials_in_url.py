"""URL012: a link that gives a password or a key away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity, Span
from listlint.checks.links import is_first_use, part_of
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.packs.url_tables import Secret, SecretTable, UnstableTable
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Link
    from listlint.text.urls import Url

_SCHEMES = frozenset({"http", "https", "ftp", "ftps", "git", "ssh", "sftp", "ws", "wss"})
_PLACEHOLDER = lazy(
    r"[\[{(<$%].*|x+|\*+|\.+|…|(?:my|your|the)?[_-]?(?:password|passwd|pass|pwd|pw|secret|token|key)\d*"
    r"|contrase(?:ñ|n|%c3%b1)a|clave|senha|passwort|kennwort|mot_?de_?passe|mdp|wachtwoord|has[lł]o|parola|пароль"
    r"|密码|密碼|口令|パスワード|비밀번호|changeme|change[_-]me|qwerty|1234\d*|hunter2|bar|doe",
    re.IGNORECASE,
)
_PUBLIC = frozenset(
    {"anonymous", "ftp", "guest", "demo", "test", "public", "user", "username", "example", "foo", "scott"}
)
"""Names of users whose password everybody is told, or who are nobody."""
_TOO_SHORT = 2
"""Letters of a password up to which it is none (`u:p@`)."""
_NOWHERE = lazy(
    r"(?:.*\.)?example(?:\.(?:com|org|net))?|.*\.(?:test|invalid|localhost|local|lan|internal|home\.arpa)|[^.]*"
    r"|(?:127|10)(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}"
    r"|(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}|\[::1\]"
)
"""Hosts that are examples or each reader's own (RFC 2606, RFC 6761, RFC 6762, RFC 1918, RFC 5737)."""


class CredentialsInUrl(Rule[Document]):
    """A URL holds a password, or a key of a known form.

    Whoever reads the list can use it, and programs search public lists for nothing else. Deleting it is not enough,
    since the history keeps it: whoever it belongs to has to make it invalid. The message does not repeat it.

    A user's name alone (`https://git@…`) is no secret, and neither are placeholders (`user:password@`,
    `${TOKEN}`), keys made of few letters as in examples, accounts that everybody is told of (`guest:guest@`), and
    hosts that are examples or in the reader's own network (`proxy`, `192.168.1.1`). Keys of maps are sent to every
    browser, so they are left alone in addresses of Google Maps.
    Signatures and tokens that open one URL for a while are `unstable-link`'s. The forms of keys stand in
    `rules/tables/secrets.toml`.
    """

    code, name = "URL012", "credentials-in-url"
    severity = Severity.ERROR
    valid = (
        "- [A](https://a.dev/@ada) - One.\n- [B](https://git@github.com/a/b.git) - Two.\n- [C](mailto:a:b@c.dev) - Three.\n",
        "- [A](https://user:password@a.dev) - One.\n- [B](https://ada:$TOKEN@b.dev) - Two.\n- [C](ftp://anonymous:a@c.dev) - Three.\n",
        "- [A](https://guest:guest@a.dev) - Told to everybody.\n- [B](https://ada:xxxx@b.dev) - Two.\n- [C](https://ada:@c.dev) - Three.\n",
        "- [A](https://a.dev/?key=AKIAIOSFODNN7EXAMPLE) - An example.\n- [B](https://b.dev/ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx) - Another.\n",
        "- [A](https://a.dev/x?AWSAccessKeyId=AKIAQ2W5E7R3T6Y4U3I7&Expires=1&Signature=0f3a) - Signed.\n",
        "- Use https://ada:Engine1843@proxy:8080 or <https://ada:Engine1843@api.example.com/>.\n"
        "- Try http://pi:raspberry@192.168.1.7/, http://pi:raspberry@printer.local/ and http://root:toor42@[::1]/.\n",
        "- [A](https://ada:contraseña@a.dev) - One.\n- [B](https://ada:b@b.dev) - Two.\n- [C](https://foo:bar@c.dev) - Three.\n",
        "- [A](https://api.telegram.org/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11/getMe) - The example of its documentation.\n"
        "- [B](https://a.dev/?id=Iw0-AIza" + "Sy0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV) - Part of another id.\n",
        "- [A](https://maps.googleapis.com/maps/api/js?key=AIza" + "Sy0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV) - A map.\n",
        "- [A](https://www.google.com/maps/embed/v1/place?key=AIza" + "Sy0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV) - One.\n",
        "- [A](https://hooks.slack.com/) - One.\n- [B](https://a.dev/hf_transformers_and_what_they_can_do_for_you) - Two.\n",
    )
    invalid = (
        Bad("- [A](https://⟦ada:Engine1843⟧@a.dev/x) - One.\n"),
        Bad("- <ftp://⟦ada:p:w@d⟧@a.dev/x>\n"),
        Bad("- [A][a] and [again][a].\n\n[a]: https://⟦ada:Engine1843⟧@a.dev\n"),
        Bad("- [A](https://a.dev/?token=⟦ghp_" + "a1B2c3D4e5F6" * 3 + "⟧&x=1) - One.\n"),
        Bad("- [A](https://maps.google.com.a.dev/?key=⟦AIza" + "Sy0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV⟧) - One.\n"),
        Bad("- [A](https://www.google.com/mapsearch?key=⟦AIza" + "Sy0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV⟧) - One.\n"),
        Bad("- [A](https://maps.a.dev/?key=⟦AIza" + "Sy0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV⟧) - One.\n"),
        Bad("- [A](https://hooks.slack.com/services/⟦T0A1B2C3D/B0E1F2G3H/" + "a1B2c3D4" * 3 + "⟧) - One.\n"),
        Bad("- [A](https://api.telegram.org/bot⟦704918265:" + "aB3dE6gH9jK2mN5" * 2 + "qR8tU⟧/getMe) - One.\n"),
        Bad("- [A](https://⟦xoxb-" + "704918265012-aBcDeFgHiJkL⟧@a.dev/) - One.\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each password and key of a URL; never with the secret itself."""
        table = ctx.tables.get("secrets", SecretTable)
        keys = table.possible("\n".join(link.target for link in node.links))
        for link in node.links:
            if (keys or "@" in link.target) and is_first_use(link, ctx):
                yield from _findings(link, table.find(link.target, keys), table, ctx)


def _findings(link: Link, secrets: Sequence[Secret], table: SecretTable, ctx: Context) -> Iterator[Finding]:
    if not secrets and "@" not in link.target:
        return
    url = split(link.target)
    if url.scheme not in _SCHEMES:
        return
    user = _password(url)
    if user is not None:
        yield Finding(part_of(link, user) or link.url_span, f"this URL has a password for {url.host} in it")
    if secrets and ctx.tables.get("unstable", UnstableTable).is_signed(url):
        return
    for what, span in secrets:
        if not table.is_public(what, url) and (user is None or not user.overlaps(span)):
            yield Finding(part_of(link, span) or link.url_span, f"this URL has {what} in it")


def _password(url: Url) -> Span | None:
    """Where user and password stand in a URL; None if there is no password, or none that is secret."""
    name, _, password = url.userinfo.partition(":")
    if len(password) <= _TOO_SHORT or name.casefold() in _PUBLIC or name == password:
        return None
    if _PLACEHOLDER.fullmatch(password) or _PLACEHOLDER.fullmatch(name) or _NOWHERE.fullmatch(url.host):
        return None
    end = url.host_start - 1
    return Span(end - len(url.userinfo), end)
