"""Find the installed country plugins, load each on its own, ask them, and say which can be used and why not.

The one module that knows pluggy. Each plugin is registered in a manager of its own, so that nothing depends on the
order of installation. What is read before its code runs is in `before_import`, what holds its code in `barrier`, what
its code is shown in `read_only`: a pack can only forbid, and it stops nobody else.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property, partial
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pluggy

from wayhome.errors import NotFound, PackBroken, Template, part, spoken
from wayhome.logs import Log
from wayhome.model.case import Case
from wayhome.model.command import BaseCommand
from wayhome.model.reading import as_word, one_of
from wayhome.model.reason import Finding, Judgement
from wayhome.packs import hookspecs
from wayhome.packs.analyse import analyse
from wayhome.packs.barrier import (
    FOR_AN_ANSWER,
    FOR_AN_IMPORT,
    FOR_ITS_DATA,
    PluginFailed,
    each_guarded,
    guarded,
    hanging,
)
from wayhome.packs.before_import import code_of, faults_of_code, fits_this_engine, folder_of
from wayhome.packs.compiled import cache_pack, claims_of, compiled, sealed
from wayhome.packs.compose import composed
from wayhome.packs.findings import Unanswered, as_a_finding, can_be_of, no_answer
from wayhome.packs.installed import Point, Unlisted, installed
from wayhome.packs.kinds.about import About
from wayhome.packs.kinds.rules import PackRule
from wayhome.packs.labels import labels_of
from wayhome.packs.mentions import Phrase, either
from wayhome.packs.pack import Pack, PackFault, broken, package_of, read_about, read_pack
from wayhome.packs.pinned import WHY, unlike, way_on
from wayhome.packs.process import Process, canonical_bytes
from wayhome.packs.read_only import PackView, pack_view, read_only
from wayhome.packs.reading import Unreadable, read

T = TypeVar("T")
log = Log("wayhome.packs")
CORE = Path(__file__).parent.parent / "core"


IS_MISSING: Template = "the plugin '{pack}' that must judge this is not installed, or is refused"
HAS_FAILED: Template = "the check of the plugin '{pack}' failed ({what})"
IT_FAILED: Template = "tell its maintainers; the log names file and line"
IT_HANGS: Template = "try once more; if it stays so, leave the shell, or have the server started again, and tell the plugin's maintainers"


class Shown(NamedTuple):
    """What a plugin's checks are shown of a question, and by what their answers are read."""

    copies: Mapping[str, Any]
    at: datetime
    is_of: Callable[[str, str], bool]


@dataclass(frozen=True)
class Plugin:
    """An installed plugin: usable when `problem` is None.

    Attributes:
        pack: what its files say; of a refused plugin at least pack.yaml, where that could be read.
        folder: where its code lies.
    """

    name: str
    pack: Pack | None
    hooks: pluggy.PluginManager | None = field(repr=False, default=None)
    problem: PackBroken | None = None
    folder: Path | None = None

    @property
    def state(self) -> str:
        return "refused" if self.problem else "ready"

    @cached_property
    def view(self) -> PackView:
        """The pack as the plugin's own checks see it."""
        assert self.pack is not None
        return pack_view(self.pack)

    def shown(self, process: Process, case: Case, command: BaseCommand, at: datetime) -> Shown:
        """Give what the plugin's checks see of a question: copies of its own, read-only."""
        copies = {"case": self._copied(case), "command": read_only(command), "at": at, "pack": self.view}
        return Shown(copies, at, can_be_of(process, frozenset(case.people)))

    def _copied(self, case: Case) -> Case:
        """Copy a case for this plugin; once, as long as it is asked about the same case as it stands."""
        original, copied = self._last_copied.get("case", (None, case))
        if original is not case:
            copied = read_only(case)
            self._last_copied["case"] = case, copied
        return copied

    @cached_property
    def _last_copied(self) -> dict[str, tuple[Case, Case]]:
        return {}

    def judge(self, rule: str, shown: Shown) -> Finding:
        """Ask the plugin's own code about one rule, of what it is `shown`; the caller holds the barrier.

        Raises:
            WrongAnswer: it is not one Finding of plain, short texts, or says what cannot be meant. Whatever else the plugin raises.
        """
        assert self.hooks is not None
        answers = self.hooks.hook.wayhome_check(rule=rule, **shown.copies)
        return as_a_finding(answers, shown.at, shown.is_of)


