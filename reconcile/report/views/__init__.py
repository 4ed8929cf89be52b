"""Reports for files: one format a module, chosen by name (see report.formats)."""
