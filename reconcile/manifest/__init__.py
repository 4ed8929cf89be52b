"""YAML in, desired jobs out; every problem at once, with its place."""
