"""How good a schedule is, before anyone believes a forecast that is made from it."""
