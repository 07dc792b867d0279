"""Which offer wins, and how sure that is: pure functions over published criteria and scores."""
