"""reconcile: declare the jobs you want; it starts each once per attempt, whatever dies in between."""

__version__ = "0.1.0"
