"""Completion without a terminal, scripts, what the shell remembers, and what it does not."""

from __future__ import annotations

import io
import json
import stat

import pytest
from click.shell_completion import ShellComplete
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from wayhome.shell.commands.shell import run_line
from wayhome.shell.main import cli
from wayhome.shell.prompting import QuietHistory, ShellCompleter, completions, fit_to_keep, history_file
from wayhome.shell.session import Session


@pytest.fixture
def session(wayhome):
    opened = Session(actor_id="anna", interactive=True)
    yield opened
    opened.close()


def offered(line, session):
    return {word: about for word, _, about in completions(line, session)}


def test_completion_offers_commands_then_case_numbers_then_steps(session, number):
    assert {"case", "do", "due", "help", "exit"} <= set(offered("", session))
    assert "shell" not in offered("", session)
    assert offered("case sh", session) == {"show": offered("case sh", session)["show"]}
    label = session.engine.case(number, as_=session.actor).label
    assert offered("do ", session) == dict.fromkeys((number, label), "identification, open, BE → NG")
    assert offered(f"do {label[:6]}", session).keys() == {label}
    assert offered(f"do {number[:6]}", session).keys() == {number}
    assert "complete" in offered(f"do {number} ", session)
    assert offered(f"do {number} complete ", session).keys() == {"step=register_referral"}


def test_completion_offers_only_what_the_case_allows_now(session, number, wayhome):
    run_line(f"do {number} complete step=register_referral", session)
    run_line(f"do {number} assign role=case_owner organisation=invented_house case_worker=anna", session)

    assert "step=safe_first_contact" in offered(f"do {number} complete step=", session)
    assert "step=register_referral" not in offered(f"do {number} complete step=", session)
    assert "step=register_referral" in offered(f"do {number} redo step=", session)
    assert offered(f"do {number} move to=", session).keys() == {"to=prepare", "to=left", "to=close"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("complete step=initial_risk_assessment result=", {"result=low", "result=medium", "result=high"}),
        ("record wants_family_contact=", {"wants_family_contact=yes", "wants_family_contact=no"}),
        ("record age_status=a", {"age_status=adult"}),
        ("document kind=passport status=he", {"status=held"}),
        ("consent purpose=return answer=", {"answer=given", "answer=refused"}),
        ("incident type=age", {"type=age_dispute"}),
        ("assign role=case_o", {"role=case_owner"}),
        ("assign role=receiving_organisation partner=ng_idi", {"partner=ng_idia"}),
        ("contact with=per", {"with=person"}),
        ("contact with=person channel=phone reached=", {"reached=yes", "reached=no"}),
        ("note group=heal", {"group=health"}),
        ("travel status=b", {"status=booked"}),
        ("record languages=p", {"languages=pcm"}),
        ("record languages=en,p", {"languages=en,pcm"}),
        ("consent purpose=return answer=given language=p", {"language=pcm"}),
        ("move to=close reason=dec", {"reason=deceased"}),
        ("travel status=booked legs.1.mode=", {"legs.1.mode=air", "legs.1.mode=land", "legs.1.mode=sea"}),
        (
            "travel status=booked legs.1.from=BRU legs.2.f",
            {"legs.2.from=", "legs.2.from_country=", "legs.2.from_zone="},
        ),
        (
            "complete step=pre_return_risk_assessment factors=sti",
            {f"factors=stigma:{one}" for one in ("absent", "present", "unknown")},
        ),
        (
            "complete step=pre_return_risk_assessment factors=stigma:absent,hous",
            {f"factors=stigma:absent,housing:{one}" for one in ("absent", "present", "unknown")},
        ),
        (
            "complete step=pre_return_risk_assessment matrix.1.likelihood=",
            {f"matrix.1.likelihood={one}" for one in "123"},
        ),
        ("contact with=person channel=phone reached=yes groups=identity basis=l", {"basis=legal_duty"}),
    ],
)
def test_completion_offers_values(session, number, typed, expected):
    assert offered(f"do {number} {typed}", session).keys() == expected


def test_completion_offers_how_an_incident_can_end(session, number):
    run_line(f"do {number} incident type=violence", session)

    ends = offered(f"do {number} resolve incident=violence outcome=", session)

    assert ends == {"outcome=safe_place": "The danger was assessed and the person is safe"}


def test_completion_offers_the_fields_that_a_step_asks_for(session, number):
    names = offered(f"do {number} complete step=initial_risk_assessment ", session)

    assert {"result=", "own_view=", "at=", "on_paper="} <= set(names)
    assert "step=" not in names


def test_completion_offers_to_vet_whoever_is_in_the_case(session, number):
    assert "step=party_vetting" not in offered(f"do {number} complete step=", session)
    run_line(f"do {number} involve relation=relative by=person", session)

    assert "step=party_vetting" in offered(f"do {number} complete step=", session)
    vets = f"do {number} complete step=party_vetting "
    assert offered(f"{vets}of=", session).keys() == {"of=relative-1"}
    assert offered(f"{vets}of=relative-1 for=ca", session).keys() == {"for=care", "for=card"}
    assert {"how=", "seen_where=", "valid_until="} <= set(offered(f"{vets}of=relative-1 result=trusted ", session))


