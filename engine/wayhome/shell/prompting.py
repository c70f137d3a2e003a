"""What prompt_toolkit is given: the completer, and a history that keeps nothing about a person on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory

from wayhome.shell.door import Door
from wayhome.shell.repl import completions, fit_to_keep


class ShellCompleter(Completer):
    """Completes by the same functions as bash does."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Complete the word before the cursor."""
        for word, typed, about in completions(document.text_before_cursor, self.door):
            yield Completion(word, start_position=-len(typed), display_meta=about)


class QuietHistory(FileHistory):
    """Remembers whole lines while the shell runs; on disk it keeps only what tells nothing about a person."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))

    def store_string(self, string: str) -> None:
        """Write a line to disk, without its values."""
        kept = fit_to_keep(string)
        if kept:
            super().store_string(kept)
