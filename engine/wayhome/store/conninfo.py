"""The address of a PostgreSQL server, as libpq reads it: for whoever opens a database, and for whoever makes one."""

from __future__ import annotations

import re
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from wayhome.errors import BadInput

PARAMETER = re.compile(r"[?&]([^=&]*)=")


def conninfo_of(address: str) -> str:
    """Give an address as libpq reads it.

    Raises:
        BadInput: it does not read it.
    """
    scheme, sign, rest = address.partition("://")
    conninfo, names = f"{scheme.partition('+')[0]}{sign}{rest}", [unquote(name) for name in PARAMETER.findall(rest)]
    try:
        told = conninfo_to_dict(conninfo)
        ports = str(told.get("port") or "").split(",")
        if (
            len({*names}) == len(names)
            and all(port.isdigit() or not port for port in ports)
            and "@" not in str(told.get("host") or "")
        ):
            return make_conninfo(conninfo, client_encoding="utf8")
    except (psycopg.ProgrammingError, UnicodeError):  # it repeats the password
        pass
    raise BadInput(
        "That is no database address.",
        todo="Write for example postgresql://person@server/wayhome. In a name or a secret write %40 for @, %2F for / and %25 for %. Each setting stands once.",
        field="database",
        code="unreadable",
    )