def test_bash_which_splits_at_the_equals_sign_gets_the_bare_value(number, wayhome):
    session = Session(actor_id="anna")
    complete = ShellComplete(cli, {"obj": session}, "wayhome", "_WAYHOME_COMPLETE")

    found = complete.get_completions(["do", number, "complete", "step", "="], "reg")

    assert [item.value for item in found] == ["register_referral"]
    session.close()


def test_completion_of_why_begins_with_the_moves(session, number):
    words = list(offered(f"case why {number} ", session))

    assert words[0] == "prepare"
    assert {"depart", "complete"} <= set(words)


def test_inside_a_case_completion_needs_no_number(session, number):
    run_line(number, session)

    assert {"why", "history", "show", "next", "no", "note", "incident"} <= set(offered("", session))
    assert "open" not in offered("", session)
    assert next(iter(offered("why ", session))) == "prepare"
    assert offered("case why dep", session).keys() == {"depart"}
    assert offered("complete step=reg", session).keys() == {"step=register_referral"}
    assert offered("do complete step=reg", session).keys() == {"step=register_referral"}
    assert offered(f"case show {number[:6]}", session).keys() == {number}


@pytest.mark.parametrize(
    "line", ["do 'an open quote", "do WH-NONSENSE complete ", "case show --as nobody ", "nonsense "]
)
def test_completion_never_fails_aloud(session, number, line):
    list(completions(line, session))


def test_prompt_toolkit_gets_the_same_words(session, number):
    found = list(ShellCompleter(session).get_completions(Document("case show WH"), CompleteEvent()))

    assert [(c.text, c.start_position, c.display_meta_text) for c in found] == [
        (number, -2, "identification, open, BE → NG")
    ]


def test_the_shell_sends_the_version_that_it_last_showed(session, number, wayhome, capsys):
    assert run_line(f"case show {number}", session) == 0
    wayhome("do", number, "note", "group=case", "text=an invented note from elsewhere")

    assert run_line(f"do {number} complete step=register_referral", session) == 3
    assert "moved on" in capsys.readouterr().err
    assert run_line(f"case next {number}", session) == 0
    assert run_line(f"do {number} complete step=register_referral", session) == 0
    assert run_line(f"do {number} assign role=case_owner organisation=invented_house case_worker=anna", session) == 0


def test_looking_into_the_past_is_not_taken_for_the_present(session, number):
    run_line(f"case show {number} --at 2199-01-01T00:00Z", session)

    assert session.version_seen(number) is None


def test_options_of_one_line_do_not_stay_for_the_next(session, number, capsys):
    run_line("case list --json --as rita", session)
    assert json.loads(capsys.readouterr().out)["items"]
    run_line("case list", session)

    assert not capsys.readouterr().out.startswith("{")
    assert (session.actor_id, session.json) == ("anna", False)


@pytest.mark.parametrize(
    ("line", "status"), [("exit", None), ("quit", None), ("", 0), ("help", 0), ("help do", 0), ("'", 2), ("shell", 2)]
)
def test_words_of_the_shell_itself(session, line, status):
    assert run_line(line, session) == status


def test_a_script_ends_at_the_first_line_that_fails(wayhome, number, monkeypatch):
    script = f"wayhome do {number} move to=depart\ndo {number} complete step=register_referral\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(script))
    before = wayhome.ledger()

    answer = wayhome("shell")

    assert answer.status == 1
    assert "Line 1 was not done" in answer.err
    assert wayhome.ledger() == before


def test_the_history_file_is_its_owners_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    path = history_file()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("case list --phase travel", "case list --phase travel"),
        (
            "do WH-7K3M9-Q2F4A-Z complete step=safety_plan note='An Invented Name'",
            "do WH-7K3M9-Q2F4A-Z complete step=safety_plan",
        ),
        ("do WH-7K3M9-Q2F4A-Z record age_status=adult", "do WH-7K3M9-Q2F4A-Z record"),
        ("do WH-7K3M9-Q2F4A-Z involve ref=relative-1 name=Invented contact='+00 000'", "do WH-7K3M9-Q2F4A-Z involve"),
        ("do WH-7K3M9-Q2F4A-Z note text=An Invented Name", "do WH-7K3M9-Q2F4A-Z note"),  # the quotes were forgotten
        ("do WH-7K3M9-Q2F4A-Z complete step='Invented sold her'", "do WH-7K3M9-Q2F4A-Z complete"),
        ("find quiet-bridge", "find"),
        ("find WH-7K3M9-Q2F4A-Z", "find"),  # nothing is kept of what was looked for
        ("find note", "find"),
        ("do 'an open quote", None),
        ("invented words of a person", None),  # an answer, typed at the wrong prompt
    ],
)
def test_the_history_on_disk_tells_nothing_about_the_person(line, kept):
    assert fit_to_keep(line) == kept


def test_the_history_in_memory_keeps_whole_lines(tmp_path):
    history = QuietHistory(tmp_path / "history")
    history.append_string("do WH-1 note text='an invented note'")

    assert history.get_strings() == ["do WH-1 note text='an invented note'"]
    assert "invented" not in (tmp_path / "history").read_text()
