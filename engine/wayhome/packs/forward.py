"""Whether one process is newer than another: by the versions of the packs of which both are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wayhome.packs.process import Process


class Versions(NamedTuple):
    """The packs of a process, by how they compare with those of the process whose place it would take."""

    older: tuple[str, ...]
    newer: tuple[str, ...]
    changed: tuple[str, ...]  # of the same version, and of another content


def versions(before: Process, now: Process) -> Versions:
    """Compare the versions of packs, as PEP 440 does. What does not say its version was made before any that does."""
    from packaging.version import Version  # 8 ms: only where a process is adopted

    found: dict[str, list[str]] = {name: [] for name in Versions._fields}
    for pack in sorted({*before.packs, *now.packs}):
        was, is_ = before.made_of.get(pack), now.made_of.get(pack)
        if is_ is None or (was is not None and Version(is_["version"]) < Version(was["version"])):
            found["older"].append(pack)
        elif was is None or Version(is_["version"]) > Version(was["version"]):
            found["newer"].append(pack)
        elif is_["digest"] != was["digest"]:
            found["changed"].append(pack)
    return Versions(*map(tuple, found.values()))


def is_newer_version(version: str, was: Mapping[str, str] | None) -> bool:
    """Say whether a version of a pack is newer than that of which a process is made; what does not say its version is older than any."""
    from packaging.version import Version

    return was is None or Version(version) > Version(was["version"])
