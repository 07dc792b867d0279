"""Procurement, from a need to an award that anybody can work out again."""
