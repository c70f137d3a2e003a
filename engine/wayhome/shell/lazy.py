"""What is loaded only when it is asked for, so that help and completion pay neither for the database nor for pydantic."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

COMMANDS = Path(__file__).parent / "commands"


class Unloaded(click.Command):
    """A command of which nothing is needed but its name, and its docstring, which is read without running the module."""

    def __init__(self, name: str, module: str) -> None:
        super().__init__(name)
        self.module = module

    def get_short_help_str(self, limit: int = 45) -> str:
        source = ast.parse((COMMANDS / f"{self.module}.py").read_text(encoding="utf-8"))
        functions = {node.name: node for node in source.body if isinstance(node, ast.FunctionDef)}
        self.help = ast.get_docstring(functions[str(self.name)])
        return super().get_short_help_str(limit)


class LazyGroup(click.Group):
    """A group whose commands lie in modules of their own, each loaded when its command is typed."""

    def __init__(self, *, modules: Mapping[str, str], **settings: Any) -> None:
        super().__init__(commands={name: Unloaded(name, module) for name, module in modules.items()}, **settings)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Give the command that is typed, loaded."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.load(command) if isinstance(command, Unloaded) else command, rest

    def load(self, command: Unloaded) -> click.Command:
        module = import_module(f"wayhome.shell.commands.{command.module}")
        found: click.Command = getattr(module, str(command.name))
        return found
