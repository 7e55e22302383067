"""How pages name IRIs and link to them."""

from __future__ import annotations

import re

from ...ontology.iris import ONTOLOGY, PREFIXES, TONE

_LOCAL = re.compile(r"[\w.-]*\w")
_CONCEPT = re.compile(r"[A-Z][A-Za-z0-9]*")


def shorten(iri: str) -> str:
    """Return an IRI as people write it: with one of the usual prefixes if one fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def link(iri: str) -> str | None:
    """Return where to read about an IRI: here for TONE's own; None if it is no web address."""
    if iri == ONTOLOGY:
        return "/ontology"
    if iri.startswith(TONE):
        local = iri.removeprefix(TONE)
        return f"/concepts/{local}" if _CONCEPT.fullmatch(local) else f"/{local}"
    return iri if iri.startswith(("https://", "http://")) else None
