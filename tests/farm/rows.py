"""A farm with every row of the verdict table and every rule of requests, each on a page or a host of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from listlint.model.links import Flag, Reason, Verdict
from tests.farm import pages
from tests.farm.names import NO_ADDRESS, NO_SUCH_NAME, SERVFAIL
from tests.farm.pages import CLOUDFLARE, HTML, html, plain, redirect

if TYPE_CHECKING:
    from tests.farm.protocol import Script
    from tests.farm.sites import Farm, Site

GOOD = plain()
AUTH: dict[str, Any] = {
    "verdict": Verdict.ALIVE,
    "reasons": (Reason.AUTH_REQUIRED,),
    "may": frozenset({Flag.AUTH_REQUIRED}),
}
MOVES = frozenset({Flag.MOVED, Flag.MOVED_TEMPORARILY})


def every_row(farm: Farm) -> None:
    """Everything in the verdict table and the rules of requests, most of it on hosts of its own.

    The farm must go by names. It is for a client that may go to :data:`ALLOWED` and to the farm's port.
    """
    for grow in (
        statuses, heads, walls, throttles, sick, connections, waits, malformed, bodies, redirects, cookies, tls,
        lookups, forbidden, soft, anchors, spelling,
    ):  # fmt: skip
        grow(farm)


ALLOWED = ("127.10.0.0/16", "127.11.0.0/16")
"""Where the farm's sites are. Whatever else is on the loopback is forbidden ground."""
WALLED_DOMAIN, PARKING_DOMAIN, PARKING_MARK = "walled.test", "parking.test", "buy.domains.test/offer"
"""What a client's tables are to know: a host that nobody asks, one that sells domains, and a text of such pages."""
CANARY = "127.66.0.1"
"""Forbidden ground with a server on it, which nobody may ever reach."""


# --- Rows of the table


def statuses(farm: Farm) -> None:
    """What a status says by itself."""
    site = farm.site()
    for status in (200, 201, 202, 203, 204, 206, 300, 304):
        site.link("alive", f"/alive/{status}", plain(status), most_requests=1)
    for status in (401, 402, 407):
        site.link("auth", f"/auth/{status}", plain(status, (("WWW-Authenticate", "Basic realm=x"),)), **AUTH)
    for status in (403, 406, 418, 999):
        site.unknown("blocked", f"/blocked/{status}", plain(status), Reason.BLOCKED, most_requests=2)
    for status in range(520, 531):
        site.unknown("behind-cdn", f"/cdn/{status}", plain(status, CLOUDFLARE), Reason.BLOCKED)
    site.unknown("legal", "/451", plain(451), Reason.LEGAL, most_requests=2)
    site.dead("gone", "/404", plain(404), most_requests=3)
    site.dead("gone", "/410", plain(410), most_requests=2)
    site.dead("gone", "/never-was", most_requests=3)
    site.link("404-once", "/404-once", pages.heals_for_get(1, plain(404), GOOD))
    for status in (400, 405, 411, 414, 415, 421, 422, 501):
        site.unknown("refused-request", f"/refused/{status}", plain(status), Reason.REFUSED_REQUEST, most_requests=2)
    for status in (500, 502, 503, 504, 507, 508):
        site.unknown("server-error", f"/sick/{status}", plain(status), Reason.SERVER_ERROR)
    for status in (408, 425):
        site.unknown("rate-limited", f"/later/{status}", plain(status), Reason.RATE_LIMITED)


