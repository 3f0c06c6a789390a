"""
What the annotations of plain data mean, for who checks types at run time.

Nothing at a start needs it: other modules import it where types are checked, or for type checkers.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta

__all__ = [
    "Action",
    "Annotated",
    "Any",
    "BackPressure",
    "Compression",
    "Count",
    "Durability",
    "Encoding",
    "EngineName",
    "Kind",
    "Lifetime",
    "Literal",
    "LongLines",
    "Meta",
    "Mode",
    "Period",
    "Preset",
    "Quantity",
    "Severity",
    "Size",
    "Sync",
    "Time",
    "Timeout",
    "Units",
    "date",
]

EngineName = Literal["native", "reference"]
Severity = Literal["critical", "high", "medium", "low"]
Action = Literal["tag", "mask", "hmac", "summary", "drop-field", "drop-record"]
Kind = Literal["pattern", "pair", "card", "block", "document"]

Preset = Literal["standard", "strict"]
#: ``scrub`` takes secrets out; ``metadata-only`` lets nothing out that is not declared.
Mode = Literal["scrub", "metadata-only"]
#: Words or characters of an excerpt.
Units = Annotated[int, Meta(ge=4, le=64)]
#: How long a document is kept; nothing for ever.
Lifetime = Annotated[str, Meta(pattern=r"^([1-9][0-9]*[smhdw])?$")]

#: What a sink does when its queue is full; what a call to it that has returned is safe from.
BackPressure = Literal["auto", "block", "drop-oldest", "drop-newest", "sample"]
Durability = Literal["memory", "system", "disk"]
Encoding = Literal["auto", "protobuf", "json"]
LongLines = Literal["cut", "split"]
Period = Literal["", "minute", "hour", "day", "week", "month"]
Compression = Literal["", "zstd", "gzip"]
Sync = Literal["never", "rotation", "interval", "write"]
Count = Annotated[int, Meta(ge=1)]
Quantity = Annotated[float, Meta(ge=0)]
Timeout = Annotated[float, Meta(gt=0, le=300)]
Size = Annotated[int, Meta(ge=0)] | str
Time = Annotated[float, Meta(ge=0)] | str
