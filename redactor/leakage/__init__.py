"""
The leakage test: what leaves a program while its tests run, and what its logs hold.

``watch`` looks at every exit of a process; ``pytest_plugin`` fails the test that leaked;
``canaries`` are made-up secrets to plant, and ``drive`` sends them to a web application; ``report``
writes what was found.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redactor.leakage.leaks import Leak, Report, Site

__all__ = ["Leak", "Report", "Site"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # pytest imports this package at each start, also where the leakage test is off.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from redactor.leakage import leaks

        return getattr(leaks, name)
