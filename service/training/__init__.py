"""Fits the models of the engines `linear` and `transformer`, and measures any engine."""
