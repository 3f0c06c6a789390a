"""
Metadata only: an allow-list by field and by the form of its value.

In this mode nothing leaves that is not declared. A field is declared by its name and a shape; a
value that has the shape stays, everything else becomes its type and its size. Free text becomes the
template that the program made it from.
"""

from __future__ import annotations

from redactor.metadata.mode import Mode
from redactor.metadata.shapes import SHAPES
from redactor.metadata.templates import Template, TemplateError, Templates, load_templates

__all__ = ["SHAPES", "Mode", "Template", "TemplateError", "Templates", "load_templates"]
