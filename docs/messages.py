"""Every sentence that Wayhome says, as translators need it: the templates of the engine, and the texts of packs.

    of_sources({"flow/steps.py": "…"})      templates, and what is wrong with them, from source text
    of_packs([folder, …])                   texts, from the YAML of packs
    of_plugins([folder, …])                 templates, from the code of plugins
    python docs/messages.py [folder …]      all of them as a gettext catalogue to fill in (.pot)

Nothing lists the sentences. A parameter, field or constant that holds one is annotated `Template`; so every call that
gives one is found in the source, and what stands there must be a sentence as it is, never one put together.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args, get_origin

import wayhome
from wayhome.errors import PLACES
from wayhome.model.closed_sets import DocumentStatus, Phase
from wayhome.packs.reading import read

WORDS_SAID = (Phase, DocumentStatus)  # that stand in sentences as they are
# What a function gives to its templates beside the values of the call.
ALSO_GIVEN = {"many_or_one": {"count"}, "phrase_if": {"value"}, "bad": {"name"}, "one_of": {"name"}, "Conflict": {"current", "seen"}}  # fmt: skip
# What a rule says with its finding for the command that would help, and not for a sentence.
FOR_REMEDIES = {"recipient", "round"}
TEXTS = frozenset(
    [
        "title",
        "text",
        "name",
        "ask",
        "help",
        "about",
        "actions",
        "todo",
        "unsure",
        "evidence",
        "otherwise",
        "by_word",
        "called",
        "explains",
        "ends_on_refusal",
        "one",
        "due_called",
        "opening",
        "terms",
        "capacity",
    ]
)


class Message(NamedTuple):
    """A sentence, and where it stands."""

    text: str
    where: str


@dataclass
class Found:
    """The sentences of some sources, and what is wrong with them."""

    messages: list[Message] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@cache
def of_engine() -> Found:
    """Read every sentence of the engine from its source."""
    root = Path(wayhome.__file__).parent
    found = of_sources({str(p.relative_to(root)): p.read_text() for p in sorted(root.rglob("*.py"))})
    found.messages += [Message(word, "model/closed_sets.py") for kind in WORDS_SAID for word in get_args(kind)]
    return found


def _sources(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder.parent)): path.read_text() for path in sorted(folder.rglob("*.py"))}


def of_plugins(folders: Iterable[Path]) -> Found:
    """Read every sentence of the code of plugins: what their checks find."""
    engine = {name.removeprefix("wayhome/"): text for name, text in _sources(Path(wayhome.__file__).parent).items()}
    return of_sources({name: text for one in folders for name, text in _sources(one).items()}, beside=engine)


def of_forms() -> list[Message]:
    """Give the words of the engine's own fixed sets, as forms call them."""
    kinds = (one for name in wayhome.__all__ if get_origin(one := getattr(wayhome, name)) is Literal)
    words = dict.fromkeys(word.replace("_", " ") for kind in kinds for word in get_args(kind))
    return [Message(word, "model/closed_sets.py") for word in words]


def of_packs(folders: Iterable[Path]) -> list[Message]:
    """Read every text of packs that people see; its only {names} are limits."""
    return [
        Message(text, f"{path.parent.name}/{path.name}")
        for folder in folders
        for path in sorted(folder.glob("*.yaml"))
        if path.stem != "sources"  # titles of books stay as they are
        for text in _texts(read(path).value)
    ]


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in TEXTS and isinstance(value, str):
                yield value
            elif key in TEXTS and isinstance(value, dict):  # one for each code
                yield from map(str, value.values())
            else:
                yield from _texts(value)


