"""`python -m reconcile` is the same as `reconcile`."""

import sys

from reconcile.cli import main

sys.exit(main())
