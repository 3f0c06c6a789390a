"""
Quality: what redaction misses and what it damages, from a corpus that is made at run time.

``python -m bench.quality`` scores this version, ``--check`` compares it with the kept results,
``--peers`` scores what people would use instead on the same records.
"""
