"""The life cycles: every state and trigger, and agreement with the table of moves."""

from __future__ import annotations

from typing import get_args

import pytest
from wayhome.commands.life_cycles import DOCUMENT, LIFE_CYCLES, PHASE, STATUS, STEP, LifeCycle
from wayhome.model.closed_sets import Effect
from wayhome.model.moves import CLOSED, MOVES, OPEN, PHASES

# One row a trigger; under each state what follows, "-" = does not lead on. The states stand in the machine's own order.
TABLES = {
    "phase": """
        trigger    identification  pre_departure  travel         arrival        follow_up
        prepare    pre_departure   -              -              -              -
        depart     -               travel         -              -              -
        left       travel          travel         -              -              -
        arrive     -               -              arrival        -              -
        settle     -               -              -              follow_up      -
        turn_back  -               -              pre_departure  pre_departure  -
    """,
    "status": """
        trigger  open     on_hold  blocked  closed
        close    closed   closed   closed   -
        reopen   -        -        -        open
    """,
    "step": """
        trigger   none         in_progress  done  failed       skipped      open
        start     in_progress  -            -     in_progress  in_progress  in_progress
        sign      in_progress  in_progress  -     in_progress  in_progress  in_progress
        complete  done         done         -     done         done         done
        disagree  -            open         -     -            -            -
        confirm   -            -            done  -            -            -
        fail      failed       failed       -     failed       -            failed
        skip      skipped      skipped      -     skipped      -            skipped
        complete_by_command  done  done     done  done         done         done
        redo      -            open         open  open         open         -
        reset     -            open         open  open         open         -
    """,
    "document": """
        trigger      none       requested  held         lost       withheld   refused    surrendered
        requested    requested  requested  requested    requested  requested  requested  requested
        held         held       held       held         held       held       held       -
        lost         lost       lost       lost         -          lost       -          -
        withheld     withheld   withheld   withheld     withheld   -          -          -
        refused      refused    refused    -            refused    refused    refused    -
        surrendered  -          -          surrendered  -          -          -          -
    """,
}
MACHINES = {machine.name: machine for machine in LIFE_CYCLES}


def cells() -> list[tuple[str, str, str, str | None]]:
    """Give every cell of the tables: machine, state, trigger, what follows."""
    found = []
    for name, table in TABLES.items():
        (_, *states), *rows = (line.split() for line in table.strip().splitlines())
        found += [
            (name, state, trigger, None if to == "-" else to)
            for trigger, *ends in rows
            for state, to in zip(states, ends, strict=True)
        ]
    return found


@pytest.mark.parametrize(("name", "state", "trigger", "follows"), cells())
def test_each_trigger_leads_on_exactly_as_the_table_says(
    name: str, state: str, trigger: str, follows: str | None
) -> None:
    assert MACHINES[name].next(state, trigger) == follows


@pytest.mark.parametrize("machine", LIFE_CYCLES, ids=lambda m: m.name)
def test_the_tables_of_this_file_leave_out_no_state_or_trigger(machine: LifeCycle) -> None:
    (_, *states), *rows = (line.split() for line in TABLES[machine.name].strip().splitlines())

    assert tuple(states) == machine.states
    assert {row[0] for row in rows} == {trigger for trigger, _, _ in machine.rows}


@pytest.mark.parametrize("machine", LIFE_CYCLES, ids=lambda m: m.name)
def test_no_machine_jumps_to_a_state_by_its_name(machine: LifeCycle) -> None:
    for state in machine.states:
        for target in machine.states:
            assert machine.next(state, f"to_{target}") is None


@pytest.mark.parametrize("machine", LIFE_CYCLES, ids=lambda m: m.name)
def test_asking_a_machine_leaves_no_trace_in_it(machine: LifeCycle) -> None:
    first = [machine.next(s, t) for s in machine.states for t, _, _ in machine.rows]
    again = [machine.next(s, t) for s in reversed(machine.states) for t, _, _ in reversed(machine.rows)]

    assert sorted(map(str, first)) == sorted(map(str, again))
    assert first == [machine.next(s, t) for s in machine.states for t, _, _ in machine.rows]


def test_an_unknown_trigger_leads_nowhere_and_raises_nothing() -> None:
    assert PHASE.next("travel", "teleport") is None
    assert STEP.next("done", "") is None


@pytest.mark.parametrize("move", MOVES)
def test_the_machine_of_phases_agrees_with_the_table_of_moves(move: str) -> None:
    row = MOVES[move]

    assert {p: PHASE.next(p, move) for p in PHASES} == {
        p: row.to if row.to and p in row.sources else None for p in PHASES
    }


def test_the_machine_of_status_knows_every_effect_and_end() -> None:
    assert set(STATUS.states) == {OPEN, CLOSED, *get_args(Effect)} - {"none"}


def test_every_drawing_names_each_way_once() -> None:
    for machine in LIFE_CYCLES:
        lines = machine.mermaid().splitlines()
        ways = [c for c in cells() if c[0] == machine.name and c[3]]
        assert lines[0] == "stateDiagram-v2"
        assert sorted(line.strip() for line in lines[1:]) == sorted(f"{s} --> {to}: {t}" for _, s, t, to in ways)


def test_a_paper_handed_over_is_not_simply_held_again() -> None:
    assert DOCUMENT.next("surrendered", "held") is None
    assert DOCUMENT.next("surrendered", "requested") == "requested"
