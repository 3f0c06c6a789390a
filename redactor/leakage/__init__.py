"""
The leakage test: what leaves a program while its tests run, and what its logs hold.

``watch`` looks at every exit of a process; ``pytest_plugin`` fails the test that leaked;
``canaries`` are made-up secrets to plant; ``files`` reads logs and archives; ``report`` writes what
was found.
"""

from redactor.leakage.leaks import Leak, Report, Site

__all__ = ["Leak", "Report", "Site"]
