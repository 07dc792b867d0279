"""Our declaration of the OCDS 1.1.5 release model; `schema.py` makes JSON Schemas of it."""
