"""What holds for all tests of a node."""

import os

# Django has its settings by now. Processes that a test starts have databases of their own.
os.environ.pop("DATABASE_URL", None)
