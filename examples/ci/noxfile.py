"""`nox`: the tests with the leakage test on, then their logs and reports once more as files."""

import os

import nox


@nox.session
def leakage(session: nox.Session) -> None:
    session.install("pytest", os.environ.get("REDACTOR_REQUIREMENT", "redactor-pipeline[native]"))
    session.run("pytest", "--leakage", "--junitxml=reports/tests.xml", *session.posargs)
    session.run(
        "redactor", "check", "--report", "html=reports/leaks.html", "reports/tests.xml", "logs"
    )
