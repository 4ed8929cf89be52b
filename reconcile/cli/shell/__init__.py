"""What every command needs: the root group, the session, shared options, approval and progress."""
