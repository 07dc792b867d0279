"""Work that takes longer than anybody wants to wait for a page: seen, cancelled, retried."""
