"""
Latency where it hurts: one call beside busy threads, garbage collection, asyncio, after a fork.

``python -m bench.latency`` measures, keeps the histograms as ``bench/latency/results/latency.json``
and writes the table and the plots of ``docs/latency.md``.
"""
