"""
What a line of a log says: its time, level, logger, message and ids, whatever form it has.

``read`` takes a line of JSON, logfmt or plain text. It never raises and never drops anything: what
it does not understand stays in the message or among the fields.
"""

from redactor_sinks.records.levels import Level
from redactor_sinks.records.reading import read
from redactor_sinks.records.record import Record
from redactor_sinks.records.values import plain_value, well_formed
from redactor_sinks.records.writing import summary_line

__all__ = ["Level", "Record", "plain_value", "read", "summary_line", "well_formed"]
