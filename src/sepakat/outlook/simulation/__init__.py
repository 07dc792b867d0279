"""Simulating a network under risk.

`model` and `correlation` need no more than Python; the rest needs the extra `outlook`, so it is
imported late.
"""
