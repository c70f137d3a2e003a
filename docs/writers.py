"""Which commands and moves write which type of event, read from the source of what answers them: nobody lists it.

written_by()       by type of event: the commands and moves that can write it, and what else brings it about
open_incidents()   the commands that can open an incident, with everything that follows from one
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from types import FunctionType
from typing import NamedTuple

from wayhome.commands import ACTS
from wayhome.commands.answer import Answer
from wayhome.commands.incidents import open_incident
from wayhome.commands.steps import emit_step
from wayhome.flow.apply import EVENT_TYPES
from wayhome.model.moves import MOVE_OF_EVENT, MOVES

OF_EVENT = {"emit": 0, "emit_step": 2}  # which argument is the type


class Writers(NamedTuple):
    """Who can write a type of event: commands, moves; and whether it follows from any incident that opens."""

    commands: tuple[str, ...]
    moves: tuple[str, ...]
    with_incidents: bool


@cache
def written_by() -> Mapping[str, Writers]:
    """Give the writers of each type of event, in the order of these."""
    by_word = {word: {*_types(act.handler)} for word, act in ACTS.items()}
    of_incidents = {*_types(open_incident)}
    implied = {MOVES[row.implies].event: row.name for row in MOVES.values() if row.implies}
    found = {}
    for type in EVENT_TYPES:
        move = MOVE_OF_EVENT.get(type)
        moves = () if move is None else (move, *([implied[type]] if type in implied else []))
        words = () if moves else tuple(word for word, types in by_word.items() if type in types)
        found[type] = Writers(words, moves, type in of_incidents)
    return found


@cache
def open_incidents() -> tuple[str, ...]:
    """Give the commands that can open an incident."""
    return tuple(word for word, act in ACTS.items() if open_incident in {*_reached(act.handler)})


def _types(start: FunctionType) -> Iterator[str]:
    """Give the types of event that a function can write, and those that it calls; not those of an incident that it opens."""
    for function in _reached(start):
        if function is start or function is not open_incident:
            yield from _written_in(function)


def _reached(start: FunctionType) -> list[FunctionType]:
    """Give a function, and all of the commands that it calls; what an incident brings with it is not looked into."""
    found = [start]
    for function in found:
        if function is start or function is not open_incident:
            found += [one for one in _called(function) if one not in found]
    return found


def _called(function: FunctionType) -> Iterator[FunctionType]:
    for node in ast.walk(_tree(function)):
        one = None
        if isinstance(node, ast.Name):
            one = function.__globals__.get(node.id)
        elif isinstance(node, ast.Attribute):
            one = vars(Answer).get(node.attr)
        if isinstance(one, FunctionType) and one.__module__.startswith("wayhome.commands"):
            yield one


def _written_in(function: FunctionType) -> Iterator[str]:
    tree = _tree(function)
    for node in ast.walk(tree):
        name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in OF_EVENT and function is not emit_step:
            said = node.args[OF_EVENT[name]]
            named = [said] if not isinstance(said, ast.Name) else [*_assigned(tree, said.id)]
            yield from (type for one in named for type in _constants(one))


def _assigned(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    """Give what is assigned to a name, alone or with others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == name for one in ast.walk(node.targets[0])
        ):
            yield node.value


def _constants(node: ast.expr) -> Iterator[str]:
    """Give the types that an expression can be, but not what a condition in it asks."""
    if isinstance(node, ast.IfExp):
        yield from (*_constants(node.body), *_constants(node.orelse))
    elif isinstance(node, ast.Tuple):
        yield from (type for one in node.elts for type in _constants(one))
    elif isinstance(node, ast.Constant) and node.value in EVENT_TYPES:
        yield node.value


@cache
def _tree(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))