class Packs:
    """The installed plugins, the core pack, and the processes they can be composed into.

    Those that are installed are read and imported when all are asked for. Who only asks about the rules of a case has the plugin that
    judges them loaded, and no other.
    """

    def __init__(self, plugins: Iterable[Plugin] = (), *, found: Sequence[Point | Plugin] | None = None) -> None:
        self._loaded, self._installed = plugins, found
        self._alone: dict[str, Plugin | None] = {}

    @classmethod
    def installed(cls) -> Packs:
        """Load every plugin that is installed. Never fails: a broken plugin is listed as refused."""
        return cls(found=_installed())

    @classmethod
    def of(cls, *modules: Any) -> Packs:
        """Make them of plugin modules or objects (for tests)."""
        return cls([_registered(getattr(m, "__name__", str(m)), m, None) for m in modules])

    @cached_property
    def plugins(self) -> tuple[Plugin, ...]:
        """All plugins, those that are refused too."""
        found = (one if isinstance(one, Plugin) else _load(one) for one in self._installed or ())
        return _clashes_refused(sorted([*self._loaded, *found], key=lambda plugin: plugin.name))

    @property
    def core(self) -> Pack:
        return _core()

    @property
    def ready(self) -> tuple[Plugin, ...]:
        return tuple(plugin for plugin in self.plugins if plugin.problem is None)

    def countries(self, role: str) -> dict[str, str]:
        """Give the countries for which there is a pack that can be used: by two letters, what each is called.

        Args:
            role: "host", where a return begins, or "origin", where it leads.

        Raises:
            BadInput: it is neither.
        """
        one_of("role", role, ("host", "origin"))
        abouts = (plugin.pack.about for plugin in self.ready if plugin.pack)
        return dict(sorted((one.country, one.title) for one in abouts if one.role == role and one.country))

    def for_country(self, role: str, country: str) -> Plugin:
        """Give the plugin for a host or an origin country.

        Raises:
            PackBroken: it is installed and refused. NotFound: there is none. BadInput: these are no words.
        """
        role, country = as_word("role", role), as_word("country", country)
        for plugin in self.plugins:
            about = plugin.pack.about if plugin.pack else None
            if about and about.role == role and about.country == country:
                if plugin.problem:
                    raise plugin.problem
                return plugin
        refused = [plugin.name for plugin in self.plugins if plugin.problem]
        ready = [*self.countries(role)]
        raise NotFound(
            "No pack for the {role} country {country} is installed.",
            why="There are packs for {ready}; refused: {refused}." if refused else "There are packs for {ready}.",
            todo="Install its plugin. Is there none? Then no return there is prepared here: refer the person, with consent, to who can help.",
            code="no_pack",
            role=role,
            country=country,
            ready=ready or part("no country"),
            refused=refused,
        )

    def _of_process(self, process: Process, pack: str) -> Plugin | None:
        """Give the plugin of one of a process's packs."""
        return next((plugin for plugin in self.ready if _is_of(plugin, process, pack)), None)

    def _that_judges(self, process: Process, pack: str) -> Plugin | None:
        """Give the plugin of one of a process's packs, loaded alone where that says the same as all of them would."""
        if self._installed is None or "plugins" in self.__dict__:
            return self._of_process(process, pack)
        if pack not in self._alone:
            self._alone[pack] = _loaded_alone(self._installed, process, pack)
        return self._alone[pack] or self._of_process(process, pack)

    def process(self, host: str, origin: str) -> Process:
        """Compose the process of a return from host to origin country.

        Raises:
            PackBroken, NotFound.
        """
        packs = [self.for_country("host", host).pack, self.for_country("origin", origin).pack]
        return _composed([self.core, *(pack for pack in packs if pack)])

    def processes(self) -> Iterator[Process]:
        """Compose the process of each pair of host and origin country whose packs can be used."""
        pairs = product(self.countries("host"), self.countries("origin"))
        yield from (self.process(host, origin) for host, origin in pairs)

    @cached_property
    def managers(self) -> frozenset[str]:
        """The core's roles that manage cases."""
        return frozenset(one.entry.id for one in self.core.of("roles") if one.entry.manager)

    @cached_property
    def administrators(self) -> frozenset[str]:
        """The core's roles that say who may act at the shell."""
        return frozenset(one.entry.id for one in self.core.of("roles") if one.entry.enters_actors)

    def labels_for(self, process: Process) -> Mapping[str, Any]:
        """Give the newest labels for a process: those of the core and of its packs that are installed and ready."""
        plugins = [self._of_process(process, id) for id in process.packs]
        return labels_of([self.core, *(plugin.pack for plugin in plugins if plugin and plugin.pack)])

    @cached_property
    def fingerprint(self) -> str:
        """Give a text that changes whenever what these packs show changes."""
        shown = labels_of([self.core, *(plugin.pack for plugin in self.ready if plugin.pack)])
        return hashlib.sha256(canonical_bytes(shown)).hexdigest()

    # --- asking a plugin's own code -------------------------------------------------------

    def check(
        self,
        process: Process,
        rules: Sequence[PackRule],
        case: Case,
        command: BaseCommand,
        at: datetime,
        *,
        adopted: Process | None = None,
    ) -> list[Judgement]:
        """Ask packs' own code about their rules; whatever goes wrong is a no. Each plugin gets its own copy of the case.

        Args:
            adopted: the process that the case has adopted since it was under `process`: its code judges where that of then is gone.
        """
        found: dict[str, Judgement] = {}
        for pack in {rule.pack for rule in rules}:
            plugin, own = self._that_judges(process, pack), [rule for rule in rules if rule.pack == pack]
            answers = self._check(process, plugin, own, lambda p: p.shown(process, case, command, at), adopted)
            found |= {one.rule: one for one in answers}
        return [found[rule.id] for rule in rules]

    def _check(
        self,
        process: Process,
        plugin: Plugin | None,
        rules: Sequence[PackRule],
        show: Callable[[Plugin], Shown],
        adopted: Process | None,
    ) -> Iterator[Judgement]:
        """Ask one plugin about its rules."""
        sources = {rule.id: tuple(process.label("rules", rule.id).get("source", ())) for rule in rules}
        if plugin is None or plugin.hooks is None or plugin.pack is None:
            for rule in rules:
                yield no_answer(rule, IS_MISSING, "install it again", sources[rule.id], pack=rule.pack)
            return
        refused = {rule.id: why for rule in rules if (why := unlike(rule, plugin.pack, adopted)) is not None}
        asked = [rule for rule in rules if rule.id not in refused]
        seen = show(plugin)
        answers = self._asked(plugin, "rule", {rule.id: partial(plugin.judge, rule.id, seen) for rule in asked})
        for rule in rules:
            if rule.id in refused:
                who, todo = self._may_adopt(process), way_on(adopted or process, plugin.pack)
                yield no_answer(rule, WHY[refused[rule.id]], todo, sources[rule.id], pack=rule.pack, who=who)
                continue
            answer = answers[rule.id]
            if isinstance(answer, PluginFailed):
                todo = IT_HANGS if answer.still_runs else IT_FAILED
                yield no_answer(rule, HAS_FAILED, todo, sources[rule.id], pack=rule.pack, what=answer.phrase)
            else:
                yield Judgement(rule.id, answer, sources[rule.id])

    def _may_adopt(self, process: Process) -> Phrase:
        """Name who may have a case adopt other rules than it is pinned to."""
        roles = [one.entry.id for one in self.core.of("roles") if one.entry.adopts_less]
        return either(part("'{role}'", role=process.named("roles", role)) for role in roles)

    def identifier_passes(self, process: Process, pack: str, kind: str, value: str) -> bool | Unanswered:
        """Ask a pack's own code whether a number passes its arithmetic; where it cannot say, the number is not called wrong."""
        plugin = self._that_judges(process, pack)
        if plugin is None or plugin.hooks is None:
            return Unanswered(IS_MISSING, "install it again", {"pack": pack})
        hook = plugin.hooks.hook.wayhome_check_identifier
        found = self._asked(plugin, "kind", {kind: lambda: [x is True for x in hook(kind=kind, value=value)]})[kind]
        if isinstance(found, PluginFailed):
            todo = IT_HANGS if found.still_runs else IT_FAILED
            return Unanswered(HAS_FAILED, todo, {"pack": pack, "what": found.phrase})
        return found == [True]

    def _asked(self, plugin: Plugin, about: str, asks: Mapping[str, Callable[[], T]]) -> Mapping[str, T | PluginFailed]:
        """Ask behind the barrier; the log gets the plugin's file and line, and nothing of the case."""
        found = dict(zip(asks, each_guarded([*asks.values()], FOR_AN_ANSWER, plugin.folder), strict=True))
        for id, answer in found.items():
            if isinstance(answer, PluginFailed):
                what = {"file": answer.file, "line": answer.line, "error": answer.what, about: id}
                log.error("check_failed", plugin=plugin.name, **what)
        return found

    def hanging(self) -> Mapping[str, PluginFailed]:
        """Name the plugins that hang in this program, each with what it gave no answer to."""
        found = ((plugin.name, hanging(plugin.folder)) for plugin in self.plugins)
        return {name: hangs for name, hangs in found if hangs is not None}


