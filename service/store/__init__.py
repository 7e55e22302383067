"""Triple stores behind one interface."""
