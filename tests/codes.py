"""Every code of an error that is made in a test is held against those that its class declares."""

from __future__ import annotations

from typing import Any

from wayhome.errors import WayhomeError


def hold_codes_against_what_is_declared() -> None:
    """Let each error that is made say a code of its class, or none."""
    plain = WayhomeError.__init__

    def made(self: WayhomeError, what: str, *, code: str = "", **more: Any) -> None:
        assert code in ("", *type(self).codes), (type(self).__name__, code)
        plain(self, what, code=code, **more)

    WayhomeError.__init__ = made  # type: ignore[method-assign]
