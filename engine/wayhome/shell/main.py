"""`wayhome`: the entry point, and the only place that catches errors and picks the exit status.

Nothing heavy is imported here: `wayhome --help` pays neither for SQLAlchemy nor for pydantic.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

import click

from wayhome.errors import WayhomeError
from wayhome.shell import failures, logs
from wayhome.shell.commands import cases, doing, looking, setting_up, showing
from wayhome.shell.door import Door, shared

PROGRAM = "wayhome"


@click.group(name=PROGRAM, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name=PROGRAM, message="%(prog)s %(version)s")
@shared(top=True)
def cli() -> None:
    """Run the dignified, safe and voluntary return of people who were trafficked.

    Start with `wayhome demo`. For real work: `wayhome init`, `wayhome actor add`, `wayhome case open`.

    \b
    Exit status: 0 done, 1 refused by the rules, 2 bad input or not found, 3 conflict,
    4 not permitted, 5 broken pack, 6 broken ledger, 7 database or key unavailable.
    """


for command in (*setting_up.COMMANDS, *cases.COMMANDS, *doing.COMMANDS, *looking.COMMANDS, *showing.COMMANDS):
    cli.add_command(command)


def run(args: Sequence[str], door: Door) -> int:
    """Run one command line; gives its exit status. Every error is told here, and none gets further."""
    door.json = door.json or "--json" in args
    try:
        with cli.make_context(PROGRAM, list(args), obj=door) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except WayhomeError as error:
        return failures.tell(error, door)
    except click.ClickException as error:
        return failures.tell_usage(error, door)
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo("Stopped. What was done before stays.", err=True)
        return failures.INTERRUPTED
    except BrokenPipeError:
        return _pipe_closed()
    except Exception as error:
        known = failures.tell_system(error, door) if isinstance(error, OSError) else None
        return known if known is not None else failures.tell_unexpected(logs.unexpected(error), door)
    return 0


def _pipe_closed() -> int:
    """Whoever read our output has seen enough: end without a word."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return failures.PIPE_CLOSED


def main(args: Sequence[str] | None = None) -> int:
    """Run `wayhome`; gives the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    door = Door()
    if os.environ.get(f"_{PROGRAM.upper()}_COMPLETE"):
        cli.main(prog_name=PROGRAM, obj=door)  # bash, zsh and fish ask for completions this way
    try:
        return run(sys.argv[1:] if args is None else args, door)
    finally:
        door.close()


if __name__ == "__main__":
    sys.exit(main())
