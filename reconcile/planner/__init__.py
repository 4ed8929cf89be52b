"""Pure decisions: what is to be done, in which order, with which token. No I/O, no clock, no randomness."""
