"""Joint reviews of a portfolio: the page and the paper, made from the record."""
