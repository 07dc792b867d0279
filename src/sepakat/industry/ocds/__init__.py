"""Open Contracting (OCDS 1.1.5): reading, checking, compiling, and our procurement as releases."""
