"""
What people would use instead, measured interleaved with this redactor.

``python -m bench.peers`` installs the peers from their registries, each into an environment of its
own, measures them in turn, and writes ``bench/peers/results/peers.json``, the plots and the table
of ``docs/peers.md``.
"""
