"""Every sentence is a template with values, so that other languages can come; and the library speaks no shell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import wayhome as wh
from wayhome.errors import PLACES, filled
from wayhome.packs.plugins import Packs
from wayhome.testing import an_actor_for

from docs import messages

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine" / "wayhome"
SPEAK_SHELL = ("shell/", "stories/", "testing/")
# On these lines stand messages to programmers, statements of the database, and commands to be typed: no sentences.
NO_SENTENCES = (
    "raise TypeError",
    "raise AttributeError",
    "raise RuntimeError",
    "in message",
    "exec_driver_sql",
    ".execute(",
    "import_module(",
    "has no attribute",
    "typed(",
    "_how_to_call()",
)
STYLES = re.compile("bold [a-z]+")
OF_CLICK = ("help", "message")  # its help texts come from click, like docstrings


def sources(*folders: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text() for folder in folders for path in sorted(folder.rglob("*.py"))
    }


def outside(faults: list[str], *places: str) -> list[str]:
    return [fault for fault in faults if not fault.startswith(places)]


def test_no_sentence_of_the_engine_is_put_together_and_each_name_has_its_value() -> None:
    assert messages.of_engine().faults == []


@pytest.mark.parametrize("plugin", sorted(p.name for p in (ROOT / "plugins").iterdir() if p.is_dir()))
def test_no_sentence_of_a_plugin_is_put_together(plugin: str) -> None:
    own = sources(ROOT / "plugins" / plugin / f"wayhome_{plugin}")

    assert messages.of_sources(own, beside=sources(ENGINE)).faults == []


def test_the_sentences_are_found_those_of_the_engine_and_those_of_packs() -> None:
    engine = {message.text for message in messages.of_engine().messages}
    core = {message.text for message in messages.of_packs([ENGINE / "core"])}

    assert len(engine) > 200
    assert len(core) > 200
    assert {
        "There is no case {number} for you here.",  # an error
        "'{step}' may be done now",  # a rule's answer
        "No departure without the person's spoken yes, recorded at most {reconfirmation_max_age} before boarding, in a language that they understand or through an interpreter.",
        "{length} after {anchor}, {place} time",  # a due date
        "'{incident}' is open. {actions}",  # what can be done next
        "{amount} working days",  # a part of a sentence
    } <= engine


def test_the_catalogue_is_one_that_gettext_reads() -> None:
    written = messages.catalogue([messages.Message('Say "{name}".\n', "a.py:1"), messages.Message("x", "a.py:2")])

    assert written.splitlines()[3:] == [
        "#: a.py:1", 'msgid "Say \\"{name}\\".\\n"', 'msgstr ""', "", "#: a.py:2", 'msgid "x"', 'msgstr ""',
    ]  # fmt: skip


# --- the reader really finds what is wrong ------------------------------------------------------------------------

BASE = """
Template = str
def part(template: Template, /, **values): ...
def no(fact: Template, subject="", /, *, todo: Template, **values): ...
class Problem(Exception):
    def __init__(self, what: Template, *, why: Template = "", **values): ...
