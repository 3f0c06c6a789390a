"""Exit codes, and how they are told in the help."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["HELP", "Code"]


class Code(IntEnum):
    """What the command's exit code says. A signal adds its number to 128."""

    OK = 0
    FOUND = 1
    USAGE = 2
    INPUT = 3
    OUTPUT = 4
    INTERNAL = 70
    CLOSED = 141


HELP = """\b
Exit codes:
  0    done
  1    done, and something is wrong: lines had to be withheld, an example does not hold, check has
       found leaks
  2    the command line, the policy, a rule pack or the engine cannot be used; check could not look
       at everything
  3    an input could not be read; the others were
  4    not everything could be delivered
  70   a mistake in redactor itself
  130  ended by SIGINT, 143 by SIGTERM, 129 by SIGHUP, after what was read was delivered
  141  standard output was closed by its reader
"""
