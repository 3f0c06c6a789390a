"""Delivery: queues, a worker for each sink, and what an exporter is to them."""

from redactor_sinks.delivery.contract import (
    Delivered,
    Entry,
    Exporter,
    Outcome,
    Refused,
    Retry,
    Split,
)
from redactor_sinks.delivery.counts import Ledger, SinkCounts
from redactor_sinks.delivery.pipeline import Delivery
from redactor_sinks.delivery.policy import BACK_PRESSURE, BackPressure, DeliveryPolicy
from redactor_sinks.delivery.queue import MemoryQueue, QueueError
from redactor_sinks.delivery.schema import Durability
from redactor_sinks.delivery.spool import DeadLetter, Spool

__all__ = [
    "BACK_PRESSURE",
    "BackPressure",
    "DeadLetter",
    "Delivered",
    "Delivery",
    "DeliveryPolicy",
    "Durability",
    "Entry",
    "Exporter",
    "Ledger",
    "MemoryQueue",
    "Outcome",
    "QueueError",
    "Refused",
    "Retry",
    "SinkCounts",
    "Split",
    "Spool",
]
