"""The HTTP service: SPARQL, REST and linked-data pages."""