def catalogue(messages: Iterable[Message]) -> str:
    """Write sentences as a gettext catalogue without translations."""
    places: dict[str, list[str]] = {}
    for text, place in messages:
        places.setdefault(text, []).append(place)
    lines = ['msgid ""', 'msgstr "Content-Type: text/plain; charset=UTF-8\\n"', ""]
    for text, where in places.items():
        lines += [f"#: {' '.join(where)}", f"msgid {_quoted(text)}", 'msgstr ""', ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


# --- what takes a sentence ----------------------------------------------------------------------------------------


class Taker(NamedTuple):
    """A function or class: its parameters in order, those that are templates, and whether it takes their values."""

    names: tuple[str, ...]
    templates: frozenset[str]
    takes_values: bool


def _is_template(annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    of_class = re.fullmatch(r"ClassVar\[(.*)\]", said := ast.unparse(annotation))
    return "Template" in (of_class[1] if of_class else said).replace("|", " ").split()


def _holds_templates(annotation: ast.expr | None) -> bool:
    return annotation is not None and re.search(r"\bTemplate\b", ast.unparse(annotation)) is not None


class _House:
    """What is annotated `Template` anywhere in the sources."""

    def __init__(self, modules: Mapping[str, ast.Module]) -> None:
        self.takers: dict[str, dict[str, Taker | None]] = {}  # by name and module; None where it takes no template
        self.imports: dict[str, dict[str, str]] = {}  # by module: from which module a name comes
        self.givers: set[str] = set()
        self.fields: set[str] = set()
        self.constants: set[str] = set()
        bases: dict[str, list[str]] = {}
        for where, module in modules.items():
            for node in ast.walk(module):
                if isinstance(node, ast.FunctionDef):
                    self._function(where, node)
                elif isinstance(node, ast.ClassDef):
                    bases[node.name] = [ast.unparse(base) for base in node.bases]
                    self._class(where, node)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    source = f"{node.module.removeprefix('wayhome.').replace('.', '/')}.py"
                    known = self.imports.setdefault(where, {})
                    known |= {alias.asname or alias.name: source for alias in node.names}
            for node in module.body:
                if isinstance(node, ast.AnnAssign) and _holds_templates(node.annotation):
                    self.constants.add(ast.unparse(node.target))
        for name in bases:
            if name not in self.takers:
                self.takers[name] = {"": self._inherited(name, bases)}

    def taker(self, name: str, where: str) -> Taker | None:
        """Give what a name means in a module: what stands there, else what it imports, else what stands somewhere."""
        known = self.takers.get(name, {})
        for place in (where, self.imports.get(where, {}).get(name, "")):
            if place in known:
                return known[place]
        return next(filter(None, known.values()), None)

    def _function(self, where: str, node: ast.FunctionDef) -> None:
        if node.name != "__init__":
            self._take(node.name, where, node)
        if _holds_templates(node.returns):
            self.givers.add(node.name)

    def _take(self, name: str, where: str, node: ast.FunctionDef) -> None:
        every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        given = [arg for arg in every if arg.arg not in ("self", "cls")]
        templates = frozenset(arg.arg for arg in given if _is_template(arg.annotation))
        names = tuple(arg.arg for arg in given)
        taker = Taker(names, templates, node.args.kwarg is not None or "values" in names)
        self.takers.setdefault(name, {})[where] = taker if templates else None

    def _class(self, where: str, node: ast.ClassDef) -> None:
        fields = [one for one in node.body if isinstance(one, ast.AnnAssign) and "ClassVar" not in ast.unparse(one)]
        names = {ast.unparse(one.target): _is_template(one.annotation) for one in fields}
        templates = frozenset(name for name, is_template in names.items() if is_template)
        self.fields |= templates
        own = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
        if own is not None:
            self._take(node.name, where, own)
        elif fields:
            taker = Taker(tuple(names), templates, "values" in names)
            self.takers.setdefault(node.name, {})[where] = taker if templates else None

    def _inherited(self, name: str, bases: Mapping[str, list[str]]) -> Taker | None:
        for base in bases.get(name, ()):
            if taker := self.taker(base, "") or self._inherited(base, bases):
                return taker
        return None


# --- the sentences ------------------------------------------------------------------------------------------------


@cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def of_sources(sources: Mapping[str, str], beside: Mapping[str, str] | None = None) -> Found:
    """Read the sentences of sources; `beside` are others, of which only the annotations count."""
    trees = {name: _tree(text) for name, text in sources.items()}
    house = _House(trees | {name: _tree(text) for name, text in (beside or {}).items()})
    found = Found()
    for name, tree in trees.items():
        _Reader(name, tree, house, found).read()
    return found


class _Reader:
    """Reads the sentences of one module."""

    def __init__(self, name: str, tree: ast.Module, house: _House, found: Found) -> None:
        self.name, self.tree, self.house, self.found = name, tree, house, found
        self.limits = {
            str(limit.value)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and _name_of(call.func) == "safeguard"
            for word in call.keywords
            if word.arg == "limits"
            for limit in ast.walk(word.value)
            if isinstance(limit, ast.Constant)
        }

    def read(self) -> None:
        self._walk(self.tree, [])

    def _walk(self, node: ast.AST, scopes: list[ast.FunctionDef]) -> None:
        for child in ast.iter_child_nodes(node):
            inner = scopes
            if isinstance(child, ast.FunctionDef):
                inner = [*scopes, child]
                self._function(child, inner)
            elif isinstance(child, ast.ClassDef):
                self._defaults_of_fields(child)
            elif isinstance(child, ast.AnnAssign) and not isinstance(node, ast.ClassDef):
                self._constant(child)
            elif isinstance(child, ast.Call):
                self._call(child, scopes)
            elif isinstance(child, ast.keyword) and child.arg == "metadata":  # of a field of a command
                for text in _constants(child.value):
                    self._message(text, child.value.lineno)
            self._walk(child, inner)

    def _message(self, text: str, line: int) -> None:
        if text:
            self.found.messages.append(Message(text, f"{self.name}:{line}"))

    def _fault(self, node: ast.expr, what: str, names: Iterable[str] = ()) -> None:
        self.found.faults.append(f"{self.name}:{node.lineno}: {what}: {' '.join(sorted(names))} {ast.unparse(node)}")

    def _function(self, node: ast.FunctionDef, scopes: list[ast.FunctionDef]) -> None:
        if any("safeguard(" in ast.unparse(one) for one in node.decorator_list):
            self._message((ast.get_docstring(node) or "").partition("\n")[0], node.lineno)
        args = node.args
        for arg, default in [
            *zip([*args.posonlyargs, *args.args][::-1], args.defaults[::-1], strict=False),
            *zip(args.kwonlyargs, args.kw_defaults, strict=True),
        ]:
            if default is not None and _is_template(arg.annotation):
                for text in self._sentences(default, scopes):
                    self._message(text, default.lineno)
        if node.returns is not None and _holds_templates(node.returns):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    for one in _returned(inner.value, node.returns):
                        for text in self._sentences(one, scopes):
                            self._message(text, one.lineno)

    def _constant(self, node: ast.AnnAssign) -> None:
        if node.value is None or not _holds_templates(node.annotation):
            return
        for text in _constants(node.value):
            self._message(text, node.lineno)
        for one in ast.walk(node.value):
            if isinstance(one, ast.JoinedStr) or (isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add | ast.Mod)):
                self._fault(one, "a sentence is put together")

    def _defaults_of_fields(self, node: ast.ClassDef) -> None:
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and one.value is not None and _is_template(one.annotation):
                for text in self._sentences(one.value, []):
                    self._message(text, one.lineno)

    def _call(self, call: ast.Call, scopes: list[ast.FunctionDef]) -> None:
        name = _name_of(call.func)
        taker = self.house.taker(name, self.name)
        if taker is None:
            return
        given = dict(zip(taker.names, call.args, strict=False)) | {w.arg: w.value for w in call.keywords if w.arg}
        texts = []
        for one in sorted(taker.templates & set(given)):
            sentences = self._sentences(given[one], scopes)
            texts += sentences
            for text in sentences:
                self._message(text, given[one].lineno)
        if not all(isinstance(given[one], ast.Constant) for one in taker.templates & set(given)) and not texts:
            return  # handed on
        wanted = {name for text in texts for name in PLACES.findall(text)}
        values = set(given) - set(taker.names)
        for value in given.values():
            if isinstance(value, ast.Call) and _name_of(value.func) == "spoken" and value.args:
                value = value.args[0]
            if isinstance(value, ast.Dict):
                values |= {str(key.value) for key in value.keys if isinstance(key, ast.Constant)}
        more = any(w.arg is None for w in call.keywords) or any(isinstance(a, ast.Starred) for a in call.args)
        more = more or isinstance(given.get("values"), ast.Name | ast.Attribute | ast.Call)
        if not taker.takes_values:
            return
        missing = wanted - values - ALSO_GIVEN.get(name, set()) - self.limits
        if missing and not more:
            self._fault(call, "no value", missing)
        unused = {word.arg for word in call.keywords if word.arg} - set(taker.names) - wanted - FOR_REMEDIES
        if unused and not _hands_on(given, taker):
            self._fault(call, "no place", unused)

    def _sentences(self, node: ast.expr, scopes: list[ast.FunctionDef]) -> list[str]:
        """Give the sentences that an expression may be; tells a fault when it is made of pieces."""
        if isinstance(node, ast.Constant) and (isinstance(node.value, str) or node.value is None):
            return [node.value] if node.value else []
        if isinstance(node, ast.IfExp):
            return self._sentences(node.body, scopes) + self._sentences(node.orelse, scopes)
        if isinstance(node, ast.BoolOp):
            return [text for one in node.values for text in self._sentences(one, scopes)]
        if isinstance(node, ast.Dict):
            return [text for one in node.values for text in self._sentences(one, scopes)]
        if isinstance(node, ast.Tuple):
            return [text for one in node.elts for text in self._sentences(one, scopes)]
        if isinstance(node, ast.Subscript) and ast.unparse(node.slice) == "'template'":
            return []  # of a part, which was made elsewhere
        if isinstance(node, ast.Subscript):
            return self._sentences(node.value, scopes)
        if isinstance(node, ast.Attribute) and node.attr in self.house.fields:
            return []
        if isinstance(node, ast.Call) and (_name_of(node.func) in self.house.givers or _name_of(node.func) == "title"):
            return []  # from there, or from a pack
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".get"):
            owner = node.func.value if isinstance(node.func, ast.Attribute) else node
            return self._sentences(owner, scopes) + [t for one in node.args[1:] for t in self._sentences(one, scopes)]
        if isinstance(node, ast.Name):
            return self._of_name(node, scopes)
        self._fault(node, "a sentence is put together")
        return []

    def _of_name(self, node: ast.Name, scopes: list[ast.FunctionDef]) -> list[str]:
        if node.id in self.house.constants:
            return []
        for scope in reversed(scopes):
            args = scope.args
            for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
                if arg.arg == node.id and _is_template(arg.annotation):
                    return []
            values, annotated = _reaching(node.id, node, scope.body)
            if values or annotated:
                return [text for value in values for text in self._sentences(value, scopes)]
        self._fault(node, "this is no Template")
        return []