# Composed processes by the identity of their packs; the packs are kept beside them, so that no identity is used again.
_PROCESSES: dict[frozenset[int], tuple[list[Pack], Process]] = {}


def _composed(packs: list[Pack]) -> Process:
    key = frozenset(id(pack) for pack in packs)
    if key not in _PROCESSES:
        name = " + ".join(sorted(pack.id for pack in packs))
        folder = next((pack.folder for pack in packs if pack.about.role != "core" and pack.sheet), CORE)
        _PROCESSES[key] = packs, _of_data(lambda: _compose(name, packs), name, folder / "pack.yaml")
    return _PROCESSES[key][1]


def _compose(name: str, packs: list[Pack]) -> Process:
    process, faults = composed(packs)
    if process is not None:
        faults += analyse(process, packs)  # all that is wrong is told in one run
    if faults or process is None:
        raise broken(name, faults)
    return process


def _of_data(call: Callable[[], T], name: str, file: Path) -> T:
    """Run our own code over a pack's data: its PackBroken comes through, and a shape that it does not know is one too."""

    def told() -> T | PackBroken:
        try:
            return call()
        except PackBroken as faults:
            return faults

    try:
        answer = guarded(told, FOR_ITS_DATA)
    except PluginFailed as failed:
        fault = PackFault(
            str(file),
            1,
            1,
            "P029",
            "reading or composing it failed ({reason})",
            "Take out what was added last, and tell the engine's maintainers.",
            spoken({"reason": failed.phrase}),
        )
        raise broken(name, [fault]) from failed
    if isinstance(answer, PackBroken):
        raise answer
    return answer