class Sub(Problem): ...
HELD: dict[str, Template] = {"a": "one", "b": "two"}
"""


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('raise Sub(f"There is no {x}.")', "put together"),
        ('raise Sub("There is no " + x)', "put together"),
        ('raise Sub("There is no %s." % x)', "put together"),
        ('raise Sub("There is no {}.".format(x))', "put together"),
        ('raise Sub(" ".join(x))', "put together"),
        ('raise Sub("A.", why=str(x))', "put together"),
        ("raise Sub(x)", "no Template"),
        ("raise Sub(OTHER['a'])", "no Template"),
        ('raise Sub("A." if x else f"{x}")', "put together"),
        ('y = "A" + x\nno(y, todo="B")', "put together"),
        ('y: Template = "A" + x\nno(y, todo="B")', "put together"),
        ('y: dict[str, Template] = {"a": f"{x}"}\nno(y[x], todo="B")', "put together"),
        ('no("A.", todo=f"{x}")', "put together"),
        ('no("{a} is open", todo="B")', "no value: a"),
        ('no("A", todo="do {b}")', "no value: b"),
        ('no("A", todo="B", c=1)', "no place: c"),
        ('def f() -> Template:\n    return f"{x}"', "put together"),
        ('def f(y: Template = "A" + "B"): ...', "put together"),
    ],
)
def test_a_sentence_that_is_put_together_is_told(code: str, fault: str) -> None:
    found = messages.of_sources({"bad.py": "def around(x):\n" + "\n".join("    " + c for c in code.splitlines())},
                                beside={"base.py": BASE})  # fmt: skip

    assert len(found.faults) == 1
    assert fault in found.faults[0]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('raise Sub("There is no {a}.", a=x)', ["There is no {a}."]),
        ('raise Sub("A." if x else "B.", why="C {a}.", a=x)', ["A.", "B.", "C {a}."]),
        ('y = "A"\nif x:\n    y = "B {c}"\nno(y, todo="D", c=x)', ["A", "B {c}", "D"]),
        ("part(HELD[x])", []),
        ('y: Template = "A" if x else "B"\npart(y)', ["A", "B"]),
        ('if x:\n    y: Template = "A"\n    no(y, todo="B")\ny = "C"\nno(y, todo="D")', ["A", "B", "C", "D"]),
        ('y: Template\ny = "A"\nno(y, todo="B")', ["A", "B"]),
        ('def f(y: Template):\n    return part(y, **x)', []),
        ('for y in ("A", "B"):\n    no(y, todo="C")', ["A", "B", "C"]),
    ],
)  # fmt: skip
def test_a_sentence_that_stands_as_it_is_is_found(code: str, texts: list[str]) -> None:
    found = messages.of_sources({"good.py": "def around(x):\n" + "\n".join("    " + c for c in code.splitlines())},
                                beside={"base.py": BASE})  # fmt: skip

    assert found.faults == []
    assert sorted({message.text for message in found.messages}) == texts


# --- what is no argument of anything ------------------------------------------------------------------------------


def texts_in(source: str) -> Iterator[tuple[int, str]]:
    """Give the strings of a source that are no docstrings and no help texts."""
    nodes = [*ast.walk(ast.parse(source))]
    told = {id(n.value) for n in nodes if isinstance(n, ast.Expr)}
    told |= {id(h) for n in nodes if isinstance(n, ast.keyword) and n.arg in OF_CLICK for h in ast.walk(n.value)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def put_together(source: str) -> Iterator[int]:
    """Give the lines at which an f-string says more than one word."""
    tree = ast.parse(source)
    lines = source.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            words = re.findall(r"[a-z]{2,}", " ".join(str(p.value) for p in node.values if isinstance(p, ast.Constant)))
            if len(words) > 1 and not any(one in lines[node.lineno - 1] for one in (*NO_SENTENCES, "help=")):
                yield node.lineno


def test_no_text_is_put_together_that_reads_as_a_sentence() -> None:
    found = [f"{name}:{line}" for name, source in sources(ENGINE).items() for line in put_together(source)]

    assert outside(found, "testing/") == []


def test_every_text_of_the_shell_that_reads_as_a_sentence_is_found() -> None:
    known = {message.text for message in messages.of_engine().messages}
    found = [
        (name, text)
        for name, source in sources(ENGINE / "shell").items()
        for line, text in texts_in(source)
        if re.search("[a-z]{2} [a-z]{2}", text) and text not in known and not STYLES.fullmatch(text)
        if not any(one in source.splitlines()[line - 1] for one in NO_SENTENCES)
    ]

    assert found == []


def test_what_is_raised_with_a_sentence_takes_it_as_a_template() -> None:
    found = {name: re.findall(r"""raise ValueError\(\s*f?["'].*""", source) for name, source in sources(ENGINE).items()}

    assert {name: raised for name, raised in found.items() if raised} == {}


