"""TONE: proposal and review of vocabulary."""
