"""Checking the sources against the rules of the ontology.

A rule on the graph is a file in `rules/`: a SPARQL query headed `# Problem:`, `# Principle:` and
`# Solution:` that selects `?concept` and, if it has more to say, `?value`. It sees the ontology,
where equal expressions are one node, and each stated link as it is served (`tone:Link`), with
`tone:hasOtherPart` for the parts that are no ancestor of the whole. A file added there is a rule
added. Rules on the tables are in `table_rules`; a reasoner has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .errors import ToneError
from .findings import Finding
from .iris import ONTOLOGY, PREFIXES, TONE
from .model import INSTALLED
from .normal_form import format_turtle, read_rdf
from .served_graph import link_triples
from .source import SourceGraph
from .table_rules import check_mappings, check_terms

__all__ = ["Finding", "Rule", "check", "graph_findings", "rules"]

RULES = Path(__file__).parent / "rules"
_NAMESPACE = re.compile("|".join(f"{re.escape(iri)}(?=\\w)" for iri in PREFIXES.values()))
_OTHER_PARTS = """
CONSTRUCT { ?link tone:hasOtherPart ?part } WHERE {
  ?link rdf:subject ?whole ; tone:hasPart ?part .
  FILTER(?whole != ?part)
  FILTER NOT EXISTS { ?whole rdfs:subClassOf+ ?part }
}
"""
_PREFIX_OF = {iri: "" if iri == TONE else f"{prefix}:" for prefix, iri in PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on the graph: its name, what it says, and the query that finds what breaks it."""

    name: str
    problem: str
    principle: str
    solution: str
    query: str


