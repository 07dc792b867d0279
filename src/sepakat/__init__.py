"""Sepakat: a partnership between governments, from the signed agreement to the proven outcome."""
