"""Groups of commands that import a command only when it is called, and know what was meant."""

from __future__ import annotations

from importlib import import_module

import click

from redactor.suggest import did_you_mean

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """
    A group whose commands are named with their module and the first sentence of their help.

    Args:
        members: Name of the command to ``(module:attribute, short help)``.
    """

    def __init__(
        self, *args: object, members: dict[str, tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        self._members = members

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(self._members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self._members:
            return None
        module, _, attribute = self._members[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name in self._members or name.startswith("-"):
            return super().resolve_command(ctx, args)
        hint = did_you_mean(name, self._members)
        raise click.UsageError(
            f"{name!r} is no command. {hint}Commands: {', '.join(self._members)}.", ctx
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._members.items()])
