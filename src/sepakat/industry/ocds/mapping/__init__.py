"""Our objects as OCDS releases, and releases as plain values."""