def heads(farm: Farm) -> None:
    """HEAD refused, lying, slow or broken."""
    for status in (400, 403, 404, 405, 500, 501, 503):
        site = farm.site()
        site.link("head-refused", f"/head-{status}", pages.by_method(plain(status), GOOD), most_requests=2)
    site = farm.site()
    for number in range(6):
        site.link("head-lies-404", f"/{number}", pages.by_method(plain(404), GOOD), most_requests=2)
    farm.site().link("head-lies-200", "/x", pages.by_method(GOOD, plain(404)), by_get=(Verdict.DEAD, Reason.GONE))
    farm.site().link("head-slow", "/x", pages.by_method(pages.hang(), GOOD))
    farm.site().link("head-resets", "/x", pages.by_method(pages.reset(), GOOD))
    farm.site().link("head-closes", "/x", pages.by_method(pages.close(), GOOD))
    site = farm.site()
    for number in range(4):
        site.link("stale-keep-alive", f"/{number}", pages.stale_keep_alive(GOOD))


def walls(farm: Farm) -> None:
    """Walls for programs: some open for an honest browser's headers, some for nobody."""
    site = farm.site()
    site.link("agent-wall", "/agent", pages.needs_header("User-Agent", "Mozilla/5.0", plain(403), GOOD))
    site.link("accept-wall", "/accept", pages.needs_header("Accept", "text/html", plain(406), GOOD))
    site.link("language-wall", "/language", pages.needs_header("Accept-Language", "en", plain(400), GOOD))
    mitigated = plain(403, (*CLOUDFLARE, ("cf-mitigated", "challenge")))
    site.unknown("challenge", "/mitigated", mitigated, Reason.BLOCKED)
    site.unknown("challenge", "/mitigated-200", plain(200, (("cf-mitigated", "challenge"),)), Reason.BLOCKED)
    hidden = farm.site(f"www.{WALLED_DOMAIN}")
    hidden.unknown("walled", "/in/somebody", GOOD, Reason.WALLED, most_requests=0)
    page = redirect(_put(hidden, "/in/else", GOOD), 302)
    site.unknown("to-walled", "/to-walled", page, Reason.WALLED)
    waiting = plain(
        503, CLOUDFLARE, html("Just a moment...", "<div id='challenge-running'>Checking your browser</div>")
    )
    site.unknown("challenge", "/just-a-moment", waiting, Reason.BLOCKED)


def throttles(farm: Farm) -> None:
    """429 in every way; those that heal do so a second or two after the first request."""
    for hint in ("seconds", "date", "x-ratelimit-reset", "ratelimit"):
        farm.site().link(f"429-{hint}", "/x", pages.throttled(hint, 1, good=GOOD))
    site = farm.site()
    site.link("429-none", "/x", pages.heals(2, plain(429), GOOD))
    site = farm.site()
    for number in range(5):
        page = pages.throttled("seconds", 3600)
        site.unknown("429-past-cap", f"/{number}", page, Reason.RATE_LIMITED, most_requests=2)
    farm.site().unknown("429-endless", "/x", plain(429), Reason.RATE_LIMITED)


def sick(farm: Farm) -> None:
    """Server errors that heal."""
    site = farm.site()
    for failures in (1, 2):
        for status in (500, 502, 503, 504):
            site.link("flaky", f"/{status}/{failures}", pages.heals_for_get(failures, plain(status), GOOD))
    site.link("flaky-hint", "/hint", pages.heals(2, plain(503, (("Retry-After", "1"),)), GOOD))


def connections(farm: Farm) -> None:
    """Refused, reset, closed; on hosts with one link, and on hosts with many."""
    farm.site(condition="down").unknown("refused", "/x", None, Reason.CONNECT)
    down = farm.site(condition="down")
    for number in range(12):
        down.unknown("host-down", f"/{number}", None, Reason.CONNECT, Reason.HOST_DOWN)
    farm.site(condition="full").unknown("connect-timeout", "/x", None, Reason.TIMEOUT, Reason.CONNECT)
    farm.site().unknown("reset", "/x", pages.reset(), Reason.CONNECT)
    farm.site().unknown("reset-inside", "/x", pages.reset(b"HTTP/1.1 200 OK\r\nContent-Ty"), Reason.CONNECT)
    farm.site().unknown("closed", "/x", pages.close(), Reason.CONNECT)
    farm.site().link("reset-once", "/x", pages.heals(1, pages.reset(), GOOD))


