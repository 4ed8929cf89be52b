"""What `reconcile init` writes: the texts in `templates/`, filled in for one project and one place."""
