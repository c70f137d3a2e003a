"""Change the rules in every small way that mutmut knows, and see whether a test of the rules notices: `make soak` runs it.

mutmut changes what stands in plain functions below `src/`. So the tree is laid out anew below the virtual environment,
and there each `@safeguard(…)` above a rule becomes a call below it: that is the same program. What people read is not
changed: a sentence is a text with a space in it.

    python -m tests.mutation                   all that pyproject.toml names, from the start; fails as `main` says
    python -m tests.mutation 'children*'       these again, and what is known of the others; after a change of the tests

A change that no test can notice stands in survivors.yaml, with the reason.
"""

from __future__ import annotations

import ast
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import libcst as cst
import mutmut.__main__ as mutmut
import yaml
from mutmut.mutation import file_mutation, mutators
from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).parents[2]
WORK = Path(sys.prefix) / "mutation"
EXPLAINED = Path(__file__).with_name("survivors.yaml")
RULES = "wayhome.rules."
ANSWERS, SAYS = {"yes", "no"}, {"named", "label", "part", "term"}
ACTS_ON = {"do", "from_", "of", "round"}  # beside the subject
AT_LEAST = 96  # in 100 are noticed
NOTICED = {"killed", "timeout", "segfault", "suspicious"}


def lay_out() -> None:
    """Copy the engine and its tests to where mutmut looks for them, and only what has changed."""
    for there, here in {"src/wayhome": "engine/wayhome", "tests": "tests"}.items():
        for file in (ROOT / here).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                _copy(file, WORK / there / file.relative_to(ROOT / here))
    _copy(ROOT / "pyproject.toml", WORK / "pyproject.toml")


def _copy(file: Path, copy: Path) -> None:
    made = file.read_bytes()
    if copy.is_relative_to(WORK / "src/wayhome/rules"):
        made = undecorated(made.decode()).encode()
    if not copy.exists() or copy.read_bytes() != made:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(made)


def undecorated(source: str) -> str:
    """Write `@rule(…)` above a function as `function = rule(…)(function)` below it; mutmut leaves decorated ones alone."""
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            first = node.decorator_list[0].lineno - 1
            decorator = "\n".join(lines[first : node.lineno - 1]).removeprefix("@")
            function = lines[node.lineno - 1 : node.end_lineno]
            lines[first : node.end_lineno] = [*function, "", f"{node.name} = {decorator}({node.name})"]
    return "\n".join(lines) + "\n"


class OfWhatIsJudged(file_mutation.MutationVisitor):
    """Leave alone what is only said: sentences, and what fills them. tests/structure/test_sentences.py reads all of these."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call) and _called(node) in SAYS:
            return True
        if isinstance(node, cst.Call) and _called(node) in ANSWERS:
            is_said = _called(node) == "yes"
            self.said.update(
                a
                for a in node.args
                if (a.keyword.value not in ACTS_ON if a.keyword else is_said and isinstance(a.value, cst.SimpleString))
            )
        return node in self.said or super()._skip_node_and_children(node)

    @cached_property
    def said(self) -> set[cst.CSTNode]:
        return set()


def _called(node: cst.Call) -> str:
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    return name.value if isinstance(name, cst.Name) else ""


def _is_sentence(node: cst.CSTNode | None) -> bool:
    return isinstance(node, cst.SimpleString) and " " in node.value


def _texts(node: cst.BaseString) -> Iterable[cst.CSTNode]:
    """Of a word of code one change is as good as three; of a sentence none is wanted."""
    return () if _is_sentence(node) else list(mutators.operator_string(node))[:1]


def _assignments(node: cst.Assign | cst.AnnAssign) -> Iterable[cst.CSTNode]:
    return () if _is_sentence(node.value) else mutators.operator_assignment(node)


def _arguments(node: cst.Call) -> Iterable[cst.CSTNode]:
    """Of an answer, change what the program acts on: what it is about, and what would help."""
    for changed in mutators.operator_arg_removal(node):
        if _called(node) not in ANSWERS:
            yield changed
        elif _called(node) == "no":
            acted_on = [
                [
                    _text(a)
                    for n, a in enumerate(call.args)
                    if (n == 1 and not a.keyword) or (a.keyword and a.keyword.value in ACTS_ON)
                ]
                for call in (node, changed)
            ]
            if len(node.args) == len(changed.args) and acted_on[0] != acted_on[1]:
                yield changed


def _text(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def change_what_is_judged() -> None:
    """Have mutmut change only that."""
    file_mutation.MutationVisitor = OfWhatIsJudged
    instead: dict[Any, Any] = {
        mutators.operator_string: _texts,
        mutators.operator_assignment: _assignments,
        mutators.operator_arg_removal: _arguments,
    }
    operators: Any = mutators.mutation_operators
    operators[:] = [(kind, instead.get(operator, operator)) for kind, operator in operators]


def outcomes() -> Iterator[tuple[str, str, str, str]]:
    """Give of each mutant its function, the lines that it changes and what they become, and how it fared."""
    for path in mutmut.walk_mutatable_files():
        data = mutmut.SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            function = (
                name.removeprefix(RULES)
                .partition("__mutmut_")[0]
                .replace(".x_", ".")
                .replace("xǁ", "")
                .replace("ǁ", ".")
            )
            was, becomes = _lines(name, path) if status not in NOTICED else ("", "")
            yield function, was, becomes, status


def _lines(name: str, path: Path) -> tuple[str, str]:
    changed = mutmut.get_diff_for_mutant(name, path=path).splitlines()[2:]
    return tuple(" ".join(line[1:].strip() for line in changed if line.startswith(sign)) for sign in "-+")  # type: ignore[return-value]


def main(only: list[str]) -> int:
    """Fail when too few changes are noticed, when one that is not is not explained, or one that is explained is not there."""
    if not only:
        shutil.rmtree(WORK, ignore_errors=True)
    lay_out()
    os.chdir(WORK)
    change_what_is_judged()
    mutmut._run([f"{RULES}{name}" for name in only], int(os.environ.get("JOBS", "2")))

    explained = {tuple(change) for class_ in yaml.safe_load(EXPLAINED.read_text()) for change in class_["changes"]}
    tried, noticed = Counter[str](), Counter[str]()
    unnoticed = set()
    for function, was, becomes, status in outcomes():
        module = function.partition(".")[0]
        tried[module] += status != "not checked"
        noticed[module] += status in NOTICED
        if status not in NOTICED and status != "not checked":
            unnoticed.add((function, was, becomes))
    new, gone = unnoticed - explained, explained - unnoticed if not only else set()
    for title, changes in {
        "Neither noticed nor explained": new,
        "Explained, and noticed or no longer there": gone,
    }.items():
        print(f"\n{title}: {len(changes)}")
        print(yaml.safe_dump([list(change) for change in sorted(changes)], width=1000, allow_unicode=True))
    for module in sorted(tried):
        print(f"{module:20} {tried[module]:5} changes {noticed[module]:5} noticed")
    print(f"{noticed.total()} of {tried.total()} changes are noticed; at least {AT_LEAST} in 100 are to be.")
    return int(bool(new or gone) or noticed.total() * 100 < AT_LEAST * tried.total())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
