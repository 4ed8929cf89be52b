"""Kinds as data: descriptors over botocore's own service models, their lint, and the spec models built from them."""
