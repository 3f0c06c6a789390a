"""What people read: messages on standard error, and colours where they are wanted."""

from __future__ import annotations

import os
import sys

import click

__all__ = ["bad", "good", "heading", "say", "wants_colour"]


def say(message: str) -> None:
    """Write *message* to standard error, after the name of the command."""
    try:
        click.echo(f"redactor: {message}", err=True)
    except OSError:
        return  # there is nobody left to tell


def wants_colour() -> bool:
    """Say whether standard output is a terminal whose user has not asked for plain text."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout is not None and sys.stdout.isatty()


def good(text: str) -> str:
    return click.style(text, fg="green") if wants_colour() else text


def bad(text: str) -> str:
    return click.style(text, fg="red", bold=True) if wants_colour() else text


def heading(text: str) -> str:
    return click.style(text, bold=True) if wants_colour() else text
