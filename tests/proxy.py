"""A proxy before a PostgreSQL server: it counts how often a client waits for an answer, and cuts the line where a test says so."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from tests import postgres


class Proxy:
    """Stands between a client and the server of the tests.

    `waits` counts how often the server was asked for something and nothing more was sent until it had answered. `cut` is given what a client
    sends, and says whether the line is to be cut: "before" the server hears it, or "after" it has answered, which nobody hears then.
    """

    def __init__(self) -> None:
        self.waits = 0
        self.cut: Callable[[bytes], str | None] = lambda sent: None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._url = sa.make_url(postgres.needed())
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        url = self._url.set(host="127.0.0.1", port=self._listening.getsockname()[1]).difference_update_query(["host"])
        return url.update_query_dict({"sslmode": "disable", "gssencmode": "disable"}).render_as_string(
            hide_password=False
        )

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._between, args=(client, self._server()), daemon=True).start()

    def _server(self) -> socket.socket:
        folder = self._url.query.get("host")
        if folder is None:
            return socket.create_connection((self._url.host or "127.0.0.1", self._url.port or 5432))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.{self._url.port or self._url.query.get('port') or 5432}")
        return server

    def _between(self, client: socket.socket, server: socket.socket) -> None:
        asked = threading.Event()
        is_deaf = threading.Event()

        def answers() -> None:
            with suppress(OSError):
                while came := server.recv(65536):
                    if is_deaf.is_set():
                        break
                    if asked.is_set():
                        asked.clear()
                        self.waits += 1
                    client.sendall(came)
            _end(client, server)

        threading.Thread(target=answers, daemon=True).start()
        with suppress(OSError):
            while sent := client.recv(65536):
                how = self.cut(sent)
                if how == "before":
                    break
                if how == "after":
                    is_deaf.set()
                asked.set()
                server.sendall(sent)
        if not is_deaf.is_set():
            _end(client, server)


def _end(*lines: Any) -> None:
    for one in lines:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
