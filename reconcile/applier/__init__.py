"""Carries a plan out: intent, call, outcome; recovery; what goes on after a failure."""
