"""The kept file: its text form, the journal beside it, the stores that hold both, and the lease."""
