"""
Leaks in files: logs, what is packed in artifacts, exports of the journal, standard input.

``inputs`` says which files there are, ``archives`` and ``unpacking`` what is in them, ``chunks``
cuts it, ``scanning`` finds, ``run`` does it on all cores, ``resume`` knows what has been read.
"""

from redactor.leakage.files.run import Limits, check

__all__ = ["Limits", "check"]
