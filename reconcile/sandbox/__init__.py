"""A local cloud that speaks the real protocols, for trying out, demos and tests."""
