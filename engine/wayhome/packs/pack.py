"""A pack on disk: its files, read and checked against the format, with the place of every entry.

Reading never stops at the first fault: all faults of all files come in one `PackBroken`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from wayhome.errors import PackBroken, Template, filled, spoken
from wayhome.frozen import EMPTY
from wayhome.packs.faults import InvalidValue
from wayhome.packs.files import FILES
from wayhome.packs.kinds.about import About
from wayhome.packs.kinds.kind import Part, keys, mentions, shown
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import Mention
from wayhome.packs.reading import START, ParsedFile, Place, Unreadable, read

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True)
class PackFault:
    """One thing wrong with a pack: where, a stable code, what, and how to mend it."""

    told: ClassVar[tuple[str, ...]] = ("what", "fix")

    file: str
    line: int
    column: int
    code: str
    what_template: Template
    fix_template: Template
    values: Mapping[str, Any] = EMPTY

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return filled(self.what_template, self.values)

    @property
    def fix(self) -> str:
        """How to mend it, in English."""
        return filled(self.fix_template, self.values)

    @property
    def place(self) -> tuple[str, int, int]:
        return self.file, self.line, self.column

    def __lt__(self, other: PackFault) -> bool:
        return (*self.place, self.code, self.what, self.fix) < (*other.place, other.code, other.what, other.fix)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.what}. {self.fix}"


def fault_at(file: Path, place: Place, code: str, what: Template, fix: Template, /, **values: Any) -> PackFault:
    """Make a fault at a place of a file."""
    line, column = place
    return PackFault(str(file), line, column, code, what, fix, spoken(values))


def broken(pack: str, faults: Iterable[PackFault]) -> PackBroken:
    """Make one error of all faults of a pack."""
    found = sorted(set(faults))
    return PackBroken(
        "The pack '{pack}' cannot be used: {count} fault."
        if len(found) == 1
        else "The pack '{pack}' cannot be used: {count} faults.",
        todo="Mend these, then check its folder again.",
        code="pack_faults",
        faults=found,
        pack=pack,
        count=len(found),
    )


@dataclass(frozen=True)
class Located:
    """An entry and where it stands."""

    entry: Any
    sheet: ParsedFile
    index: int | None  # in the list of its file; pack.yaml is no list
    pack: str

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every name that it says; the core's entries are looked at with each country's."""
        return tuple(mentions(self.entry))

    @cached_property
    def shown(self) -> Mapping[str, Any]:
        """What of it is shown, as plain data."""
        return shown(self.entry)

    def fault(self, code: str, what: Template, fix: Template, /, *at: str | int, **values: Any) -> PackFault:
        """Make a fault at this entry, or at the part of it that `at` leads to."""
        place = self.sheet.place(at if self.index is None else (self.index, *at))
        return fault_at(self.sheet.path, place, code, what, fix, **values)


@dataclass(frozen=True)
class Pack:
    """A pack as its files say it."""

    folder: Path
    about: About
    entries: dict[str, tuple[Located, ...]] = field(default_factory=dict)
    sheet: ParsedFile | None = None

    @property
    def id(self) -> str:
        return self.about.id

    def of(self, file: str) -> tuple[Located, ...]:
        """Give the entries of one file, in its order; empty when the pack has no such file."""
        return self.entries.get(file, ())

    def fault(self, code: str, what: Template, fix: Template, /, *at: str | int, **values: Any) -> PackFault:
        """Make a fault in pack.yaml."""
        place = self.sheet.place(at) if self.sheet else START
        return fault_at(self.folder / "pack.yaml", place, code, what, fix, **values)


def read_pack(folder: Path) -> Pack:
    """Read the pack in a folder.

    Raises:
        PackBroken: with every fault of form in every file: broken YAML, a misspelt key, a wrong type, a missing source,
            an id given twice, a wrong prefix.
    """
    folder = Path(folder)
    faults: list[PackFault] = []
    head = folder / "pack.yaml"
    if not head.is_file():
        fault = fault_at(head, START, "P001", "there is no pack.yaml here", "Give the folder that holds it.")
        raise broken(folder.name, [fault])
    sheet = _sheet(head, faults)
    about = _validated(About, sheet, (), faults) if sheet else None
    id = about.id if about else folder.name
    entries = {stem: _entries(id, folder / f"{stem}.yaml", kinds, faults) for stem, kinds in FILES.items()}
    entries["steps"] = tuple(_with_fields_of_another(entries["steps"]))
    entries["rules"] = tuple(_with_the_code(entries["rules"], folder))
    files = [f"{stem}.yaml" for stem in FILES]
    faults += [
        fault_at(file, START, "P002", "no file of a pack has this name", "Files are pack.yaml, {files}.", files=files)
        for file in (*sorted(folder.glob("*.yml")), *sorted(folder.glob("*.yaml")))
        if file.name not in ("pack.yaml", *files)
    ]
    if about is None:
        raise broken(folder.name, faults)
    pack = Pack(folder, about, entries, sheet)
    faults += _wrong_ids(pack)
    if faults:
        raise broken(pack.id, faults)
    return pack


