"""The engine in plain Python: the executable specification of what is found."""

from redactor.engines.reference.engine import ReferenceEngine

__all__ = ["ReferenceEngine"]
