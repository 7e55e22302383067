"""The emotion ontology: its sources, its model, its build and its checks."""

from .answers import Combined, Opposites, WrongEmotions, combine, opposites
from .errors import SourceError, ToneError, UnknownName
from .model import Concept, Evidence, Link, Ontology, load
from .network import to_networkx
from .paths import EmotionPath, PathEdge, path
from .rdflib_dataset import to_rdflib

__all__ = [
    "Combined",
    "Concept",
    "EmotionPath",
    "Evidence",
    "Link",
    "Ontology",
    "Opposites",
    "PathEdge",
    "SourceError",
    "ToneError",
    "UnknownName",
    "WrongEmotions",
    "combine",
    "load",
    "opposites",
    "path",
    "to_networkx",
    "to_rdflib",
]