# --- finding and loading --------------------------------------------------------------------------------------------


def _installed() -> list[Point | Plugin]:
    """List the entry points of all plugins; one whose list cannot be read is refused, and hides no other."""
    return [one if isinstance(one, Point) else _unlisted(one) for one in installed()]


def _unlisted(one: Unlisted) -> Plugin:
    what: Template = "its list of entry points cannot be read ({reason})"
    return _refused(Path(one.place).stem, None, (one.place, 1), "P020", what, reason=one.reason)


def _is_of(plugin: Plugin, process: Process, pack: str) -> bool:
    """Say whether a plugin brings one of a process's packs: the id alone could be another country's."""
    countries = {"host": process.host_country, "origin": process.origin_country}
    about = plugin.pack.about if plugin.pack else None
    return about is not None and about.id == pack and countries.get(about.role) == about.country


def _loaded_alone(found: Sequence[Point | Plugin], process: Process, pack: str) -> Plugin | None:
    """Load the plugin of a pack and no other; None where that could say something else than all of them would.

    So it is where one cannot be read, where two call something the same, or where this one is refused.
    """
    claims: dict[str, set[tuple[str, str]]] = {}
    for point in found:
        said = None if isinstance(point, Plugin) else _claims_at_a_glance(point)
        if said is None or any(not said.isdisjoint(others) for others in claims.values()):
            return None
        claims[point.name] = said
    named = [point for point in found if ("id", pack) in claims[point.name]]
    plugin = _load(named[0]) if len(named) == 1 and not isinstance(named[0], Plugin) else None
    return plugin if plugin is not None and plugin.problem is None and _is_of(plugin, process, pack) else None


