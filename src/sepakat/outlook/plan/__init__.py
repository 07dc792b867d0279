"""Plans: activities, links and calendars, read from the planners' tools, dated, and written."""
