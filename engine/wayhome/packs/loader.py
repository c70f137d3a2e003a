"""Find the installed country plugins, load each on its own, and say which can be used and why not.

The one module that knows pluggy. Each plugin is registered in a manager of its own, so that one broken
plugin disturbs no other, and nothing depends on the order of installation.
"""

from __future__ import annotations

import hashlib
import inspect
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pluggy

from wayhome.errors import NotFound, PackBroken
from wayhome.logs import Log
from wayhome.model.case import Case
from wayhome.model.command import AnyCommand
from wayhome.model.reason import Reason, unmet
from wayhome.packs import hookspecs
from wayhome.packs.analyse import analyse
from wayhome.packs.compose import composed
from wayhome.packs.labels import labels_of
from wayhome.packs.pack import Fault, Pack, broken, read_pack
from wayhome.packs.process import PackRule, Process, canonical_bytes
from wayhome.packs.schema import PackEntry

log = Log("wayhome.packs")
GROUP = "wayhome"
CORE = Path(__file__).parent.parent / "core"
ENGINE_VERSION = (0, 1)


@dataclass(frozen=True)
class Plugin:
    """An installed plugin: usable when `problem` is None."""

    name: str
    pack: Pack | None
    hooks: pluggy.PluginManager | None = field(repr=False, default=None)
    problem: PackBroken | None = None

    @property
    def state(self) -> str:
        return "refused" if self.problem else "ready"


class Shelf:
    """The installed plugins, the core pack, and the processes they can be composed into."""

    def __init__(self, plugins: Iterable[Plugin], core: Pack | None = None) -> None:
        self.plugins = tuple(sorted(plugins, key=lambda plugin: plugin.name))
        self._core = core

    @classmethod
    def installed(cls) -> Shelf:
        """Load every plugin that is installed. Never fails: a broken plugin is listed as refused."""
        found = entry_points(group=GROUP)
        plugins = [_load(point) for point in found]
        return cls(_same_country_refused(plugins))

    @classmethod
    def of(cls, *modules: Any) -> Shelf:
        """Make a shelf of plugin modules or objects (for tests)."""
        return cls(_same_country_refused([_from_module(getattr(m, "__name__", str(m)), m) for m in modules]))

    @cached_property
    def core(self) -> Pack:
        return self._core or read_pack(CORE)

    @property
    def ready(self) -> tuple[Plugin, ...]:
        return tuple(plugin for plugin in self.plugins if plugin.problem is None)

    def for_country(self, role: str, country: str) -> Plugin:
        """Give the plugin for a host or an origin country.

        Raises:
            PackBroken: it is installed and refused. NotFound: there is none.
        """
        for plugin in self.plugins:
            about = plugin.pack.about if plugin.pack else None
            if about and about.role == role and about.country == country:
                if plugin.problem:
                    raise plugin.problem
                return plugin
        broken_ones = [plugin for plugin in self.plugins if plugin.problem]
        ready = sorted(p.pack.about.country or "" for p in self.ready if p.pack and p.pack.about.role == role)
        raise NotFound(
            f"No pack for the {role} country {country} is installed.",
            why=f"There are packs for {', '.join(ready) or 'no country'}"
            + (f"; refused: {', '.join(p.name for p in broken_ones)}." if broken_ones else "."),
            todo="Install its plugin, or look at `wayhome plugins list`.",
        )

    def process(self, host: str, origin: str) -> Process:
        """Compose the process of a return from host to origin country.

        Raises:
            PackBroken, NotFound.
        """
        packs = [self.for_country("host", host).pack, self.for_country("origin", origin).pack]
        return _composed([self.core, *(pack for pack in packs if pack)])

    def labels_for(self, process: Process) -> Mapping[str, Any]:
        """Give the newest labels for a process: those of the core and of its packs that are installed and ready."""
        packs = [plugin.pack for plugin in self.ready if plugin.pack and plugin.pack.id in process.packs]
        return labels_of([self.core, *packs])

    @cached_property
    def fingerprint(self) -> str:
        """Give a text that changes whenever what these packs show changes."""
        shown = labels_of([self.core, *(plugin.pack for plugin in self.ready if plugin.pack)])
        return hashlib.sha256(canonical_bytes(shown)).hexdigest()

    def check(self, rule: PackRule, case: Case, command: AnyCommand, at: datetime) -> Reason:
        """Ask a pack's own code about one of its rules; whatever goes wrong is an unmet reason."""
        plugin = next((p for p in self.plugins if p.pack and p.pack.id == rule.pack and not p.problem), None)
        if plugin is None or plugin.hooks is None or plugin.pack is None:
            return _no_answer(
                rule, "the plugin '{pack}' that must judge this is not installed, or is refused", "Install it again."
            )
        declared = next((one.entry for one in plugin.pack.of("rules") if one.entry.id == rule.id), None)
        if declared is None or declared.revision != rule.revision:
            return _no_answer(
                rule,
                "the plugin '{pack}' now judges another revision of this rule than the case is pinned to",
                "Look at the newer process and adopt it (rebase), or install the older plugin.",
            )
        try:
            answers = plugin.hooks.hook.wayhome_check(rule=rule.id, case=case, command=command, at=at)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            log.error(
                "check_failed",
                rule=rule.id,
                plugin=plugin.name,
                file=frame.filename,
                line=frame.lineno,
                error=type(error).__name__,
            )
            return _no_answer(
                rule, "the check of the plugin '{pack}' failed", "Tell its maintainers; the log names file and line."
            )
        if len(answers) != 1 or not isinstance(answers[0], Reason) or answers[0].rule != rule.id:
            return _no_answer(rule, "the plugin '{pack}' gave no answer", "Tell its maintainers.")
        answer: Reason = answers[0]
        return answer

    def identifier_passes(self, pack: str, kind: str, value: str) -> bool:
        """Ask a pack's own code whether a number passes its arithmetic; a failure does not pass."""
        plugin = next((p for p in self.ready if p.pack and p.pack.id == pack), None)
        if plugin is None or plugin.hooks is None:
            return False
        try:
            answers = plugin.hooks.hook.wayhome_check_identifier(kind=kind, value=value)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            log.error(
                "check_failed",
                kind=kind,
                plugin=plugin.name,
                file=frame.filename,
                line=frame.lineno,
                error=type(error).__name__,
            )
            return False
        return bool(answers) and all(answer is True for answer in answers)


