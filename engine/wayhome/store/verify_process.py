"""A check in a process of its own: whoever works in this one is not slowed down by it."""

from __future__ import annotations

import base64
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from wayhome.errors import StoreUnavailable, WayhomeError
from wayhome.store.addresses import opened
from wayhome.store.checking import Progress, Verification, verify
from wayhome.store.lists import Store
from wayhome.store.vault import Vault

PROGRESS, FOUND, FAILED = b"p", b"f", b"e"


def verify_apart(
    address: str, schema: str | None, masters: Mapping[str, bytes], progress: Progress, asked: Mapping[str, Any]
) -> Verification:
    """Check a database in another process.

    Args:
        masters: the master keys by their ids; they go through a pipe, and stand on no command line and in no environment.
        asked: what `checking.verify` takes.

    Raises:
        As `checking.verify`; and StoreUnavailable: the other process has ended.
    """
    there = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-m", "wayhome.store.verify_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=there
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(pickle.dumps((address, schema, dict(masters), dict(asked))))
            process.stdin.close()
            for line in process.stdout:
                kind, _, told = line.strip().partition(b" ")
                if kind == PROGRESS:
                    progress(int(told))
                    continue
                answer = pickle.loads(base64.b64decode(told))  # noqa: S301 - of our own process
                if kind == FAILED:
                    raise answer
                found: Verification = answer
                return found
        except BrokenPipeError:
            pass
        finally:
            process.kill()
    raise StoreUnavailable(
        "The check has ended before it was done.",
        why="Its process was stopped.",
        todo="Begin it again.",
        code="check_ended",
    )


def _run(said: BinaryIO, told: BinaryIO) -> None:
    """Do what is said on standard input, and tell what was found on standard output."""
    address, schema, masters, asked = pickle.load(said)  # noqa: S301 - of our own process

    def tell(kind: bytes, what: bytes) -> None:
        told.write(kind + b" " + what + b"\n")
        told.flush()

    try:
        database = opened(address, schema)
        store = Store(database, Vault(lambda id: masters[id]))
        found = verify(store, lambda count: tell(PROGRESS, str(count).encode()), **asked)
        tell(FOUND, base64.b64encode(pickle.dumps(found)))
    except WayhomeError as error:
        tell(FAILED, base64.b64encode(pickle.dumps(error)))


if __name__ == "__main__":
    _run(sys.stdin.buffer, sys.stdout.buffer)