def _claims_at_a_glance(point: Point) -> set[tuple[str, str]] | None:
    """Read only what a plugin is called by, as `_claims` names it; None where that cannot be read."""

    def told() -> set[tuple[str, str]]:
        folder = folder_of(point.module)
        if folder is None:
            raise Unreadable("it is not installed any more", 1, 1)
        if (kept := claims_of(folder)) is not None:
            return {*kept}
        about, rules = read(folder / "pack.yaml").value, folder / "rules.yaml"
        own = {("rule", str(one["id"])) for one in read(rules).value or ()} if rules.is_file() else set()
        country = ("country", f"{about['role']} {about['country']}")
        return {country, ("id", str(about["id"])), ("prefix", str(about.get("prefix") or "")), *own}

    with suppress(PluginFailed):
        return guarded(told, FOR_AN_ANSWER)
    return None


def _load(point: Point) -> Plugin:
    """Read a plugin, then import it, then ask where its pack lies; the first that fails refuses it."""
    name, pack = point.name, None
    try:
        folder = guarded(lambda: folder_of(point.module), FOR_AN_ANSWER)
        if folder is None:
            return _refused(name, None, (point.value, 1), "P020", "it is not installed any more")
        seal = guarded(lambda: sealed(folder, code_of(point.module, folder), point.declares), FOR_AN_ANSWER)
        kept = pack = compiled(folder, seal)
        if kept is None and (folder / "pack.yaml").is_file():
            try:
                pack = _read(name, folder)
            except PackBroken as problem:
                return Plugin(name, _about_only(folder), None, problem)
        faults = (
            guarded(lambda: faults_of_code(point.module, folder, point.declared_by), FOR_AN_IMPORT, folder)
            if kept is None
            else []
        )
        if faults:
            return Plugin(name, pack, None, broken(name, faults))
        module = guarded(point.load, FOR_AN_IMPORT, folder)
    except PluginFailed as failed:
        place = (failed.file or point.value, failed.line)
        return _refused(name, pack, place, "P020", "importing it failed ({reason})", reason=failed.phrase)
    plugin = _registered(name, module, pack, kept=kept)
    if kept is None and plugin.problem is None and plugin.pack is not None and plugin.pack.folder == folder:
        cache_pack(plugin.pack, _claims(plugin), seal)
    return plugin


