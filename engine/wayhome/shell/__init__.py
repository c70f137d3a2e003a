"""The admin shell: click commands, rich views, and the interactive shell. Read in this order: session, main, commands, views."""

from __future__ import annotations

import gc
import sys

from wayhome.errors import Template

NOT_INSTALLED: Template = "The shell is not installed here. Install it: pip install 'wayhome[shell]'"
# Most commands are over in a moment. Looking again and again for garbage in what was only just loaded, and at the end in all of it, took a
# sixth of that.
MANY = 100_000
OF_THE_SHELL = ("click", "rich", "prompt_toolkit")


def start() -> int:
    """Start the program `wayhome`; where what it is made of is not installed, say so."""
    gc.set_threshold(MANY)
    try:
        from wayhome.shell.main import main as started  # noqa: PLC0415 - a host that embeds Wayhome has no shell
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in OF_THE_SHELL:
            raise
        sys.exit(NOT_INSTALLED)
    try:
        return started()
    finally:
        gc.freeze()
