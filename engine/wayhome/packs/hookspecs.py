"""The hooks of a country plugin. Few, each with its manual; each is used by a plugin of this repository."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pluggy

from wayhome.model.case import Case
from wayhome.model.command import BaseCommand
from wayhome.model.reason import Finding
from wayhome.packs.read_only import PackView

PROJECT = "wayhome"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def wayhome_pack() -> Path:  # type: ignore[empty-body]  # pluggy calls the plugins' bodies, never this one
    """Say in which folder this plugin's pack lies.

    Called:    once, when packs are looked for; the imports and the pack beside the plugin were read before that.
    Return:    the folder that holds pack.yaml.
    On error:  whatever it is, or ten seconds of importing: the plugin is refused, by name, file and line; all others
               keep working.
    Since:     0.1. Worked example: every plugin in plugins/.
    """


@hookspec  # what is given is one of `wayhome.country.AnyCommand`: the commands stand above the packs
def wayhome_check(rule: str, case: Case, command: BaseCommand, at: datetime, pack: PackView) -> Finding:  # type: ignore[empty-body]
    """Judge one rule that this pack declares in its rules.yaml.

    Called:    only for cases that run under this pack, before the engine decides; `at` is the moment that is judged.
    Return:    one `Finding`, made with `yes` or `no`: what was found, what that is about, and what to do; of whom, and
               from when. Number, source and the command that would help are added by the engine. A check can forbid and
               delay, never allow what the engine forbids.
    Sees:      copies of the case and of the command that cannot be changed, and the pack's own entries, so that what
               stands in YAML need not stand in Python; `pack` counts in the pack's calendar and zone.
    On error:  whatever it is, a wrong or overlong answer, or none within two seconds is an unmet reason for the moments
               that rules.yaml names; the plugin's file and line are logged, never the case's content. Code that has
               not answered goes on, and the plugin is asked nothing more in that program until it has come to an end.
               What is printed is heard by nobody.
    Since:     0.1. Worked examples: plugins/nigeria, plugins/sierra_leone, plugins/brazil, plugins/belgium.
    """


@hookspec
def wayhome_check_identifier(kind: str, value: str) -> bool:  # type: ignore[empty-body]
    """Say whether a number passes this country's own arithmetic, e.g. check digits.

    Called:    for identifiers that identifiers.yaml marks `checksum: true`; `value` is already normalised.
    Return:    True when it passes. The value must not be kept, logged or put into an error.
    On error:  nobody calls the number wrong, as after two seconds without an answer: where it must pass (`block`) the command is refused, and it is
               said that this plugin has not answered; else the number is kept without a verdict.
    Since:     0.1. Worked example: plugins/brazil (CPF).
    """
