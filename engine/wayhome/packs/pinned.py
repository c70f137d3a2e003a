"""Whether an installed plugin judges a rule as a case is pinned to it: by the same revision, and by the same code.

Used by:  packs.plugins, before a check is asked; checkup.packs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from wayhome.errors import Template
from wayhome.packs.forward import is_newer_version
from wayhome.packs.kinds.rules import PackRule
from wayhome.packs.pack import Pack
from wayhome.packs.process import Process

Unlike = Literal["code", "revision", "gone"]
WHY: Mapping[Unlike, Template] = {
    "code": "the code of the plugin '{pack}' is another than the case is pinned to, under the same revision of this rule",
    "revision": "the plugin '{pack}' now judges another revision of this rule than the case is pinned to",
    "gone": "the plugin '{pack}' does not know this rule any more",
}
ADOPT: Template = (
    "let {who} look at what is different, and adopt the newer process (rebase); or put back the plugin that was there"
)
NO_NEWER: Template = (
    "put back the plugin that was there, or have its authors give it a new version, which {who} can adopt (rebase)"
)


def unlike(rule: PackRule, pack: Pack, adopted: Process | None = None) -> Unlike | None:
    """Say what of a rule of a process is another in a plugin's pack; None where it is the same rule.

    Args:
        adopted: the process that the case has adopted since: its rule counts where the plugin has that of then no more.
    """
    own = next((one.entry for one in pack.of("rules") if one.entry.id == rule.id), None)
    found, later = _unlike(rule, own), adopted.rules.get(rule.id) if adopted else None
    return found if found is None or later is None else _unlike(later, own)


def _unlike(rule: PackRule, own: PackRule | None) -> Unlike | None:
    if own is None:
        return "gone"
    if own.revision != rule.revision:
        return "revision"
    return "code" if own.code != rule.code else None


def all_unlike(process: Process, pack: Pack) -> frozenset[Unlike]:
    """Say what is another of all the rules that a process has of a plugin's pack."""
    own = (unlike(rule, pack) for rule in process.rules.values() if rule.pack == pack.id)
    return frozenset(one for one in own if one is not None)


def way_on(process: Process, pack: Pack) -> Template:
    """Say what leads on where a plugin may not judge: its pack is adopted only in a newer version."""
    return ADOPT if is_newer_version(pack.about.version, process.made_of.get(pack.id)) else NO_NEWER
