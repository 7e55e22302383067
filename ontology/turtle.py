"""How terms and blank node trees are written in Turtle by the normal form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from .iris import PREFIXES

INDENT = "    "

_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_FOUR_PLACES = (PREFIXES["tone"] + "score", PREFIXES["tone"] + "margin")
_LOCAL_NAME = re.compile(r"[A-Za-z_](?:[\w.-]*[\w-])?", re.ASCII)
_NAMESPACES = {iri: prefix for prefix, iri in PREFIXES.items()}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f]')
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE_TIME = re.compile(r"(.+T\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")
_STRING_OR_IRI = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')
_PREFIXED = re.compile(r"\b([a-z]+):")


@dataclass(frozen=True, slots=True)
class Tree:
    """A blank node: its predicates and objects in order, and all of it as one line."""

    pairs: tuple[tuple[str, Value], ...]
    line: str


@dataclass(frozen=True, slots=True)
class ListTree:
    """An RDF list: its members in order, and all of it as one line."""

    members: tuple[Value, ...]
    line: str


Value = str | Tree | ListTree
"""An object as it is written: a term's text, or a blank node with what hangs on it."""


def iri(value: str) -> str:
    """Return an IRI as Turtle, with a prefix if one fits."""
    cut = max(value.rfind("/"), value.rfind("#")) + 1
    prefix = _NAMESPACES.get(value[:cut])
    local = value[cut:]
    if prefix is not None and _LOCAL_NAME.fullmatch(local):
        return f"{prefix}:{local}"
    return f"<{value}>"


def term(node: object, predicate: str) -> str:
    """Return an IRI or a literal as Turtle; literals that say the same get the same text.

    Args:
        node: the term.
        predicate: the IRI of the predicate it is the object of; scores have four places.
    """
    if isinstance(node, ox.NamedNode):
        return iri(node.value)
    assert isinstance(node, ox.Literal)
    value, datatype = node.value, node.datatype.value
    if node.language:
        direction = f"--{node.direction}" if node.direction else ""
        return f"{_quoted(value)}@{node.language.lower()}{direction}"
    if datatype in (_XSD + "string", _RDF + "PlainLiteral"):
        return _quoted(value)
    if datatype == _XSD + "integer" and _INTEGER.fullmatch(value):
        return str(int(value))
    if datatype == _XSD + "decimal" and _DECIMAL.fullmatch(value):
        return decimal(Decimal(value), 4 if predicate in _FOUR_PLACES else 1)
    if datatype == _XSD + "boolean" and value in ("true", "false", "1", "0"):
        return "true" if value in ("true", "1") else "false"
    if datatype == _XSD + "dateTime":
        value = _date_time(value)
    return f"{_quoted(value)}^^{iri(datatype)}"


def _quoted(value: str) -> str:
    def escape(match: re.Match[str]) -> str:
        return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"

    return f'"{_ESCAPED.sub(escape, value)}"'


def decimal(value: Decimal, places: int) -> str:
    """Return the shortest form of a decimal number that has at least so many places."""
    whole, _, fraction = f"{value:f}".partition(".")
    text = f"{whole}.{fraction.rstrip('0').ljust(places, '0')}"
    return text if value else text.removeprefix("-")


def _date_time(value: str) -> str:
    """Return a date and time without zeros that say nothing, Greenwich as Z."""
    match = _DATE_TIME.fullmatch(value)
    if not match:
        return value
    seconds, zone = (match[2] or "").rstrip("0"), match[3] or ""
    zone = "Z" if zone in ("+00:00", "-00:00") else zone
    return f"{match[1]}{'.' + seconds if seconds else ''}{zone}"


def predicate(value: str) -> str:
    """Return a predicate's IRI as Turtle."""
    return "a" if value == _RDF + "type" else iri(value)


def line(value: Value) -> str:
    """Return an object as one line of Turtle."""
    return value if isinstance(value, str) else value.line


def block(subject: str, pairs: tuple[tuple[str, Value], ...]) -> str:
    """Return a subject with its predicates and objects, each on a line of its own."""
    return f"{subject}\n{_lines(pairs, INDENT)}{INDENT}.\n"


def document(blocks: list[str]) -> str:
    """Return blocks as a Turtle document that declares the prefixes which they use."""
    body = "\n".join(blocks)
    used = set(_PREFIXED.findall(_STRING_OR_IRI.sub('""', body)))
    prefixes = "".join(
        f"@prefix {name}: <{namespace}> .\n"
        for name, namespace in sorted(PREFIXES.items())
        if name in used
    )
    return "\n".join(filter(None, (prefixes, body)))


def _lines(pairs: tuple[tuple[str, Value], ...], indent: str) -> str:
    return "".join(
        f"{indent}{predicate(name)} {_layout(value, indent)} ;\n" for name, value in pairs
    )


def _layout(value: Value, indent: str) -> str:
    """Return an object: on one line unless blank nodes or a list are nested in it."""
    inner = indent + INDENT
    if isinstance(value, ListTree):
        members = "".join(f"{inner}{_layout(member, inner)}\n" for member in value.members)
        return f"(\n{members}{indent})"
    if isinstance(value, Tree) and any(not isinstance(each, str) for _, each in value.pairs):
        return f"[\n{_lines(value.pairs, inner)}{indent}]"
    return line(value)
