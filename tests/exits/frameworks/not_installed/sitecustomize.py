"""On the path of a program that is to run as if ``redactor.install()`` were not in it."""

import redactor

redactor.install = lambda *_args, **_kw: None  # type: ignore[assignment]
