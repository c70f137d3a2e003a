"""`wayhome`: the entry point, and the only place that catches errors and picks the exit status.

Nothing heavy is imported here: `wayhome --help` pays neither for SQLAlchemy nor for pydantic.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pkgutil import resolve_name

import click

from wayhome.errors import WayhomeError
from wayhome.shell import failures
from wayhome.shell.lazy import LazyGroup
from wayhome.shell.options import shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import say

PROGRAM = "wayhome"
MODULES = {  # command -> its module in commands/
    **{word: word for word in ("init", "key", "actor", "organisation", "partner", "plugins", "case", "do", "run")},
    **{word: word for word in ("today", "due", "doctor", "process", "types", "demo", "shell")},
    "find": "case",
    "seen": "today",
    "same": "today",
    **dict.fromkeys(("verify", "rebuild", "lost", "clock"), "ledger"),
    **dict.fromkeys(("backup", "restore"), "backup"),
}


@click.group(
    name=PROGRAM,
    cls=LazyGroup,
    modules=MODULES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name=PROGRAM, message="%(prog)s %(version)s")
@shared(top=True)
def cli() -> None:
    """Run the dignified, safe and voluntary return of people who were trafficked.

    Start with `wayhome demo`. For real work: `wayhome init`, `wayhome actor add`, `wayhome case open`.

    \b
    Exit status: 0 done, 1 refused by the rules, 2 bad input or not found, 3 conflict,
    4 not permitted, 5 broken pack, 6 broken ledger, 7 database or key unavailable,
    or the clock stands back;
    of `due --ring` also 8 something is overdue, 9 somebody could not be told;
    of `doctor` 7 something is bad, with --strict 8 something is to be looked at.
    """


def run(args: Sequence[str], session: Session) -> int:
    """Run one command line; gives its exit status."""
    session.json = session.json or "--json" in args

    def invoke() -> None:
        with cli.make_context(PROGRAM, list(args), obj=session) as context:
            cli.invoke(context)

    return exit_status_of(invoke, session)


def exit_status_of(act: Callable[[], object], session: Session) -> int:
    """Do something; gives its exit status. Every error is told here, and none gets further."""
    try:
        return _exit_status_of(act, session)
    except OSError as error:  # of telling: there is no room for it, or nobody who reads it
        _write_nowhere()
        return failures.PIPE_CLOSED if isinstance(error, BrokenPipeError) else failures.tell_unwritten(error)


def _exit_status_of(act: Callable[[], object], session: Session) -> int:
    try:
        act()
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except WayhomeError as error:
        return failures.tell(error, session)
    except click.ClickException as error:
        return failures.tell_usage(error, session)
    except (KeyboardInterrupt, EOFError, click.Abort):
        say("Stopped. What was done before stays.", err=True)
        return failures.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        known = failures.tell_system(error, session) if isinstance(error, OSError) else None
        if known is not None:
            return known
        return failures.tell_unexpected(resolve_name("wayhome.shell.logs:unexpected")(error), session)
    return 0


def _write_nowhere() -> None:
    """Let what is still to be written go nowhere: else Python tries it again at the end, and tells that in its own way."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(args: Sequence[str] | None = None) -> int:
    """Run `wayhome`; gives the exit status."""
    for name, how in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # it was closed: nobody says anything, or wants to hear it
            setattr(sys, name, open(os.devnull, how))  # noqa: SIM115 - for as long as the program runs
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    session = Session()
    if os.environ.get(f"_{PROGRAM.upper()}_COMPLETE"):
        cli.main(prog_name=PROGRAM, obj=session)  # bash, zsh and fish ask for completions this way
    try:
        return run(sys.argv[1:] if args is None else args, session)
    finally:
        session.close()


if __name__ == "__main__":
    from wayhome.shell import start

    sys.exit(start())