def read_about(folder: Path) -> About:
    """Read just what a pack is.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    about: About = _adapter(About).validate_python(read(folder / "pack.yaml").value)
    return about


def _sheet(path: Path, faults: list[PackFault]) -> ParsedFile | None:
    try:
        return read(path)
    except Unreadable as error:
        place = (error.line, error.column)
        faults.append(fault_at(path, place, "P003", "{fault}", "Mend the line.", fault=error.phrase))
    except OSError:
        faults.append(fault_at(path, START, "P003", "the file cannot be read", "Look at its rights."))
    return None


def _entries(pack: str, path: Path, kinds: tuple[type[Part], ...], faults: list[PackFault]) -> tuple[Located, ...]:
    if not path.is_file() or (sheet := _sheet(path, faults)) is None or sheet.value is None:
        return ()
    if not isinstance(sheet.value, list):
        faults.append(fault_at(path, START, "P004", "the file is not a list of entries", "Begin each entry with '- '."))
        return ()
    found = []
    for index, raw in enumerate(sheet.value):
        kind = kinds[1] if len(kinds) > 1 and isinstance(raw, dict) and "tighten" in raw else kinds[0]
        entry = _validated(kind, sheet, (index,), faults)
        if entry is not None:
            found.append(Located(entry, sheet, index, pack))
    return tuple(found)


def _with_fields_of_another(steps: tuple[Located, ...]) -> Iterator[Located]:
    """Give the steps, each with what it asks as another does; an id that is not there is told where all names are."""
    by_id = {one.entry.id: one.entry for one in steps if isinstance(one.entry, Step)}
    for one in steps:
        other = by_id.get(one.entry.fields_like or "") if isinstance(one.entry, Step) else None
        yield (
            one
            if other is None
            else replace(one, entry=replace(one.entry, fields={**other.fields, **one.entry.fields}))
        )


def _with_the_code(rules: tuple[Located, ...], folder: Path) -> Iterator[Located]:
    """Give the rules with a short word for the code that judges them: whole files, without comments and empty lines."""
    code = sha256()
    for file in sorted(one for one in package_of(folder).rglob("*.py") if one.is_file()) if rules else ():
        lines = (line.rstrip() for line in file.read_text("utf-8", errors="replace").splitlines())
        code.update("\n".join(line for line in lines if line and not line.lstrip().startswith("#")).encode())
    yield from (replace(one, entry=replace(one.entry, code=code.hexdigest()[:16])) for one in rules)


def package_of(folder: Path) -> Path:
    """Give the whole package in which a pack lies: as far as that reaches, the code of its checks may."""
    while (folder.parent / "__init__.py").is_file():
        folder = folder.parent
    return folder


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _validated(kind: Any, sheet: ParsedFile, at: tuple[int, ...], faults: list[PackFault]) -> Any:
    from pydantic import ValidationError

    raw = sheet.value[at[0]] if at else sheet.value
    try:
        return _adapter(kind).validate_python(raw)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            line, column = sheet.place((*at, *problem["loc"]))
            faults.append(PackFault(str(sheet.path), line, column, *_in_words(kind, problem)))
    except RecursionError:
        faults.append(fault_at(sheet.path, sheet.place(at), "P005", "this is nested too deeply", "Make it flatter."))
    return None


def _in_words(kind: type[Part], problem: Any) -> tuple[str, Template, Template, Mapping[str, Any]]:
    name = str(problem["loc"][-1]) if problem["loc"] else ""
    wrong = (problem.get("ctx") or {}).get("error")
    if isinstance(wrong, InvalidValue):
        what = "'{name}': {fault}" if name and wrong.code.startswith("P") else "{fault}"
        return wrong.code, what, "{fix}", spoken({"name": name, "fault": wrong.phrase, "fix": wrong.fix})
    if problem["type"] == "missing":
        if name == "source":
            return "P006", "the entry has no source", "Name the ids in sources.yaml that it rests on.", EMPTY
        return "P005", "'{name}' is missing", "Add '{name}'.", spoken({"name": name})
    if problem["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        known = keys(kind) if len(problem["loc"]) == 1 else ()
        fix = "Keys are {known}." if known else "Look for a misspelling."
        return "P007", "'{name}' is no key here", fix, spoken({"name": name, "known": known})
    message = problem["msg"]
    said = spoken({"name": name, "fault": message[:1].lower() + message[1:] if name else message})
    return "P005", "'{name}': {fault}" if name else "{fault}", "Change the value.", said


UNPREFIXED = ("sources", "places", "rules")


def _wrong_ids(pack: Pack) -> Iterator[PackFault]:
    """An id is given once, and begins with the prefix of its pack."""
    seen: set[tuple[str, str]] = set()
    for stem, located in pack.entries.items():
        # Steps, facts and documents share one space of names: conditions speak of all three.
        space = "facts" if stem in ("steps", "facts", "documents") else stem
        for one in located:
            id = getattr(one.entry, "id", None)
            if id is None:
                continue
            if (space, id) in seen:
                yield one.fault("P008", "the id '{id}' is given twice", "Give each entry its own id.", "id", id=id)
            seen.add((space, id))
            if stem not in UNPREFIXED and not id.startswith(pack.about.prefix):
                yield one.fault(
                    "P009",
                    "the id '{id}' does not begin with '{prefix}'",
                    "Call it '{prefix}{id}'; what exists already can only be tightened (INV-24).",
                    "id",
                    id=id,
                    prefix=pack.about.prefix,
                )
