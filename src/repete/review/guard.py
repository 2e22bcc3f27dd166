"""Guard: nobody but the person who opened the page gets in.

A voice is personal data, and every web site that is open in a browser can send requests to this
computer. So a request is served only when it names this very address (no DNS rebinding), comes
from this very page (no cross-site request), and carries the cookie that the one-time token of the
opened address was changed for.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        b"media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        b"frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
"""What every answer carries: nothing from elsewhere, nothing inline, nothing told to others."""

OPENING = "/open"
"""The path that takes the token."""

_SAFE = {"GET", "HEAD"}
_MINE = {"same-origin", "none"}


class Guard:
    """Stands before the page, at one `host` (address and port).

    `token` opens the door once; whoever comes through gets a cookie that lasts as long as the
    server does.
    """

    def __init__(self, app: App, host: str) -> None:
        self._app = app
        self._host = host
        self._origin = f"http://{host}"
        self._cookie = f"repete-{host.rsplit(':', 1)[-1]}"  # cookies do not tell ports apart
        self._secret = secrets.token_urlsafe(32)
        self.token: str | None = secrets.token_urlsafe(32)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it in a few words."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = _headers(scope)
        if refusal := self._refusal(scope["method"], headers):
            return await _answer(send, 403, refusal)
        if scope["path"] == OPENING:
            return await self._open(scope, send)
        if not self._is_known(headers):
            return await _answer(send, 401, "Open this page with `repete review`.")
        return await self._app(scope, receive, _armoured(send))

    def _refusal(self, method: str, headers: dict[str, str]) -> str | None:
        """Why a request is refused; None when it comes from this page, or from nowhere."""
        if headers.get("host") != self._host:
            return "This is not the address of this page."
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin == "null" and site == "same-origin":
            origin = self._origin  # a form of ours: `no-referrer` hides even where it stands
        if origin not in (None, self._origin) or site not in (None, *_MINE):
            return "Another site may not ask."
        if method not in _SAFE and (origin is None or site == "none"):
            return "Only this page may change something."
        return None

    def _is_known(self, headers: dict[str, str]) -> bool:
        try:
            given = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return given is not None and _same(given.value, self._secret)

    async def _open(self, scope: Message, send: Send) -> None:
        """Change the token, which then opens nothing more, for the cookie."""
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        given, to = (asked.get(key, [""])[0] for key in ("token", "to"))
        if self.token is None or not _same(given, self.token):
            return await _answer(send, 401, "This address was used: run `repete review` again.")
        self.token = None
        cookie = f"{self._cookie}={self._secret}; Path=/; HttpOnly; SameSite=Strict"
        return await _answer(
            send, 303, "", (b"location", _local(to)), (b"set-cookie", cookie.encode())
        )


def _local(path: str) -> bytes:
    """The path when it stays on this page, else the first page."""
    stays = path.startswith("/") and not path.startswith("//") and path.isascii()
    return path.encode() if stays and path.isprintable() and "\\" not in path else b"/"


def _same(given: str, secret: str) -> bool:
    """Whether the two are equal, found out in a time that tells nothing."""
    return secrets.compare_digest(given.encode(), secret.encode())


def _headers(scope: Message) -> dict[str, str]:
    """The headers by name; one that comes twice counts as neither."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        found[key] = "" if key in found else value.decode("latin-1")
    return found


def _armoured(send: Send) -> Send:
    """Sends every answer with the strict headers."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            if not any(name.lower() == b"cache-control" for name, _ in given):
                given.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*given, *HEADERS]}
        await send(message)

    return sending


async def _answer(send: Send, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
    """A short answer in plain text."""
    body = text.encode()
    own = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    length = (b"content-length", str(len(body)).encode())
    sending = {"type": "http.response.start", "status": status}
    await send({**sending, "headers": [*own, length, *headers, *HEADERS]})
    await send({"type": "http.response.body", "body": body})