def check(source: Path | str | None = None, reasoner: bool = True) -> list[Finding]:
    """Return what breaks the rules, sorted by concept and rule; empty if all is well.

    Args:
        source: a folder of sources (the installed package's by default), whose tables and normal
            form are checked too, or one ontology file in any syntax that `read_rdf` knows.
        reasoner: also check the OWL 2 DL profile by the OWL API, and by HermiT that the ontology
            is consistent and every class satisfiable.

    Raises:
        SourceError: a file cannot be read or breaks its syntax.
        ToneError: the packages that the reasoner needs are missing.
    """
    if reasoner:
        from .owl_api import java_home

        java_home()
    path = INSTALLED if source is None else Path(source)
    folder = path if path.is_dir() else None
    file = path if folder is None else folder / "tone-edit.ttl"
    stated = read_rdf(file)
    try:
        text = format_turtle(stated)
    except ToneError as error:
        raise ToneError(f"{file}: {error}") from None
    triples = read_rdf(text, "ttl")
    graph = SourceGraph(triples)
    findings = graph_findings(triples)
    if reasoner:
        findings += _reasoner_findings(triples)
    findings = list(_located(findings, file))
    if folder is not None:
        if file.read_bytes() != text:
            problem = "the file is not in its normal form; run `tone format` on it"
            findings.append(Finding(file.name, "normal-form", problem, str(file)))
        concepts = graph.concepts()
        findings += check_terms(folder / "terms.tsv", concepts)
        findings += check_mappings(folder / "mappings.sssom.tsv", concepts)
    return sorted(set(findings), key=lambda each: (each.concept, each.rule, each.message))


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules on the graph, by name."""
    return tuple(_read_rule(path) for path in sorted(RULES.glob("*.rq")))


def _read_rule(path: Path) -> Rule:
    query = path.read_text("utf-8")
    heads = dict(re.findall(r"^# (Problem|Principle|Solution): (.+)$", query, re.MULTILINE))
    if len(heads) != 3:
        raise ToneError(f"{path}: a rule is headed # Problem:, # Principle: and # Solution:")
    return Rule(path.stem, heads["Problem"], heads["Principle"], heads["Solution"], query)


def graph_findings(triples: list[ox.Triple], only: Container[str] | None = None) -> list[Finding]:
    """Return what breaks the rules on the graph, in no order that means anything.

    Args:
        triples: those of an ontology in its normal form.
        only: the names of the rules to ask, by default all.
    """
    links = (ox.Triple(*each) for each in link_triples(SourceGraph(triples).links()))
    store = _store([*triples, *links])
    other_parts: Any = store.query(_OTHER_PARTS, prefixes=PREFIXES)
    store.extend([ox.Quad(*each) for each in other_parts])
    findings = []
    for rule in rules():
        if only is not None and rule.name not in only:
            continue
        answer: Any = store.query(rule.query, prefixes=PREFIXES)
        names = [each.value for each in answer.variables]
        for row in answer:
            found = dict(zip(names, row, strict=True))
            if found["concept"] is not None:
                message = rule.problem
                if not isinstance(found.get("value"), ox.BlankNode | None):
                    message += f": {_short(found['value'].value)}"
                findings.append(Finding(_name(found["concept"].value), rule.name, message))
    return findings


def _store(triples: list[ox.Triple]) -> ox.Store:
    """Return the triples to be asked, with one node for all expressions that say the same."""
    of_blank: dict[Any, list[ox.Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode):
            of_blank.setdefault(triple.subject, []).append(triple)
    contents: dict[Any, str] = {}
    nodes: dict[str, ox.BlankNode] = {}

    def content(node: Any) -> str:
        if not isinstance(node, ox.BlankNode):
            return str(node)
        if node not in contents:
            said = of_blank.get(node, ())
            pairs = sorted(f"{each.predicate} {content(each.object)}" for each in said)
            contents[node] = f"[{' ; '.join(pairs)}]"
        return contents[node]

    def one(node: Any) -> Any:
        return nodes.setdefault(content(node), node) if isinstance(node, ox.BlankNode) else node

    store = ox.Store()
    store.extend(ox.Quad(one(each.subject), each.predicate, one(each.object)) for each in triples)
    return store


def _reasoner_findings(triples: list[ox.Triple]) -> Iterator[Finding]:
    from .reasoning import profile_violations, unsatisfiable_classes

    data = ox.serialize(triples, format=ox.RdfFormat.RDF_XML) or b""
    violations = profile_violations(data)
    for iri, problem in violations:
        message = f"not in OWL 2 DL: {_short(problem)}"
        yield Finding(_name(iri or ONTOLOGY), "owl-2-dl", message)
    if violations:
        return  # HermiT fails on what lies outside OWL 2 DL
    unsatisfiable = unsatisfiable_classes(triples)
    if unsatisfiable is None:
        yield Finding(_name(ONTOLOGY), "consistent", "the ontology contradicts itself (HermiT)")
    for iri in unsatisfiable or ():
        yield Finding(_name(iri), "satisfiable", "no emotion can be an instance of it (HermiT)")


def _located(findings: Iterable[Finding], file: Path) -> Iterator[Finding]:
    """Add the file, and in Turtle the line where the concept is a subject."""
    lines: dict[str, int] = {}
    if file.suffix == ".ttl":
        for number, text in enumerate(file.read_text("utf-8", "replace").split("\n"), start=1):
            lines.setdefault(text.split(" ")[0], number)
    for finding in findings:
        names = _subjects(finding.concept)
        line = next((lines[name] for name in names if name in lines), None)
        yield Finding(finding.concept, finding.rule, finding.message, str(file), line)


def _subjects(concept: str) -> tuple[str, ...]:
    iri = ONTOLOGY if concept == _name(ONTOLOGY) else TONE + concept
    return (f"tone:{concept}", concept, f"<{iri}>")


def _name(iri: str) -> str:
    """Return what a finding calls an IRI: a concept's id, a known name, or the IRI itself."""
    return "ontology" if iri == ONTOLOGY else _short(iri)


def _short(text: str) -> str:
    """Return a text as one line, with ids and prefixed names for the IRIs in it."""
    return " ".join(_NAMESPACE.sub(lambda match: _PREFIX_OF[match[0]], text).split())
