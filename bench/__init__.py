"""The benchmark, run by `make bench`: Sepakat beside a sketch, its parts and a peer.

`docs/benchmark.md` says what is measured and how to read the table.
"""
