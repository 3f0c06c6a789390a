"""Benchmarks: what redaction costs, beside what people would use instead."""