def waits(farm: Farm) -> None:
    """Pages that never answer."""
    farm.site().unknown("hang", "/x", pages.hang(), Reason.TIMEOUT)
    farm.site().unknown("hang-inside", "/x", pages.hang_inside_headers(), Reason.TIMEOUT)
    farm.site().unknown("drip", "/x", pages.drip_headers(), Reason.TIMEOUT)
    silent = farm.site()
    for number in range(8):
        silent.unknown("host-silent", f"/{number}", pages.hang(), Reason.TIMEOUT, Reason.HOST_DOWN)


def malformed(farm: Farm) -> None:
    """What is no HTTP."""
    for name, data in pages.MALFORMED.items():
        farm.site().unknown("malformed", f"/{name}", pages.raw(data), Reason.PROTOCOL)
    for name, data in pages.NOT_HTTP.items():
        farm.site().unknown("not-http", f"/{name}", pages.raw(data), Reason.PROTOCOL)
    banner = farm.site()
    banner.greeting = b"SSH-2.0-OpenSSH_9.6\r\n"
    banner.unknown("banner", "/x", pages.close(), Reason.PROTOCOL)
    long = (HTML, ("Content-Security-Policy", "default-src 'self' " + "https://cdn.example.org " * 500))
    farm.site().link("long-header", "/x", plain(200, long))


