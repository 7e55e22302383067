"""The emotion ontology: its sources, its model, its build and its checks."""

from .errors import SourceError, ToneError, UnknownName
from .model import Concept, Evidence, Link, Ontology, load
from .network import to_networkx

__all__ = [
    "Concept",
    "Evidence",
    "Link",
    "Ontology",
    "SourceError",
    "ToneError",
    "UnknownName",
    "load",
    "to_networkx",
]
