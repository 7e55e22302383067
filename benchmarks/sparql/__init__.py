"""TONE's SPARQL endpoint beside others on the same data; see README.md in this folder."""
