"""Text to concepts: engines, their common answer, and the annotator that runs them."""
