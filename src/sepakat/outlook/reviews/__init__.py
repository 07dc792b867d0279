"""Joint reviews: what two nations look at together, made from the record as it stood on a day."""
