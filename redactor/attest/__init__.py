"""
Statements of what logs contain, for people who were not there.

A sample or a live stream goes through the policy; what comes out is counted by field and shape,
what was removed by rule. The statement has no value of a record in it. It can be signed.
"""

from __future__ import annotations

from redactor.attest.observing import Observation
from redactor.attest.signing import AttestError, sign, verify
from redactor.attest.statement import statement_of

__all__ = ["AttestError", "Observation", "sign", "statement_of", "verify"]
