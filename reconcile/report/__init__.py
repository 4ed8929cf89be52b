"""One object in, text out: every view of a plan, a result and a status."""