def _registered(name: str, module: Any, pack: Pack | None, *, kept: Pack | None = None) -> Plugin:
    """Take a plugin's hooks, and its pack where that was not read yet; `kept` was found good before."""
    file = _file_of(module)
    try:
        hooks = guarded(lambda: _hooks(name, module), FOR_AN_ANSWER)
        if isinstance(hooks, PackFault):
            return Plugin(name, pack, None, broken(name, [hooks]))
        folder = guarded(lambda: Path(hooks.hook.wayhome_pack()[0]), FOR_AN_ANSWER, Path(file).parent)
    except PluginFailed as failed:
        place = (failed.file or file, failed.line)
        return _refused(name, pack, place, "P023", "its hook wayhome_pack failed ({reason})", reason=failed.phrase)
    # What was read before its code ran is what must count.
    if pack is not None and pack.folder.resolve() != folder.resolve():
        fault = pack.fault(
            "P033",
            "a pack lies beside the plugin's code, and its hook wayhome_pack names another folder",
            "Keep one pack, beside the code.",
        )
        return Plugin(name, pack, None, broken(name, [fault]))
    try:
        if pack is None:
            pack = _read(name, folder)
        if pack.about.role == "core":
            fault = pack.fault(
                "P032", "a plugin brings a country, and never a core", "Say role: host, or origin.", "role"
            )
            return Plugin(name, pack, None, broken(name, [fault]))
        if pack.of("rules") and Path(file).is_file() and not Path(file).is_relative_to(package_of(pack.folder)):
            fault = pack.fault(
                "P034",
                "the plugin's code lies outside of the package of its pack, so nobody can say whether its checks are still the same",
                "Lay the pack beside the code, or below it.",
            )
            return Plugin(name, pack, None, broken(name, [fault]))
        if pack is not kept:
            _composed(list(_with_strangers(pack)))
    except PackBroken as error:
        return Plugin(name, pack or _about_only(folder), None, error)
    if pack.of("rules") and not hooks.hook.wayhome_check.get_hookimpls():
        return _refused(name, pack, (file, 1), "P024", "rules.yaml declares checks, and there is no hook wayhome_check")
    # An object that a program made lies in no file: it has its pack's folder for its own, and none together with another.
    return Plugin(name, pack, hooks, folder=Path(file).parent if Path(file).is_file() else folder)


def _hooks(name: str, module: Any) -> pluggy.PluginManager | PackFault:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        reason = " ".join(str(error).split())[:300]
        return _fault(_file_of(module), _line_of_hook(module, str(error)), "P021", "{reason}", reason=reason)
    if not manager.hook.wayhome_pack.get_hookimpls():
        return _fault(_file_of(module), 1, "P022", "it has no hook wayhome_pack")
    return manager


def _file_of(module: Any) -> str:
    return str(getattr(module, "__file__", None) or getattr(type(module), "__module__", module))


def _line_of_hook(module: Any, message: str) -> int:
    for name, value in inspect.getmembers(module, inspect.isfunction):
        if f"'{name}'" in message or f"{name}(" in message or f"unknown hook {name!r}" in message:
            return inspect.getsourcelines(value)[1]
    return 1


def _fault(file: str, line: int, code: str, what: Template, **values: Any) -> PackFault:
    return PackFault(file, line, 1, code, what, "Tell its maintainers, or uninstall it.", spoken(values))


def _refused(name: str, pack: Pack | None, place: tuple[str, int], code: str, what: Template, **values: Any) -> Plugin:
    return Plugin(name, pack, None, broken(name, [_fault(*place, code, what, **values)]))


# Packs that were read, by name and folder, each as its files then were.
_READ: dict[tuple[str, Path], tuple[Any, Pack]] = {}


def _read(name: str, folder: Path) -> Pack:
    """Read a pack, which must be made for this engine: once in a program, as long as its files stay as they are. Raises PackBroken."""
    stamp, (then, kept) = _stamp_of(folder), _READ.get((name, folder), (None, None))
    if kept is not None and stamp == then:
        return kept
    pack = _read_anew(name, folder)
    if stamp is not None:
        _READ[name, folder] = stamp, pack
    return pack


