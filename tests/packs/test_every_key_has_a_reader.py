"""Every key of every kind of pack entry has a reader: a key that nothing reads is not there.

What decides is read by the engine's own modules while the stories of all packs are played; each read of an attribute is
noted with the module that made it. What is only shown is looked up by its name where it is shown: in a view, in a plugin's
check, or on a page of docs/.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from wayhome import Actor, Engine, Refused, commands
from wayhome.packs import plugins
from wayhome.packs.files import FILES
from wayhome.packs.kinds import consents, kind, spans, steps
from wayhome.packs.kinds.about import About
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import check
from wayhome.stories.telling import read_story

from docs.messages import TEXTS
from tests.attacks.made_packs import like_nigeria, packs_of
from tests.conftest import ANNA, a_case, all_packs, engine_at
from tests.packs.planting import written

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine" / "wayhome"
STORIES = sorted((ROOT / "plugins").glob("*/wayhome_*/stories/*.yaml"))
# These read every key alike, or only judge what an author wrote: no key lives by them alone.
NO_READERS = (
    "packs/kinds/kind.py",
    "packs/labels.py",
    "packs/read_only.py",
    "packs/names.py",
    "packs/analyse.py",
    "packs/strictness.py",
)
READ_ALL = {"plain", "mentions", "_with_limits"}
# How to do a step, and what happens after a no: cards will show them to case workers (a later issue). Until then they are
# only shown, by the pages of docs/ and by `process show --json`.
GUIDANCE = {"help", "evidence", "otherwise", "ask", "explains", "actions", "ends_on_refusal"}
# What people look up about a partner, a place, a paper: only shown, whole, by `process show --json`.
LOOKED_UP = {
    "About": {"about", "currency", "maintainers", "country", "languages", "office_only"},
    "Accepts": {"ages", "age", "sex"},  # the last two decide: `Trusted.of`
    "Arrive": {"from_", "to"},
    "PartnerContact": {"country", "owner", "source", "title", "unsure", "value", "kind"},
    "DocumentKind": {"fee"},
    "Fee": {"amount", "currency", "confidence", "payer"},
    "Partner": {"about", "capacity", "place", "verified_on"},
    "Place": {"about", "partners"},
}  # fmt: skip
SMALL = (
    consents.ConsentNeed,
    spans.Span,
    spans.Timing,
    spans.Window,
    spans.MaxAge,
    spans.Length,
    spans.Round,
    spans.ExtraDue,
    steps.DoneBy,
)

A_TEXT = get_args(kind.Text)[1]
Key = tuple[str, str]  # class, field


def kinds() -> Iterator[tuple[type[Any], bool]]:
    """Give every class of the kinds, and whether all of it is only shown."""
    waiting: list[tuple[Any, bool]] = [
        (one, False) for one in (About, *(one for found in FILES.values() for one in found))
    ]
    seen = set()
    while waiting:
        one, is_shown = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        yield one, is_shown
        hints = get_type_hints(one, include_extras=True)
        for field in kind._fields(one):
            waiting += [(part, is_shown or field.shown) for part in _parts_in(hints[field.name])]


def _parts_in(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and issubclass(hint, kind.Part):
        yield hint
    for arg in getattr(hint, "__args__", ()):
        yield from _parts_in(arg)


def keys(*, that_are_shown: bool) -> list[Key]:
    """Give the keys that an author may write, by class."""
    found = [
        (one.__name__, field.name)
        for one, is_shown in kinds()
        for field in kind._fields(one)
        if (is_shown or field.shown) is that_are_shown and not field.set_by_engine
    ]
    small = [] if that_are_shown else [(one.__name__, name) for one in SMALL for name in one._fields]
    return sorted({*found, *small})


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, set[str]]:
    """Read all packs and play all stories; note which module of the engine is the first to read which attribute."""
    found: dict[Key, set[str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for one in (*SMALL, *(one for one, _ in kinds())):
            patch.setattr(one, "__getattribute__", _noting(found))
        plugins._core.cache_clear()
        packs = all_packs()
        for story in STORIES:
            check(read_story(story), packs)
        more = {
            "limits.yaml": "- {tighten: fit_check_max_age, span: {hours: 48}, source: S1}\n",
            "partners.yaml": "- {id: tg_house, name: A house, source: S1}\n",
        }
        plugins.check_folder(written(tmp_path_factory.mktemp("packs") / "togo", more))
        _a_newer_process(tmp_path_factory.mktemp("newer"))
        _what_no_story_tells(packs, patch)
    return found


def _noting(found: dict[Key, set[str]]) -> Any:
    def read(self: Any, name: str) -> Any:
        if name[0] != "_" and (key := (type(self).__name__, name)) not in found:
            code = sys._getframe(1).f_code
            if READ_ALL.isdisjoint(code.co_qualname.split(".")) and (who := _module(code.co_filename)):
                found[key] = {who}
        return object.__getattribute__(self, name)

    return read


def _what_no_story_tells(packs: Packs, patch: pytest.MonkeyPatch) -> None:
    """Play the number of a paper, an effect that is chosen, a check that fails, and a pack made for this engine."""
    plugins.fits_this_engine(next(iter(packs.ready)).pack)
    with Engine.open("sqlite://", packs=packs) as engine:
        case = a_case(engine, "BR")
        engine.do(commands.Incident(case, type="witness", effect="none"), as_=ANNA)
        for kind_ in ("br_cpf", "br_passport"):
            with suppress(Refused):
                engine.do(commands.Document(case, kind=kind_, status="held", number="529.982.247-25"), as_=ANNA)
        for _ in range(2):  # the second time, whoever holds the role could be suspended
            engine.do(commands.Assign(case, role="risk_assessor", organisation="invented_house"), as_=ANNA)
        assert engine.why(
            case, commands.Contact(case, with_="invented_house", channel="phone", reached=True), as_=ANNA
        ).unmet
        engine.do(commands.Record(case, facts={"existed_already": True}), as_=ANNA)
        patch.setattr(plugins, "as_a_finding", lambda _: 1 / 0)
        assert not engine.why(case, "depart", as_=ANNA).allowed
        engine.do(commands.Move(case, to="close", reason="duplicate"), as_=ANNA)
        assert engine.why(case, commands.Incident(case, type="data_breach"), as_=ANNA).allowed

        met = a_case(engine, "NG", as_=ANNA, age_status="adult")
        engine.do(commands.Involve(met, by="person", relation="relative", suspected=True), as_=ANNA)
        engine.do(commands.Move(met, to="arrive"), as_=ANNA)
        engine.ring()
        engine.do(commands.Assign(met, role="reception_officer", partner="ng_bakhita"), as_=ANNA)
        suspect = commands.Complete(met, step="arrival_reception", by="relative-1", heard_by="phone")
        with suppress(Refused):
            engine.do(suspect, as_=Actor("joy", "ng_bakhita", {"reception_officer"}))

        protected = a_case(engine, "NG", as_=ANNA, age_status="adult", pregnant=True)
        taken_back = commands.Record(protected, facts={"pregnant": False})
        assert engine.why(protected, taken_back, as_=ANNA).unmet


def _a_newer_process(folder: Path) -> None:
    """Look at a process that asks for less, and calls something otherwise."""
    fact = "\n- {{id: ng_region, title: Region, type: code, values: [{}, south], group: plan, source: OC}}\n"
    url = f"sqlite:///{folder}/wayhome.db"
    older = like_nigeria(folder / "older", more={"facts.yaml": fact.format("northern")})
    with engine_at(url, packs=packs_of(older)) as engine:
        case = a_case(engine, "NG", ng_region="northern")
    renamed = "\nrenamed: {facts: {ng_region: {northern: north}}}\n"
    newer = like_nigeria(
        folder / "newer",
        more={"facts.yaml": fact.format("north"), "pack.yaml": renamed},
        changed={"pack.yaml": ("version: 0.1.0", "version: 0.2.0"), "rules.yaml": ("revision: 3", "revision: 4")},
    )
    with engine_at(url, packs=packs_of(newer)) as engine:
        newest = engine.packs.process("BE", "NG").digest
        assert not engine.why(case, commands.Rebase(case, digest=newest), as_=ANNA).allowed
        engine.do(commands.Rebase(case, digest=newest), as_=Actor("lea", ANNA.organisation, {"programme_manager"}))


@cache
def _module(file: str) -> str | None:
    path = Path(file)
    name = path.relative_to(ENGINE).as_posix() if path.is_relative_to(ENGINE) else ""
    return None if not name or name.startswith(NO_READERS) else name


def test_what_decides_is_read_where_cases_are_judged(readers: dict[Key, set[str]]) -> None:
    unread = {key for key in keys(that_are_shown=False) if not readers.get(key)}

    assert unread == set()


def test_what_is_shown_is_looked_up_where_it_is_shown() -> None:
    words = _words_of_what_shows()
    told = {(one, name) for one, names in LOOKED_UP.items() for name in names}
    unread = {
        (one, name)
        for one, name in keys(that_are_shown=True)
        if name not in GUIDANCE and kind.key_of(name) not in words and (one, name) not in told
    }

    assert unread == set()
    assert told <= set(keys(that_are_shown=True))


def _words_of_what_shows() -> set[str]:
    """Give the keys and attributes that are read by name outside the packs: by views, rules, plugins and pages."""
    files = [file for file in ENGINE.rglob("*.py") if "packs" not in file.parts]
    found = set()
    for file in (*files, *(ROOT / "plugins").glob("*/wayhome_*/*.py"), ROOT / "docs" / "generate.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                found.add(str(node.slice.value))
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "get"
                and node.args
            ):
                found |= {str(one.value) for one in node.args[:1] if isinstance(one, ast.Constant)}
    return found


# Names and words as others say them: these are not translated.
AS_THEY_ARE = {"ages", "example", "issuer", "languages", "owner", "place", "publisher", "seen"}


def _is_text(hint: Any) -> bool:
    marks = getattr(hint, "__metadata__", ())
    return A_TEXT in marks or any(map(_is_text, get_args(hint)))


def test_every_text_of_a_pack_is_found_for_translators() -> None:
    hints = [(field, get_type_hints(one, include_extras=True)) for one, _ in kinds() for field in kind._fields(one)]
    texts = {field.key for field, of in hints if _is_text(of[field.name])}

    assert texts - TEXTS == AS_THEY_ARE


def test_a_key_that_nothing_reads_is_noticed(readers: dict[Key, set[str]]) -> None:
    """What only reading, checking or writing all keys alike touches counts for nothing."""
    assert ("Step", "sign") in readers
    assert ("Step", "evidence") not in readers  # only labels.py reads it
    assert not any(module.startswith(NO_READERS) for modules in readers.values() for module in modules)
    assert not {"phase_of_the_moon", "unsure_why"} & _words_of_what_shows()
