"""Proposal of links between emotions: opposites, compositions, combinations."""