def bodies(farm: Farm) -> None:
    """Bodies that hurt: status and headers have decided by then."""
    refused = plain(405)
    for kind, script in (
        ("slow-body", pages.slow_body()),
        ("stalled-body", pages.slow_body(stalls=True)),
        ("endless-body", pages.endless_body()),
        ("gzip-bomb", pages.gzip_bomb()),
        (
            "reset-in-body",
            pages.reset(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<p>"),
        ),
        ("bad-chunks", pages.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"ZZ\r\nno\r\n")),
        ("short-body", pages.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort")),
    ):
        farm.site().link(kind, "/x", pages.by_method(refused, script))


def redirects(farm: Farm) -> None:
    """Chains, loops, and redirects to what is dead, forbidden or elsewhere."""
    site, other = farm.site(), farm.site("www.elsewhere.test")
    site.pages["/end"] = other.pages["/end"] = GOOD
    end, far = site.url("/end"), other.url("/end")
    for status in (301, 308):
        site.flagged("moved", f"/to/{status}", redirect(end, status), Flag.MOVED, final_url=end)
        site.flagged("moved", f"/away/{status}", redirect(far, status), Flag.MOVED, final_url=far)
    for status in (302, 303, 307):
        site.flagged("moved-temporarily", f"/to/{status}", redirect(end, status), Flag.MOVED_TEMPORARILY, final_url=end)
    for name, location in (("relative", "../end"), ("rooted", "/end"), ("no-scheme", end.removeprefix("http:"))):
        site.flagged("moved", f"/odd/{name}", redirect(location), Flag.MOVED, final_url=end)
    site.flagged("moved", "/chain/0", redirect("/to/301"), Flag.MOVED, final_url=end)
    site.flagged("moved-temporarily", "/mixed", redirect("/to/302"), Flag.MOVED_TEMPORARILY, final_url=end)
    for number in range(12):
        site.pages[f"/long/{number}"] = redirect(f"/long/{number + 1}" if number < 11 else "/end")
    site.flagged("ten-hops", "/long/2", None, Flag.MOVED, final_url=end)
    site.dead("eleven-hops", "/long/1", None, Reason.REDIRECT_LOOP, most_requests=30)
    site.dead("loop", "/loop/a", redirect("/loop/b"), Reason.REDIRECT_LOOP)
    site.dead("loop", "/loop/b", redirect("/loop/a", 302), Reason.REDIRECT_LOOP)
    site.dead("loop", "/loop/self", redirect("/loop/self"), Reason.REDIRECT_LOOP)
    site.dead("to-gone", "/to-404", redirect("/nowhere"))
    site.dead("to-gone", "/to-410", redirect(_put(other, "/410", plain(410))))
    site.unknown("to-blocked", "/to-403", redirect(_put(other, "/403", plain(403))), Reason.BLOCKED)
    site.dead("to-no-name", "/to-no-name", redirect(f"http://gone.elsewhere.test:{farm.port}/"), Reason.DNS)
    down = farm.site(condition="down")
    site.unknown("to-refused", "/to-refused", redirect(down.url("/")), Reason.CONNECT)
    _headers_of_another(site, other)


def _headers_of_another(site: Site, other: Site) -> None:
    """A redirect to a host that must not get the first one's cookies, and one that only GET sees."""
    other.pages["/cookieless"] = lambda exchange: (plain(400) if exchange.cookies() else GOOD)(exchange)
    away = redirect(other.url("/cookieless"), 302, (("Set-Cookie", "mine=1; Path=/"),))
    final = other.url("/cookieless")
    site.flagged("cookies-stay", "/cookies-stay", away, Flag.MOVED_TEMPORARILY, final_url=final)
    moved = pages.by_method(plain(405), redirect("/end"))
    site.flagged("moved-by-get", "/by-get", moved, Flag.MOVED, final_url=site.url("/end"))


def _put(site: Site, target: str, script: Script) -> str:
    site.pages[target] = script
    return site.url(target)


def cookies(farm: Farm) -> None:
    """Cookie walls: a fresh jar for each chain opens them."""
    site = farm.site()
    for status in (301, 302, 307):
        target = f"/wall/{status}"
        site.link("cookie-wall", target, pages.cookie_wall(target, GOOD, status), may=MOVES)
    site.link("cookie-wall", "/by-login", pages.cookie_wall_by("/login", GOOD), may=MOVES)
    site.pages["/login"] = pages.sets_cookie("/by-login")
    site.dead("cookie-loop", "/forever", pages.counting_cookie("/forever"), Reason.REDIRECT_LOOP, most_requests=30)


def tls(farm: Farm) -> None:
    """Certificates."""
    good = farm.site(tls="good")
    good.link("tls-good", "/x", GOOD)
    for kind in ("expired", "wrong-host", "self-signed"):
        site = farm.site(tls=kind)
        site.flagged(f"tls-{kind}", "/x", GOOD, Flag.INSECURE, reasons=(Reason.TLS,))
        # Whoever it was that said so: it may not have been this host.
        site.unknown("tls-gone", "/gone", plain(404), Reason.TLS)
    farm.site(tls="no-intermediate").flagged("tls-chain", "/x", GOOD, Flag.INSECURE, reasons=(Reason.TLS_CHAIN,))
    farm.site(tls="old-version").unknown("tls-old", "/x", GOOD, Reason.TLS)
    site = farm.site()
    site.flagged("to-https", "/x", redirect(good.url("/x")), Flag.MOVED, final_url=good.url("/x"))
    site.unknown("tls-to-plain", "/t", None, Reason.TLS, Reason.PROTOCOL, url=site.url("/t").replace("http:", "https:"))
    plain_url = good.url("/p").replace("https:", "http:")
    good.unknown("plain-to-tls", "/p", None, Reason.PROTOCOL, Reason.CONNECT, url=plain_url)


def lookups(farm: Farm) -> None:
    """Names that do not exist, names whose server is ill, and names that come back."""
    for name, answers, verdict, reason in (
        ("nxdomain", (NO_SUCH_NAME,), Verdict.DEAD, Reason.DNS),
        ("no-address", (NO_ADDRESS,), Verdict.DEAD, Reason.DNS),
        ("servfail", (SERVFAIL,), Verdict.UNKNOWN, Reason.DNS_TEMPORARY),
    ):
        site = farm.site(f"{name}.farm.test", condition="down")
        farm.names.add(site.name, *answers)
        site.link(f"dns-{name}", "/x", None, verdict=verdict, reasons=(reason,), most_requests=0)
    for name, first in (("nxdomain-once", NO_SUCH_NAME), ("servfail-once", SERVFAIL)):
        site = farm.site(f"{name}.farm.test")
        farm.names.add(site.name, first, site.address)
        site.link(f"dns-{name}", "/x", GOOD)
    site = farm.site("two-addresses.farm.test")
    farm.names.add(site.name, (farm.site(condition="down").address, site.address))
    site.link("dns-two-addresses", "/x", GOOD)


DISGUISES = (
    CANARY, "0x7f420001", "0177.0102.0.1", "2135031809", "127.4325377", "0x7f.0x42.0.1", "127.66.1", "[::ffff:127.66.0.1]",
    "[::ffff:7f42:1]", "[::127.66.0.1]", "[64:ff9b::7f42:1]", "[64:ff9b::127.66.0.1]", "[2002:7f42:1::1]",
    "[2001:0:4136:e378:8000:63bf:80bd:fffe]", "[::1]", "[::]", "0.0.0.0", "localhost", "127.66.0.1.", "127。66。0。1",
    "[0:0:0:0:0:ffff:7f42:0001]",
)  # fmt: skip
"""The canary, or this machine, as an attacker writes it."""
PRIVATE = (
    "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.1.1", "169.254.169.254", "168.63.129.16", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[ff02::1]", "[fd00:ec2::254]",
    "2852039166", "0xa9fea9fe", "[::ffff:169.254.169.254]",
)  # fmt: skip
"""Addresses that are nobody's business; the fence stops a client that goes there all the same."""


def forbidden(farm: Farm) -> None:
    """Addresses and ports that nobody may ask, literally, by name, by redirect, and by a second answer."""
    canary = farm.site("canary.farm.test", address=CANARY)
    canary.missing = GOOD
    never = {"most_requests": 0}
    port = farm.port
    for number, host in enumerate((*DISGUISES, *PRIVATE)):
        url = f"http://{host}:{port}/literal/{number}"
        canary.unknown("forbidden-literal", f"/literal/{number}", None, Reason.FORBIDDEN_TARGET, url=url, **never)
    farm.names.add("localhost", ("127.0.0.1", "::1"))
    canary.unknown("forbidden-name", "/name", None, Reason.FORBIDDEN_TARGET, **never)
    hops = farm.site()
    for number, host in enumerate((*DISGUISES[:8], *PRIVATE[:4], canary.name)):
        page = redirect(f"http://{host}:{port}/hop/{number}", 302)
        hops.unknown("forbidden-hop", f"/{number}", page, Reason.FORBIDDEN_TARGET)
    _rebinding(farm, canary)
    for number, wrong in enumerate((22, 25, 6379, 8080)):
        url = f"http://{hops.name}:{wrong}/port/{number}"
        hops.unknown("port", f"/port/{number}", None, Reason.PORT_NOT_ALLOWED, url=url, **never)
    hops.unknown("port-hop", "/p", redirect(f"http://{hops.name}:6379/"), Reason.PORT_NOT_ALLOWED)


def _rebinding(farm: Farm, canary: Site) -> None:
    """A name whose first answer is fine, and every later one forbidden: HEAD asks for nothing, GET is next."""
    site = farm.site("rebinds.farm.test")
    farm.names.add(site.name, site.address, canary.address)
    script = pages.by_method(pages.stale_keep_alive(plain(405)), pages.stale_keep_alive(GOOD))
    site.link("rebinding", "/x", script, most_requests=2)
    canary.pages["/x"] = GOOD
    mixed = farm.site("mixed.farm.test")
    farm.names.add(mixed.name, (canary.address, mixed.address))
    mixed.link("forbidden-and-good", "/m", GOOD)


SOFT_TITLES = ("Page not found", "404 - File or directory not found", "Oops! That page can’t be found.", "Error 404")


def soft(farm: Farm) -> None:
    """200 for what is not there: only ``--soft-404`` looks, but for redirects to a home page and parking hosts."""
    suspect = frozenset({Flag.SUSPECT})
    site = farm.site()
    site.missing = plain(404)
    for number, title in enumerate(SOFT_TITLES):
        site.link("soft-404", f"/soft/{number}", plain(200, body=html(title, "Sorry.", size=1_200)), soft=suspect)
    article = html("How to make a good 404 page", "An article about pages that are not found.", size=30_000)
    site.link("no-soft-404", "/an-article-about-404", plain(200, body=article))
    site.pages["/"] = GOOD
    home = {"final_url": site.url("/")}
    site.flagged("to-home", "/deep/page.html", redirect("/", 302), Flag.SUSPECT, may=MOVES, **home)
    site.flagged("to-home", "/deep/other.html", redirect("/", 301), Flag.SUSPECT, may=MOVES, **home)
    always = farm.site()
    always.missing = plain(200, body=html("Welcome", "Whatever you ask for.", size=2_000))
    always.link("always-200", "/papers/2019/some-paper.html", always.missing, soft=suspect)
    stranger = farm.site("www.stranger.test")
    stranger.pages["/"] = GOOD
    page = redirect(stranger.url("/"), 302)
    site.flagged("to-strange-home", "/deep/third.html", page, Flag.SUSPECT, may=MOVES, final_url=stranger.url("/"))
    parked = farm.site("www.parked.test")
    text = f"This domain may be for sale. <script src='https://{PARKING_MARK}.js'></script>"
    parked.link("parked", "/article", plain(200, body=html("parked.test", text)), soft=suspect)
    seller = farm.site(f"www.{PARKING_DOMAIN}")
    sold = _put(seller, "/lander?d=sold.test", GOOD)
    site.flagged("sold", "/deep/sold.html", redirect(sold, 302), Flag.SUSPECT, may=MOVES, final_url=sold)


def anchors(farm: Farm) -> None:
    """Fragments that are there in every way, and some that are not."""
    site = farm.site()
    late = "<p>filler</p>\n" * 20_000 + "<h2 id='late'>Late</h2>"
    text = (
        "<h2 id='here'>Here</h2><a name='old'></a><h2 id='user-content-readme'>R</h2><h2 id='caf&eacute;'>C</h2>"
        "<!-- <p id='commented'> --><p class=id title=\"id='quoted'\">id=spoken</p><h3 id=bare>B</h3>"
    )
    page = plain(200, body=html("Anchors", text))
    site.link(
        "anchors", "/there", page, fragments=("here", "old", "readme", "bare", "caf%C3%A9", "top", ":~:text=Here")
    )
    wanted = ("here", "nowhere", "commented", "spoken")
    site.link("anchors", "/not-there", page, fragments=wanted, missing=wanted[1:])
    site.link("anchors", "/late", plain(200, body=html("Late", late)), fragments=("late",))
    site.link(
        "anchors",
        "/paper.pdf",
        plain(200, (("Content-Type", "application/pdf"),), b"%PDF-1.7\n"),
        fragments=("page=3",),
    )
    site.pages["/moved-to"] = page
    final = {"final_url": site.url("/moved-to")}
    script = redirect("/moved-to")
    site.flagged("anchors", "/moved", script, Flag.MOVED, fragments=("here", "lost"), missing=("lost",), **final)


def spelling(farm: Farm) -> None:
    """Targets that a client must send as they are written, or as RFC 3986 tells it to."""
    site = farm.site()
    for target in (
        "/a%2Fb",
        "/a%20b",
        "/x?q=a%20b+c%26d&e=%2F",
        "/a//b",
        "/semi;colon=1,2",
        "/(round)",
        "/%E4%B8%AD",
    ):
        site.link("spelling", target, GOOD)
    site.pages["/caf%C3%A9"] = GOOD
    site.link("spelling", "/café", None)
    site.pages["/?q=1"] = GOOD
    site.link("spelling", "/?q=1", None)
