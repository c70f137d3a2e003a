"""Packs as they were read, kept where Python keeps what it compiles: reading YAML and looking for every fault takes long, and says the same
each time.

Only a pack that was found good is kept, with what its plugin is called by, beside the modules of its folder (`__pycache__`, or
PYTHONPYCACHEPREFIX), and only where Python may keep its own (PYTHONDONTWRITEBYTECODE). It counts as long as every file of the pack, all code of
its plugin and what that declares, the core and the engine that read it are the same, byte by byte. Whoever can write there can write the code of
the plugin, too.
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

from wayhome.packs.files import FILES
from wayhome.packs.pack import Pack

HERE = Path(__file__).parent
CORE = HERE.parent / "core"
SAYS_THE_CLAIMS = ("pack.yaml", "rules.yaml")  # what a plugin is called by

Claims = frozenset[tuple[str, str]]


class Seal(NamedTuple):
    """What a pack is read of, as it was before it was read: what changes meanwhile makes another."""

    claimed_by: bytes
    made_of: bytes


class _CachedPack(NamedTuple):
    seal: Seal
    claims: Claims
    pack: bytes


def sealed(folder: Path, code: Iterable[Path] = (), declared: bytes = b"") -> Seal | None:
    """Name all that decides how the pack of a folder is read and whether its plugin may run; None where that cannot be seen.

    Args:
        code: every file of the plugin's code, also outside of the folder.
        declared: what the plugin says of itself to an installer; its dependencies are among it.
    """
    try:
        own = _digest([*sorted(folder.glob("*.y*ml")), *sorted({*code, *folder.rglob("*.py")})])
        return Seal(_claimed_by(folder), sha256(own + sha256(declared).digest() + _engine()).digest())
    except OSError:
        return None


def compiled(folder: Path, seal: Seal | None) -> Pack | None:
    """Give the cached pack of a folder, when nothing has changed since it was found good."""
    kept = _cached(folder)
    if kept is None or kept.seal != seal:
        return None
    with suppress(Exception):  # of another version of what it holds
        pack: Pack = pickle.loads(kept.pack)
        if pack.folder == folder:
            return pack
    return None


def claims_of(folder: Path) -> Claims | None:
    """Give what the plugin of a folder is called by, when that has not changed since it was found good."""
    kept = _cached(folder)
    with suppress(OSError):
        return kept.claims if kept is not None and kept.seal.claimed_by == _claimed_by(folder) else None
    return None


def cache_pack(pack: Pack, claims: Iterable[tuple[str, str]], seal: Seal | None) -> None:
    """Cache a pack that was found good; where nothing can be written, it is read again the next time."""
    if sys.dont_write_bytecode or seal is None:
        return
    file = _file(pack.folder)
    beside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with suppress(OSError, pickle.PickleError, TypeError, AttributeError):
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(pickle.dumps(_CachedPack(seal, frozenset(claims), pickle.dumps(pack, 5)), 5))
        os.replace(beside, file)
    with suppress(OSError):  # it is left over only where it could not replace the old one
        beside.unlink(missing_ok=True)


def _file(folder: Path) -> Path:
    return Path(cache_from_source(str(folder / "pack.py"))).with_suffix(".pack")


def _cached(folder: Path) -> _CachedPack | None:
    with suppress(Exception):  # there is none, or it is damaged
        kept = pickle.loads(_file(folder).read_bytes())
        return kept if isinstance(kept, _CachedPack) else None
    return None


def _claimed_by(folder: Path) -> bytes:
    return _digest([one for name in SAYS_THE_CLAIMS if (one := folder / name).is_file()])


@cache
def _engine() -> bytes:
    """Name the engine that reads packs, the kinds of files that it knows, and the core that they are composed with. Of the engine's own code it is
    its size and time, as of any compiled module.
    """
    code = ((str(one.relative_to(HERE)), one.stat()) for one in sorted(HERE.rglob("*.py")))
    ours = repr([sys.version_info[:2], [*FILES], *((name, seen.st_size, seen.st_mtime_ns) for name, seen in code)])
    return sha256(ours.encode() + _digest(sorted(CORE.glob("*.yaml")))).digest()


def _digest(files: Iterable[Path]) -> bytes:
    total = sha256()
    for file in files:
        text = file.read_bytes()
        total.update(f"{file}\0{len(text)}\0".encode())
        total.update(text)
    return total.digest()
