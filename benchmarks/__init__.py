"""Benchmarks: what TONE reaches, beside its peers, on data that is not part of it."""
