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

from .errors import ToneError
from .owl_api import java_home, profile_violations

__all__ = ["profile_violations", "unsatisfiable_classes"]

_NOTHING = "http://www.w3.org/2002/07/owl#Nothing"
_INCONSISTENT = 3
_TIMEOUT = 300.0
"""Seconds; TONE takes about three."""


def unsatisfiable_classes(triples: Iterable[ox.Triple]) -> list[str] | None:
    """Return the IRIs of the classes that can have no instance, None if all is inconsistent.

    HermiT runs through owlready2 in a process of its own, so that neither its settings nor its
    temporary files outlive the call.

    Raises:
        ToneError: the packages of the extra `reason` are missing, or HermiT fails.
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
    return sorted(done.stdout.split())


def _run_hermit(file: str, java: str) -> int:
    """Classify a file and print the unsatisfiable classes; return the exit status."""
    import owlready2  # type: ignore[import-untyped]

    owlready2.JAVA_EXE = java
    world = owlready2.World()
    with open(file, "rb") as stream:
        world.get_ontology("file://" + file).load(fileobj=stream, only_local=True)
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return _INCONSISTENT
    for each in world.inconsistent_classes():
        if each.iri != _NOTHING:
            print(each.iri)
    return 0


if __name__ == "__main__":
    sys.exit(_run_hermit(*sys.argv[1:]))
