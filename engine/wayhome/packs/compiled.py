"""Packs as they were read, kept where Python keeps what it compiles: reading YAML and looking for every fault takes long, and says the same
each time.

Only a pack that was found good is kept, with what its plugin is called by, beside the modules of its folder (`__pycache__`, or
PYTHONPYCACHEPREFIX), and only where Python may keep its own (PYTHONDONTWRITEBYTECODE). It counts as long as every file of the pack, its code,
the core and the engine that read it are the same, byte by byte. Whoever can write there can write the code of the plugin, too.
"""

from __future__ import annotations

import os
import pickle
import secrets
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import NamedTuple

from wayhome.packs.pack import Pack

HERE = Path(__file__).parent
CORE = HERE.parent / "core"
SAYS_THE_CLAIMS = ("pack.yaml", "rules.yaml")  # what a plugin is called by

Claims = frozenset[tuple[str, str]]


class _Kept(NamedTuple):
    claimed_by: bytes  # what the claims were read of
    claims: Claims
    made_of: bytes
    pack: bytes


def compiled(folder: Path) -> Pack | None:
    """Give the pack of a folder as it was kept, when nothing has changed since it was found good."""
    kept = _kept(folder)
    if kept is None or kept.made_of != _made_of(folder):
        return None
    with suppress(Exception):  # of another version of what it holds
        pack: Pack = pickle.loads(kept.pack)
        if pack.folder == folder:
            return pack
    return None


def claims_of(folder: Path) -> Claims | None:
    """Give what the plugin of a folder is called by, when that has not changed since it was found good."""
    kept = _kept(folder)
    return kept.claims if kept is not None and kept.claimed_by == _claimed_by(folder) else None


def keep(pack: Pack, claims: Iterable[tuple[str, str]]) -> None:
    """Keep a pack that was found good; where nothing can be kept, it is read again the next time."""
    made_of, claimed_by = _made_of(pack.folder), _claimed_by(pack.folder)
    if sys.dont_write_bytecode or made_of is None or claimed_by is None:
        return
    file = _file(pack.folder)
    beside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with suppress(OSError, pickle.PickleError, TypeError, AttributeError):
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(pickle.dumps(_Kept(claimed_by, frozenset(claims), made_of, pickle.dumps(pack, 5)), 5))
        os.replace(beside, file)
    with suppress(OSError):
        beside.unlink(missing_ok=True)


def _file(folder: Path) -> Path:
    return Path(cache_from_source(str(folder / "pack.py"))).with_suffix(".pack")


def _kept(folder: Path) -> _Kept | None:
    with suppress(Exception):  # there is none, or it is damaged
        kept = pickle.loads(_file(folder).read_bytes())
        return kept if isinstance(kept, _Kept) else None
    return None


def _made_of(folder: Path) -> bytes | None:
    """Name all that decided how a pack was read; None where that cannot be seen."""
    try:
        code = sorted(folder.rglob("*.py"))
        own = _digest(folder, [*sorted(folder.glob("*.y*ml")), *code])
        return sha256(own + _engine()).digest()
    except OSError:
        return None


def _claimed_by(folder: Path) -> bytes | None:
    try:
        return _digest(folder, [one for name in SAYS_THE_CLAIMS if (one := folder / name).is_file()])
    except OSError:
        return None


@cache
def _engine() -> bytes:
    """Name the engine that reads packs, and the core that they are composed with. Of the engine's own code it is its size and time, as of any
    compiled module.
    """
    code = ((str(one.relative_to(HERE)), one.stat()) for one in sorted(HERE.rglob("*.py")))
    ours = repr([sys.version_info[:2], *((name, seen.st_size, seen.st_mtime_ns) for name, seen in code)])
    return sha256(ours.encode() + _digest(CORE, sorted(CORE.glob("*.yaml")))).digest()


def _digest(folder: Path, files: Iterable[Path]) -> bytes:
    total = sha256()
    for file in files:
        text = file.read_bytes()
        total.update(f"{file.relative_to(folder)}\0{len(text)}\0".encode())
        total.update(text)
    return total.digest()