def _returned(value: ast.expr, annotation: ast.expr) -> list[ast.expr]:
    """Give what of a returned value is a template, by the annotation."""
    if (
        isinstance(value, ast.Tuple)
        and isinstance(annotation, ast.Subscript)
        and isinstance(annotation.slice, ast.Tuple)
    ):
        return [one for one, hint in zip(value.elts, annotation.slice.elts, strict=False) if _is_template(hint)]
    return [value]


def _hands_on(given: Mapping[str, ast.expr], taker: Taker) -> bool:
    """Whether a template of a call is one that was handed in: then its values may be of that one."""
    return any(not isinstance(given[one], ast.Constant | ast.IfExp) for one in taker.templates & set(given))


def _name_of(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _constants(value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _constants(child)


def _reaching(name: str, use: ast.expr, block: list[ast.stmt]) -> tuple[list[ast.expr], bool]:
    """Give what a name may be bound to where it is used, and whether it is annotated as a holder of templates."""
    found: list[ast.expr] = []
    is_annotated = False
    for statement in block:
        if statement.lineno > use.lineno:
            break
        within = (statement.end_lineno or statement.lineno) >= use.lineno
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name:
            is_template = _holds_templates(statement.annotation)  # then its own sentences are found where it stands
            is_annotated = is_annotated or is_template
            found = [statement.value] if statement.value and not is_template else []
        elif isinstance(statement, ast.Assign):
            if bound := [v for target in statement.targets for v in _matching(name, target, statement.value)]:
                found = bound
        else:
            if isinstance(statement, ast.For) and isinstance(statement.iter, ast.Tuple):
                found += [v for row in statement.iter.elts for v in _matching(name, statement.target, row)]
            handlers = [one.body for one in getattr(statement, "handlers", [])]
            for inner in (*(getattr(statement, part, []) for part in ("body", "orelse", "finalbody")), *handlers):
                if within and not any(one.lineno <= use.lineno <= (one.end_lineno or 0) for one in inner):
                    continue
                bound, annotated = _reaching(name, use, inner)
                is_annotated = is_annotated or annotated
                found = bound if within and bound else found + bound
    return found, is_annotated


def _matching(name: str, target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple):
        for number, one in enumerate(target.elts):
            if isinstance(one, ast.Name) and one.id == name:
                yield value.elts[number] if isinstance(value, ast.Tuple) else value


if __name__ == "__main__":
    plugins = [*map(Path, sys.argv[1:])]
    packs = [Path(wayhome.__file__).parent / "core", *plugins]
    code = of_plugins(plugins).messages
    sys.stdout.write(catalogue([*of_engine().messages, *of_forms(), *code, *of_packs(packs)]))
