"""Who may act at the shell: an administrator says so, it is logged, who has ended acts no more, and no file gives a role."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor, BadInput, Engine, NotPermitted, create
from wayhome.packs.plugins import Packs
from wayhome.shell.commands.demo import _tell
from wayhome.stories.playing import StoryClock, play
from wayhome.stories.telling import read_story

from tests.attacks.play import logged
from tests.conftest import START
from tests.shell.conftest import Answer, CommandLine

ROLE = "system_admin"
ADA = Actor("ada", "invented_house", {ROLE})
BEN = Actor("ben", "invented_house", {ROLE})
TOM = Actor("tom", "invented_house", {"case_manager_sending"})
EVE = ("actor", "add", "eve", "--organisation", "invented_house", "--role", "case_manager_sending")
ONLY = "Only an administrator may say who acts here: sysop.\nAsk one of them. If you are one, say so with --as.\n"
LAST = "'sysop' is the last administrator.\nWithout one, anybody may say who acts here.\nEnter another administrator first.\n"
NOBODY_YET = "Nobody is an administrator yet, so anybody may enter actors. Enter one next, with --role system_admin."
ENDED = "That actor has ended.\nWho has ended may look and act no more. What they did stays theirs.\nAsk an administrator.\n"


@pytest.fixture
def engine(packs: Packs) -> Engine:
    return Engine.open("sqlite://", clock=StoryClock(START), packs=packs)


def refused(answer: Answer, status: int, told: str) -> None:
    assert (answer.status, answer.err, answer.out) == (status, told, "")


def listed(wayhome: CommandLine, id: str) -> Any:
    return next((one for one in wayhome.json("actor", "list") if one["id"] == id), None)


# --- who enters actors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "anna", "shelter", "nobody"])
def test_nobody_but_an_administrator_enters_changes_or_ends_an_actor(wayhome: CommandLine, who: str | None) -> None:
    before = wayhome.ledger()

    for words in (EVE, (*EVE[:2], "rita", *EVE[3:]), ("actor", "end", "rita")):
        refused(wayhome(*words, as_=who), 4, ONLY)

    assert wayhome.ledger() == before


def test_an_administrator_enters_changes_and_ends_an_actor(wayhome: CommandLine) -> None:
    assert wayhome(*EVE, as_="sysop").out == "eve may now act for invented_house as case_manager_sending.\n"
    assert wayhome("case", "list", as_="eve").status == 0

    assert wayhome(*EVE[:-1], "auditor_or_donor", as_="sysop").status == 0
    assert listed(wayhome, "eve")["roles"] == ["auditor_or_donor"]

    ended = wayhome("actor", "end", "eve", as_="sysop")
    assert ended.out == "eve has ended: they do and read nothing here any more. What they did stays shown.\n"


def test_anybody_enters_the_first_actors_and_is_told_to_enter_an_administrator(empty_line: CommandLine) -> None:
    made = empty_line("init").out
    assert made.endswith("Next, an administrator: wayhome actor add ID --organisation O --role system_admin\n")

    assert empty_line(*EVE, as_=None).out.splitlines()[1:] == [NOBODY_YET]
    assert empty_line("actor", "end", "eve", as_="eve").status == 0
    assert empty_line(*EVE[:2], "sysop", *EVE[3:-1], "system_admin", as_=None).out.count("\n") == 1
    refused(empty_line(*EVE[:2], "tom", *EVE[3:], as_=None), 4, ONLY)


def test_an_administrator_who_has_ended_enters_nobody(wayhome: CommandLine) -> None:
    wayhome(*EVE[:2], "ada", *EVE[3:-1], "system_admin", as_="sysop")
    wayhome("actor", "end", "sysop", as_="ada")

    refused(wayhome(*EVE, as_="sysop"), 4, ONLY.replace("sysop", "ada"))


def test_every_face_of_the_engine_asks_for_an_administrator_as_the_database_knows_them(engine: Engine) -> None:
    engine.put_actor(TOM)
    engine.put_actor(ADA)

    for by in (
        None,
        TOM,
        BEN,
        Actor.clock,
        Actor("tom", "invented_house", ADA.roles),
        Actor("ada", "another", ADA.roles),
    ):
        for change in (lambda by=by: engine.put_actor(BEN, as_=by), lambda by=by: engine.end_actor("tom", as_=by)):
            with pytest.raises(NotPermitted, match="Only an administrator may say who acts here: ada"):
                change()

    assert engine.actors() == (ADA, TOM)
    engine.put_actor(BEN, as_=ADA)
    assert engine.administrators() == (ADA, BEN)


# --- there is always an administrator -----------------------------------------------------------------------------------


def test_the_last_administrator_neither_ends_nor_loses_the_role(wayhome: CommandLine) -> None:
    before = wayhome.ledger()

    refused(wayhome("actor", "end", "sysop", as_="sysop"), 2, LAST)
    refused(wayhome(*EVE[:2], "sysop", *EVE[3:], as_="sysop"), 2, LAST)

    assert wayhome.ledger() == before


def test_an_administrator_moves_to_another_organisation_and_hands_over(wayhome: CommandLine) -> None:
    moved = ("actor", "add", "sysop", "--organisation", "another_house", "--role", "system_admin")
    assert wayhome(*moved, as_="sysop").status == 0

    assert wayhome(*EVE[:2], "ada", *EVE[3:-1], "system_admin", as_="sysop").status == 0
    assert wayhome("actor", "end", "sysop", as_="sysop").status == 0
    assert wayhome(*EVE, as_="ada").status == 0


def test_while_nobody_is_an_administrator_the_only_actor_may_end(engine: Engine) -> None:
    engine.put_actor(TOM)

    assert engine.end_actor("tom").ended_at == START
    assert engine.actors() == ()


# --- who has ended -------------------------------------------------------------------------------------------------------


def test_who_has_ended_does_and_reads_nothing_and_what_they_did_stays_shown(wayhome: CommandLine, number: str) -> None:
    wayhome("do", number, "note", "group=case", "text=an invented note", as_="anna")
    wayhome("actor", "end", "anna", as_="sysop")
    before = wayhome.ledger()

    for words in (
        ("case", "list"),
        ("case", "show", number),
        ("case", "history", number),
        ("case", "next", number),
        ("case", "why", number, "depart"),
        ("case", "open", "--host", "BE", "--origin", "NG"),
        ("do", number, "note", "group=case", "text=an invented note"),
        ("due",),
    ):
        refused(wayhome(*words, as_="anna"), 4, ENDED)

    assert wayhome.ledger() == before
    rows = wayhome.json("case", "history", number, as_="rita")["items"]
    assert [(row["type"], row["actor"]) for row in rows][-1] == ("note_added", "anna")


def test_who_ends_while_they_sit_at_the_interactive_shell_goes_no_further(
    wayhome: CommandLine, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("case list\nactor end anna --as sysop\ncase list\n"))

    told = wayhome("shell", as_="anna")

    assert told.status == 4
    assert number in told.out
    assert told.err == ENDED + "Line 3 was not done; the lines after it were not tried.\n"


def test_an_id_is_given_to_nobody_else(wayhome: CommandLine) -> None:
    wayhome(*EVE, as_="sysop")
    wayhome("actor", "end", "eve", as_="sysop")

    told = "'eve' has ended, and no id is given to a second person.\nChoose another id.\n"
    refused(wayhome(*EVE, as_="sysop"), 2, told)
    refused(wayhome("actor", "end", "eve", as_="sysop"), 2, "'eve' has ended already.\nLook at the list of actors.\n")


def test_who_was_never_entered_cannot_end_and_no_name_is_echoed(wayhome: CommandLine) -> None:
    told = wayhome("actor", "end", "An Invented Name", as_="sysop")

    refused(told, 2, "There is no actor like that.\nThere are:\nanna, rita, shelter, sysop.\n")


def test_who_has_ended_is_listed_last_with_the_day(wayhome: CommandLine) -> None:
    wayhome("actor", "end", "anna", as_="sysop")

    rows, told = wayhome.json("actor", "list"), wayhome("actor", "list").out

    assert [(one["id"], bool(one["ended_at"])) for one in rows] == [
        ("rita", False), ("shelter", False), ("sysop", False), ("anna", True),
    ]  # fmt: skip
    assert told.splitlines()[0].split() == ["actor", "organisation", "roles", "ended", "away", "until"]
    assert told.splitlines()[-1].startswith("anna")
    assert rows[-1]["ended_at"][:4] in told.splitlines()[-1]


# --- it is logged --------------------------------------------------------------------------------------------------------


def test_who_entered_whom_with_which_roles_is_logged(engine: Engine) -> None:
    def acts() -> None:
        engine.put_actor(ADA)
        engine.put_actor(TOM, as_=ADA)
        engine.put_actor(Actor("tom", "another_house", {"escort", "travel_officer"}), as_=ADA)
        engine.end_actor("tom", as_=ADA)

    assert [{**line, "log_level": ""} for line in logged(acts)] == [
        {"event": event, "actor": actor, "by": by, "log_level": "", **said}
        for event, actor, by, said in (
            ("actor_entered", "ada", None, {"organisation": "invented_house", "roles": ["system_admin"]}),
            ("actor_entered", "tom", "ada", {"organisation": "invented_house", "roles": ["case_manager_sending"]}),
            ("actor_changed", "tom", "ada", {"organisation": "another_house", "roles": ["escort", "travel_officer"]}),
            ("actor_ended", "tom", "ada", {}),
        )
    ]


# --- no file gives a role ------------------------------------------------------------------------------------------------

HEAD = "title: An invented story\n"
OPENS = "story:\n  - {as: anna, do: open, host_country: BE, origin_country: NG, facts: {age_status: adult}}\n"
OF_ANNA = "  anna: {organisation: invented_house, roles: [case_manager_sending, programme_manager]}\n"
NOTHING = "Nothing of the file was done."
OTHERWISE = [
    "Line 3 says another organisation or other roles of 'anna' than are entered.",
    "No file gives anybody a role.",
    NOTHING,
    "Write what is entered, or leave 'actors' out.",
]


def file_of(folder: Path, text: str, name: str = "story.yaml") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


@pytest.mark.parametrize(
    ("actors", "says"),
    [
        ("  anna: {organisation: invented_house, roles: [case_manager_sending, medical_officer]}\n", OTHERWISE),
        ("  anna: {organisation: another_house, roles: [case_manager_sending, programme_manager]}\n", OTHERWISE),
        (OF_ANNA + "  nobody: {organisation: invented_house, roles: [medical_officer]}\n",
         ["Line 4 names an actor who is not known: 'nobody'.", NOTHING, "Ask an administrator to enter them."]),
        (OF_ANNA + "  rita: {organisation: invented_house, roles: [risk_assessor]}\n",
         ["Line 4 names an actor who has ended: 'rita'.", NOTHING, "Name one who may act."]),
    ],
)  # fmt: skip
def test_a_story_gives_nobody_a_role_and_nothing_of_it_is_done(
    wayhome: CommandLine, tmp_path: Path, actors: str, says: list[str]
) -> None:
    wayhome("actor", "end", "rita", as_="sysop")
    story = file_of(tmp_path, f"{HEAD}actors:\n{actors}{OPENS}")
    before = wayhome.ledger()

    told = wayhome("run", story, as_=None)

    assert (told.status, told.out, wayhome.ledger()) == (2, "", before)
    assert told.err.splitlines() == says
    assert wayhome("run", story, "--check", as_=None).status == 0


def test_each_actor_who_may_not_act_is_named_at_once(wayhome: CommandLine, tmp_path: Path) -> None:
    text = f"{HEAD}actors:\n  anna: {{organisation: invented_house, roles: [escort]}}\n{OPENS}  - {{as: zoe, do: note, text: x}}\n"

    told = wayhome("run", file_of(tmp_path, text), as_=None)

    assert told.status == 2
    assert [line.partition(" ")[2][:2] for line in told.err.splitlines()] == ["3 ", "6 ", "of"]


@pytest.mark.parametrize("actors", ["", f"actors:\n{OF_ANNA}"])
def test_honest_a_story_is_played_by_those_who_are_entered(wayhome: CommandLine, tmp_path: Path, actors: str) -> None:
    played = wayhome.json("run", file_of(tmp_path, f"{HEAD}{actors}{OPENS}"), as_=None)

    assert (played["done"], len(wayhome.json("case", "list")["items"])) == (1, 1)


@pytest.mark.parametrize(
    ("ended", "says"), [("nobody", "who is not known: 'nobody'"), ("rita", "who has ended: 'rita'")]
)
def test_lines_of_json_are_played_by_nobody_who_may_not_act_and_none_before_them_is_done(
    wayhome: CommandLine, number: str, tmp_path: Path, ended: str, says: str
) -> None:
    wayhome("actor", "end", "rita", as_="sysop")
    lines = [{"as": who, "case": number, "do": "note", "group": "case", "text": "x"} for who in ("anna", "anna", ended)]
    before = wayhome.ledger()

    told = wayhome("run", file_of(tmp_path, "\n".join(map(json.dumps, lines)), "lines.jsonl"), as_=None)

    assert (told.status, told.err.splitlines()[:2], wayhome.ledger()) == (
        2, [f"Line 3 names an actor {says}.", NOTHING], before,
    )  # fmt: skip


def test_an_expectation_among_real_cases_tells_nobody_more_than_they_may_read(
    wayhome: CommandLine, number: str, tmp_path: Path
) -> None:
    expects = f"case: {number}, expect: {{facts: {{age_status: child}}}}}}\n"

    by_nobody = wayhome("run", file_of(tmp_path, f"{HEAD}story:\n  - {{{expects}"), as_=None)
    by_sysop = wayhome("run", file_of(tmp_path, f"{HEAD}story:\n  - {{as: sysop, {expects}"), as_=None)
    by_anna = wayhome("run", file_of(tmp_path, f"{HEAD}story:\n  - {{as: anna, {expects}"), as_=None)

    assert (by_nobody.status, by_nobody.err.splitlines()[0]) == (2, "Line 3 does not say who does this.")
    assert (by_sysop.status, by_sysop.err.splitlines()[0]) == (4, "Your roles read no cases.")
    assert (by_anna.status, "found facts" in by_anna.err, "adult" in by_anna.err) == (2, False, True)
    assert "adult" not in by_nobody.err + by_sysop.err


def test_a_program_that_plays_a_story_without_its_clock_plays_it_among_real_cases(engine: Engine, story: Path) -> None:
    engine.put_actor(Actor("anna", "invented_house", {"escort"}))

    with pytest.raises(BadInput, match="Line 5 says another organisation or other roles of 'anna'") as told:
        play(engine, read_story(story))

    assert [(fault.field, fault.code) for fault in told.value.faults] == [("actors.anna", "contradiction")]
    assert engine.accounts()[0].actor.roles == {"escort"}
    assert play(engine, read_story(story), clock=StoryClock(START)).done == 3


def test_honest_the_demo_tells_stories_in_which_administrators_act(packs: Packs, tmp_path: Path, story: Path) -> None:
    story.write_text(
        story.read_text().replace("actors: {", f"actors: {{ada: {{organisation: a_house, roles: [{ROLE}]}}, ")
    )
    url = f"sqlite:///{tmp_path}/demo.db"
    create(url, key_file=tmp_path / "demo.db.key")

    told = [_tell(url, packs, read_story(story), quiet=True) for _ in range(2)]

    assert [one.done for one in told] == [3, 3]


def test_the_demo_comes_to_its_end_after_stories_of_later_years(empty_line):
    assert empty_line("demo", "--folder", "told", as_=None).status == 0


# --- by name, at night ---------------------------------------------------------------------------------------------------


@pytest.fixture
def called(wayhome, number):
    """A case of which it is written what stands on the travel document, and somebody of that house who has no part in it."""
    wayhome("actor", "add", "night", "--organisation", "invented_house", "--role", "reception_officer", as_="sysop")
    wayhome("do", number, "record", "name_on_ticket=Efe Chidinma Invented", "born_on=1999-05-17", "by=person")
    return number


NIGHT = ("do", "by_name", "open_up", "ground=break_glass", "why=she called")


def test_who_has_no_number_breaks_the_glass_by_name_and_year(wayhome, called):
    assert wayhome("case", "show", called, as_="night").status == 2
    done = wayhome(*NIGHT, "called=invented efe chidinma", "born=1999", as_="night")

    assert (done.status, called in done.out) == (0, True), done
    shown = wayhome("case", "show", called, as_="night")
    assert (shown.status, "Efe Chidinma Invented" in shown.out) == (0, True)


def test_of_nobody_who_is_found_so_no_number_is_told(wayhome, called):
    no = wayhome(*NIGHT, "called=Efe Invented", "born=1999", as_="night")

    assert (no.status, no.out) == (2, "")
    assert no.err.splitlines()[0] == "There is no such case for you here."
    assert "ask for the number on the card" in no.err
    assert not {called, "Efe"} & {*no.err.split()}
    assert "no whole name" in wayhome(*NIGHT, "called=Efe", "born=1999", as_="night").err
