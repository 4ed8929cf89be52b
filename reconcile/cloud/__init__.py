"""The services: one protocol, a generic AWS driver over the kinds' descriptors, and DataArts Studio."""