def _no_answer(rule: PackRule, fact: str, todo: str) -> Reason:
    return unmet(rule.id, fact, todo, subject=rule.check, pack=rule.pack)


# Composed processes by the identity of their packs; the packs are kept beside them, so that no identity is used again.
_PROCESSES: dict[frozenset[int], tuple[list[Pack], Process]] = {}


def _composed(packs: list[Pack]) -> Process:
    key = frozenset(id(pack) for pack in packs)
    if key not in _PROCESSES:
        process, faults = composed(packs)
        if process is not None:
            faults += analyse(process, packs)  # all that is wrong is told in one run
        if faults or process is None:
            raise broken(" + ".join(sorted(p.id for p in packs)), faults)
        _PROCESSES[key] = packs, process
    return _PROCESSES[key][1]


def installed_fingerprint() -> str:
    """Give a text that changes when other plugins, or other versions of them, are installed. Loads none of them."""
    found = [(point.name, point.dist.version if point.dist else "") for point in entry_points(group=GROUP)]
    return "installed " + ", ".join(f"{name} {version}" for name, version in sorted(found))


def _load(point: EntryPoint) -> Plugin:
    try:
        module = point.load()
    except Exception as error:
        return _refused(
            point.name, None, _fault_of(error, point.value), "P020", f"importing it failed ({type(error).__name__})"
        )
    return _from_module(point.name, module)


