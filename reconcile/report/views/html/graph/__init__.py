"""Which job waits for which, as a picture that is drawn here."""
