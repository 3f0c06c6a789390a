"""Delivery: queues, a worker for each sink, and what an exporter is to them."""