def _from_module(name: str, module: Any) -> Plugin:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    file = _file_of(module)
    try:
        manager.register(module, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        return _refused(name, None, (file, _line_of_hook(module, str(error))), "P021", _plain(error))
    if not manager.hook.wayhome_pack.get_hookimpls():
        return _refused(name, None, (file, 1), "P022", "it has no hook wayhome_pack")
    try:
        folders = manager.hook.wayhome_pack()
        pack = read_pack(Path(folders[0]))
        _fits_this_engine(pack)
    except PackBroken as error:
        return Plugin(name, _about_only(folders), None, error)
    except Exception as error:
        return _refused(
            name, None, _fault_of(error, file), "P023", f"its hook wayhome_pack failed ({type(error).__name__})"
        )
    try:
        _composed(list(_with_strangers(pack)))
    except PackBroken as error:
        return Plugin(name, pack, None, error)
    missing = [r.entry.id for r in pack.of("rules")] and not manager.hook.wayhome_check.get_hookimpls()
    if missing:
        return _refused(name, pack, (file, 1), "P024", "rules.yaml declares checks, and there is no hook wayhome_check")
    return Plugin(name, pack, manager)


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _file_of(module: Any) -> str:
    return str(getattr(module, "__file__", None) or getattr(type(module), "__module__", module))


def _line_of_hook(module: Any, message: str) -> int:
    for name, value in inspect.getmembers(module, inspect.isfunction):
        if f"'{name}'" in message or f"{name}(" in message or f"unknown hook {name!r}" in message:
            return inspect.getsourcelines(value)[1]
    return 1


def _fault_of(error: Exception, otherwise: str) -> tuple[str, int]:
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 1
    return (frames[-1].filename, frames[-1].lineno or 1) if frames else (otherwise, 1)


def _refused(name: str, pack: Pack | None, place: tuple[str, int], code: str, what: str) -> Plugin:
    fault = Fault(place[0], place[1], 1, code, what, "Tell its maintainers, or uninstall it.")
    return Plugin(name, pack, None, broken(name, [fault]))


def _about_only(folders: Any) -> Pack | None:
    """Read just pack.yaml of a broken pack, so that the error can be told to whoever asks for its country."""
    try:
        from wayhome.packs.reading import read

        folder = Path(folders[0])
        return Pack(folder, PackEntry.model_validate(read(folder / "pack.yaml").value))
    except (OSError, ValueError, TypeError, IndexError):  # not even that can be read
        return None


def _fits_this_engine(pack: Pack) -> None:
    for part in pack.about.engine.replace(" ", "").split(","):
        sign, version = (part[:2], part[2:]) if part[:2] in (">=", "<=", "==") else (part[:1], part[1:])
        try:
            asked = tuple(int(n) for n in version.split("."))[:2]
        except ValueError:
            raise broken(
                pack.id, [pack.fault("P025", f"'{part}' is no version", 'Write engine: ">=0.1,<0.2".', "engine")]
            ) from None
        fits = {
            ">=": ENGINE_VERSION >= asked,
            "<": ENGINE_VERSION < asked,
            "==": ENGINE_VERSION == asked,
            "<=": ENGINE_VERSION <= asked,
            ">": ENGINE_VERSION > asked,
        }.get(sign, False)
        if not fits:
            here = ".".join(map(str, ENGINE_VERSION))
            raise broken(
                pack.id,
                [
                    pack.fault(
                        "P026", f"it is made for engine {part}, and this is {here}", "Install a fitting one.", "engine"
                    )
                ],
            )


def stranger(role: str) -> Pack:
    """Make an empty pack of a country that does not exist, to compose one country's pack alone."""
    code = "XH" if role == "host" else "XO"
    about = PackEntry(
        id=f"nowhere_{role}",
        title="Nowhere",
        version="0.0.0",
        role=role,  # type: ignore[arg-type]
        country=code,
        prefix=f"{code.lower()}_",
        zone="UTC",
        calendar="",
        languages=["en"],
    )
    return Pack(Path(f"nowhere_{role}"), about)


def _with_strangers(pack: Pack) -> Iterator[Pack]:
    yield pack
    for role in ("core", "host", "origin"):
        if pack.about.role != role:
            yield _core_pack() if role == "core" else _strangers()[role]


_CACHE: dict[str, Any] = {}


def _core_pack() -> Pack:
    if "core" not in _CACHE:
        _CACHE["core"] = read_pack(CORE)
    found: Pack = _CACHE["core"]
    return found


def _strangers() -> Mapping[str, Pack]:
    if "strangers" not in _CACHE:
        _CACHE["strangers"] = {role: stranger(role) for role in ("host", "origin")}
    found: Mapping[str, Pack] = _CACHE["strangers"]
    return found


def check_folder(folder: Path) -> tuple[Pack, Process]:
    """Check a pack that need not be installed, by itself and composed with the core.

    Raises:
        PackBroken: with every fault, each at file:line:column.
    """
    pack = read_pack(folder)
    _fits_this_engine(pack)
    return pack, _composed(list(_with_strangers(pack)))


def _same_country_refused(plugins: list[Plugin]) -> list[Plugin]:
    seen: dict[tuple[str, str | None], str] = {}
    for plugin in sorted(plugins, key=lambda p: p.name):
        if plugin.problem or plugin.pack is None:
            continue
        about = plugin.pack.about
        key = (about.role, about.country)
        if key in seen:
            fault = plugin.pack.fault(
                "P027",
                f"'{seen[key]}' is the {about.role} pack of {about.country} already",
                "Uninstall one of the two.",
                "country",
            )
            plugins[plugins.index(plugin)] = Plugin(plugin.name, plugin.pack, None, broken(plugin.name, [fault]))
        seen.setdefault(key, plugin.name)
    return plugins
