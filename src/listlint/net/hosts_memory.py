"""What a run learns of hosts while it asks them, shared by all of its links."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING

from listlint.text.urls import bare_host, split

if TYPE_CHECKING:
    from listlint.net.messages import Request
    from listlint.net.pages import Print

LIES = 2
"""After so many contradictions between HEAD and GET a host's HEAD is not asked any more."""
_DEFAULT_PORTS = {"http": "80", "https": "443"}

_SHARED = frozenset(
    {
        "appspot.com", "azurewebsites.net", "bitbucket.io", "blogspot.com", "cloudfront.net", "codeberg.page",
        "firebaseapp.com", "fly.dev", "free.fr", "github.io", "gitlab.io", "glitch.me", "herokuapp.com", "hf.space",
        "neocities.org", "netlify.app", "notion.site", "onrender.com", "pages.dev", "readthedocs.io",
        "readthedocs.org", "repl.co", "sourceforge.io", "sourceforge.net", "streamlit.app", "substack.com",
        "surge.sh", "tumblr.com", "vercel.app", "web.app", "webflow.io", "weebly.com", "wixsite.com",
        "wordpress.com", "workers.dev",
    }
)  # fmt: skip
"""Domains under which strangers are neighbours (an excerpt of the private part of the Public Suffix List)."""
_SECOND_LEVEL = frozenset(
    {
        "ac", "co", "com", "edu", "gen", "go", "gob", "gov", "gouv", "govt", "id", "mil", "ne", "net", "nom", "or",
        "org", "sch", "school",
    }
)  # fmt: skip
"""Labels that are registries of their own below the domains of countries (``co.uk``, ``edu.au``)."""


@lru_cache(maxsize=1024)
def slot(url: str) -> str:
    """The host whose turn a request has to wait for: lower case, with the port where it is not the default one."""
    parts = split(url)
    port = parts.port.lstrip("0")
    plain = not port or port == _DEFAULT_PORTS.get(parts.scheme)
    # A run has few hosts and many links, which keep their hosts' names.
    return intern(parts.host if plain else f"{parts.host}:{port}")


def registrable(host: str) -> str:
    """The domain that somebody registered: ``b.co.uk`` of ``a.b.co.uk``, a literal address itself.

    An approximation of the Public Suffix List: two labels, three below the registries of countries
    and below hosts that give names away. It errs by calling two hosts one.
    """
    host = bare_host(host)
    if host.startswith("[") or host.replace(".", "").isdigit():
        return host
    labels = host.split(".")
    last_two = ".".join(labels[-2:])
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:]) if country or last_two in _SHARED else last_two


class Sibling(Enum):
    """How far the question is whether a host answers 200 for whatever it is asked."""

    UNASKED = "unasked"
    ASKED = "asked"
    """or about to be: the next link of the host that gets a turn asks"""
    TELLS = "tells"
    """it knows what it has not"""


class HostMemory:
    """Which hosts contradict their own HEAD, do not exist, or answer 200 for anything.

    Hosts are named as :func:`slot` names them. It grows with the number of hosts.
    """

    def __init__(self) -> None:
        self._lies: dict[str, int] = {}
        self._slow: dict[str, int] = {}
        self._nowhere: set[str] = set()
        self._siblings: dict[str, Sibling | Print] = {}
        self._wishes: dict[str, Request] = {}

    def contradicted(self, host: str) -> None:
        """Note that a GET was answered well where HEAD was refused, or too slow."""
        self._lies[host] = self._lies.get(host, 0) + 1

    def was_slow(self, host: str) -> None:
        """Note that HEAD was not answered within its share of the time-out."""
        self._slow[host] = self._slow.get(host, 0) + 1

    def was_quick(self, host: str) -> None:
        """Note that HEAD was answered well."""
        self._slow.pop(host, None)

    def wants_get(self, host: str) -> bool:
        """Tell whether the host's HEAD is not worth asking for: it lies, or was too slow twice in a row."""
        return self._lies.get(host, 0) >= LIES or self._slow.get(host, 0) >= LIES

    def no_such_host(self, host: str) -> None:
        """Note that two look-ups found no such name."""
        self._nowhere.add(host)

    def is_nowhere(self, host: str) -> bool:
        """Tell whether the name does not exist."""
        return host in self._nowhere

    def sibling(self, host: str) -> Sibling | Print:
        """What a host says of a page that cannot exist: the page that it gave instead, if it gave one."""
        return self._siblings.get(host, Sibling.UNASKED)

    def wish(self, host: str, question: Request) -> None:
        """Leave the request for such a page to whoever gets the host's next turn."""
        self._siblings[host] = Sibling.ASKED
        self._wishes[host] = question

    def take_wish(self, host: str) -> Request | None:
        """The request that somebody left; who takes it sends it."""
        return self._wishes.pop(host, None) if self._wishes else None

    def learn_sibling(self, host: str, found: Sibling | Print) -> None:
        """Note what came of it."""
        self._siblings[host] = found
