"""Learning: forecasts corrected by how earlier ones came out, and how good those were.

Pure functions over what is known by a day. How each is worked out is in docs/methods/learning.md.
"""
