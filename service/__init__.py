"""TONE: text mapping, stores, SPARQL, REST and the command line."""