WORDS = "init|case|do|due|run|demo|shell|verify|rebuild|backup|restore|plugins|process|actor|types|doctor"
SHELL = re.compile(rf"`(?:wayhome|{WORDS})\b|\bwayhome (?:{WORDS})\b|(?<!\S)--[a-z]|\bWAYHOME_(?!KEY|WITNESS)")

TYPED = re.compile(r"[a-z}'\]]=[…{<a-z0-9]|[a-z}]:…|=…")


def speaks_shell(source: str) -> list[str]:
    return [text for _, text in texts_in(source) if SHELL.search(text)]


def test_the_library_speaks_no_shell() -> None:
    found = {n: speaks_shell(source) for n, source in sources(ENGINE).items() if not n.startswith(SPEAK_SHELL)}
    packs = [m for m in messages.of_packs([ENGINE / "core"]) if SHELL.search(m.text)]
    typed = {
        m.text for m in messages.of_engine().messages if not m.where.startswith(SPEAK_SHELL) and TYPED.search(m.text)
    }

    assert {name: texts for name, texts in found.items() if texts} == {}
    assert packs == []
    assert typed == set()  # a field is called by its name: how it is typed, only the shell knows


@pytest.mark.parametrize(
    "text",
    ["Run `wayhome verify`.", "Make one with wayhome init.", "Give --json.", "Set WAYHOME_DB.", "Try `case list`."],
)
def test_what_speaks_shell_is_found(text: str) -> None:
    assert speaks_shell(f"x = {text!r}") == [text]


def test_in_another_language_nothing_of_a_reason_stays_in_english(packs: Packs) -> None:
    asked: set[str] = set()

    def translated(template: str) -> str:
        asked.add(template)
        return "".join(
            one if PLACES.fullmatch(one) else re.sub(r"\w", "ø", one) for one in re.split(r"(\{\w+\})", template)
        )

    anna = an_actor_for("case_manager_sending")
    with wh.Engine.open("sqlite://", packs=packs) as engine:
        for host, origin in (("BE", "NG"), ("NL", "BR"), ("BE", "SL")):
            facts = {"age_status": "child"}
            case = engine.do(wh.Open(host_country=host, origin_country=origin, facts=facts), as_=anna).case
            plane = wh.Document(case, kind=f"{origin.lower()}_new_passport", status="lost")
            for question in ("depart", "settle", "close", wh.Move(case, to="close", reason="deceased"), plane):
                try:
                    decision = engine.why(case, question, as_=anna)
                except wh.BadInput:
                    continue
                for reason in decision.reasons:
                    for template in (reason.fact_template, reason.todo_template):
                        said = filled(template, reason.values, translated)
                        left = re.findall(r"[A-Za-z]{2,}", re.sub(r"'[a-z_]+'", "", said))  # but for what is typed
                        assert left == [], (template, reason.values)

    plugins = sorted((ROOT / "plugins").glob("*/wayhome_*"))
    checks = [one for own in plugins for one in messages.of_sources(sources(own), beside=sources(ENGINE)).messages]
    texts = messages.of_packs([ENGINE / "core", *plugins])
    known = {one.text for one in (*messages.of_engine().messages, *checks, *texts)}
    assert sorted(asked - known - {""}) == []


def test_what_the_checks_of_plugins_find_and_what_forms_call_things_is_among_them() -> None:
    plugins = messages.of_plugins(sorted(Path(messages.__file__).parents[1].glob("plugins/*/wayhome_*")))
    texts = {one.text for one in plugins.messages}

    assert {
        "nobody travels on an ARB",
        "no closed shelter is planned",
        "no emergency travel certificate is used",
    } <= texts
    assert plugins.faults == []
    assert {"through somebody", "suspected perpetrator", "air"} <= {one.text for one in messages.of_forms()}
    assert "Where does it begin?" in {one.text for one in messages.of_engine().messages}
