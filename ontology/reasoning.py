"""What a reasoner says of the ontology: OWL 2 DL by the OWL API, consistency by HermiT.

Both run on the Java that the extra `reason` installs; nothing of the system's is used.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from .concepts import Link
from .errors import ToneError
from .expressions import Expression, combination, said_of_subject
from .iris import TONE, concept_iri, expand
from .owl_api import java_home, profile_violations
from .source import EQUIVALENT, RDF_TYPE, SUBCLASS

__all__ = ["entailed_links", "profile_violations", "unsatisfiable_classes"]

_NOTHING = "http://www.w3.org/2002/07/owl#Nothing"
_CLASS = ox.NamedNode(expand("owl:Class"))
_INCONSISTENT = 3
_TIMEOUT = 300.0
"""Seconds; TONE takes about three."""


def unsatisfiable_classes(triples: Iterable[ox.Triple]) -> list[str] | None:
    """Return the IRIs of the classes that can have no instance, None if all is inconsistent.

    Raises:
        ToneError: the packages of the extra `reason` are missing, or HermiT fails.
    """
    classes = _superclasses(triples)
    if classes is None:
        return None
    return sorted(iri for iri, above in classes.items() if _NOTHING in above)


def entailed_links(triples: Iterable[ox.Triple], questions: Iterable[Link]) -> list[Link]:
    """Return those of some links that follow from the ontology, stated or not.

    HermiT is asked once for all of them, by probe classes: `Grief isOppositeOf Joy` follows if
    Grief comes to stand below a class equivalent to `isOppositeOf some Joy`; a combination of
    joy and surprise leads to delight if a class below `Combination and (hasOperand some Joy) and
    (hasOperand some Surprise)` comes to stand below one equivalent to `leadsTo some Delight`.

    Args:
        triples: the ontology.
        questions: links between concepts of the ontology; their evidence does not matter.

    Raises:
        ToneError: the ontology contradicts itself, the packages of the extra `reason` are
            missing, or HermiT fails.
    """
    probes: dict[object, str] = {}
    asked = list(triples)

    def probe(key: object, relation: ox.NamedNode, expression: Expression) -> str:
        if key not in probes:
            probes[key] = f"{TONE}probe/{len(probes)}"
            node, hanging = expression
            asked.append(ox.Triple(ox.NamedNode(probes[key]), RDF_TYPE, _CLASS))
            asked.append(ox.Triple(ox.NamedNode(probes[key]), relation, node))
            asked.extend(hanging)
        return probes[key]

    pairs = []
    for link in questions:
        above = probe((link.kind, link.targets), EQUIVALENT, said_of_subject(link))
        below = concept_iri(link.subject)
        if link.operands:
            below = probe(link.operands, SUBCLASS, combination(link))
        pairs.append((link, below, above))
    classes = _superclasses(asked)
    if classes is None:
        raise ToneError("the ontology contradicts itself (HermiT): everything follows from it")
    return [link for link, below, above in pairs if {above, _NOTHING} & classes[below]]


def _superclasses(triples: Iterable[ox.Triple]) -> dict[str, set[str]] | None:
    """Return the classes above each class, all by IRI, as HermiT infers them.

    None if the ontology contradicts itself. HermiT runs through owlready2 in a process of its own,
    so that neither its settings nor its temporary files outlive the call.
    """
    java = java_home() / "bin" / ("java.exe" if os.name == "nt" else "java")
    with tempfile.TemporaryDirectory(prefix="tone-") as folder:
        file = Path(folder) / "ontology.nt"
        file.write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", __name__, str(file), str(java)],
                env={**os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder},
                capture_output=True,
                text=True,
                timeout=_TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            raise ToneError(f"HermiT did not finish in {_TIMEOUT:.0f} seconds") from None
    if done.returncode == _INCONSISTENT:
        return None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        problem = next((line for line in lines if line.startswith("Exception")), lines[-1])
        raise ToneError(f"HermiT failed: {problem}")
    rows = (line.split() for line in done.stdout.splitlines())
    return {iri: set(above) for iri, *above in rows}


def _run_hermit(file: str, java: str) -> int:
    """Classify a file and print each class with those above it; return the exit status."""
    import owlready2  # type: ignore[import-untyped]

    owlready2.JAVA_EXE = java
    world = owlready2.World()
    with open(file, "rb") as stream:
        world.get_ontology("file://" + file).load(fileobj=stream, only_local=True)
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return _INCONSISTENT
    unsatisfiable = set(world.inconsistent_classes())
    for each in world.classes():
        nothing = [_NOTHING] if each in unsatisfiable else []
        print(each.iri, *(above.iri for above in each.ancestors() - {each}), *nothing)
    return 0


if __name__ == "__main__":
    sys.exit(_run_hermit(*sys.argv[1:]))
