"""Procurements as OCDS releases, and releases as drafts of procurements."""
