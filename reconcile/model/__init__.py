"""Frozen values and their names. No I/O, no clock, no randomness; every other layer speaks in these."""
