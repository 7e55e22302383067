"""Mapping of free text onto emotion concepts."""