def _stamp_of(folder: Path) -> Any:
    """Give what changes with the files of a pack and the code of its plugin; None where they cannot be looked at."""
    try:
        files = [*folder.glob("*.yaml"), *folder.glob("*.yml"), *package_of(folder).rglob("*.py")]
        looked_at = [(str(file), file.stat()) for file in files]
    except OSError:
        return None
    return sorted((name, one.st_size, one.st_mtime_ns, one.st_ino) for name, one in looked_at)


def _read_anew(name: str, folder: Path) -> Pack:
    pack = _of_data(lambda: read_pack(folder), name, folder / "pack.yaml")
    fits_this_engine(pack)
    strange = [r for r in pack.of("rules") if pack.about.country and not r.entry.id.startswith(pack.about.country)]
    if strange:
        raise broken(
            pack.id,
            [
                one.fault(
                    "P030",
                    "the rule '{rule}' is called as another country's",
                    "Begin it with '{country}-'.",
                    "id",
                    rule=one.entry.id,
                    country=pack.about.country,
                )
                for one in strange
            ],
        )
    return pack


def _about_only(folder: Path) -> Pack | None:
    """Read just pack.yaml of a broken pack, so that the error can be told to whoever asks for its country."""
    with suppress(Exception):  # not even that can be read
        return Pack(folder, read_about(folder))
    return None


def _clashes_refused(plugins: list[Plugin]) -> tuple[Plugin, ...]:
    """Refuse each of two plugins that call something the same: nobody could say which of them judges."""
    owners: dict[tuple[str, str], list[Plugin]] = {}
    for plugin in plugins:
        for claim in _claims(plugin):
            owners.setdefault(claim, []).append(plugin)
    found = []
    for plugin in plugins:
        faults = [
            place.fault(
                "P027",
                "the plugin '{other}' has the same {sort}, {claim}",
                "Uninstall one of the two.",
                "id" if what == "rule" else what,
                other=other.name,
                sort=part(CLAIMS[what]),
                claim=value,
            )
            for (what, value), place in _claims(plugin).items()
            for other in owners[what, value]
            if other is not plugin
        ]
        found.append(Plugin(plugin.name, plugin.pack, None, broken(plugin.name, faults)) if faults else plugin)
    return tuple(found)


CLAIMS: Mapping[str, Template] = {"country": "country and role", "id": "id", "prefix": "prefix", "rule": "rule id"}


def _claims(plugin: Plugin) -> dict[tuple[str, str], Any]:
    """Name what only one plugin may be called by, each with what a fault would point at."""
    if plugin.problem or plugin.pack is None:
        return {}
    pack, about = plugin.pack, plugin.pack.about
    claims: dict[tuple[str, str], Any] = {
        ("country", f"{about.role} {about.country}"): pack,
        ("id", about.id): pack,
        ("prefix", about.prefix): pack,
    }
    return claims | {("rule", one.entry.id): one for one in pack.of("rules")}


@cache
def stranger(role: str) -> Pack:
    """Make an empty pack of a country that does not exist, to compose one country's pack alone."""
    code = "XH" if role == "host" else "XO"
    about = About(
        id=f"nowhere_{role}",
        title="Nowhere",
        version="0.0.0",
        role=role,  # type: ignore[arg-type]
        country=code,
        prefix=f"{code.lower()}_",
        zone="UTC",
        calendar="",
        languages={"en": "English"},
    )
    return Pack(Path(f"nowhere_{role}"), about)


def _with_strangers(pack: Pack) -> Iterator[Pack]:
    yield pack
    for role in ("core", "host", "origin"):
        if pack.about.role != role:
            yield _core() if role == "core" else stranger(role)


@cache
def _core() -> Pack:
    seal = sealed(CORE)
    core = compiled(CORE, seal)
    if core is None:
        core = read_pack(CORE)
        cache_pack(core, (), seal)
    return core


def check_folder(folder: Path) -> tuple[Pack, Process]:
    """Check a pack that need not be installed, by itself and composed with the core.

    Raises:
        PackBroken: with every fault, each at file:line:column.
    """
    pack = _read(folder.name, folder)
    return pack, _composed(list(_with_strangers(pack)))
