"""Concepts and headers that break a rule: a name, an edit, and what `tone check` finds."""

from __future__ import annotations

from ontology_edits import say, swap

WRONG_CONCEPTS = {
    "no label": (swap('    rdfs:label "trust"@en ;\n', ""), ["Trust label-missing"]),
    "a label in German only": (swap('"trust"@en', '"Vertrauen"@de'), ["Trust label-missing"]),
    "two labels": (say('tone:Trust rdfs:label "faith"@en .'), ["Trust label-several faith, trust"]),
    "a label shared": (swap('"trust"@en', '"Joy"@en'), ["Joy label-shared joy of Joy, Trust"]),
    "an alternative label shared": (
        say('tone:Trust skos:altLabel "joy"@en .'),
        ["Joy label-shared joy of Joy, Trust"],
    ),
    "no definition": (
        swap("tone:Trust\n", "tone:Faith a owl:Class .\ntone:Trust\n"),
        [
            "Faith definition-missing",
            "Faith label-missing",
            "Faith parent-missing",
        ],
    ),
    "two definitions": (
        say('tone:Trust skos:definition "Another."@en .'),
        ["Trust definition-several 2"],
    ),
    "a definition shared": (
        say('tone:Emotion skos:definition "X."@en . tone:Trust skos:definition "X."@en .'),
        [
            "Emotion definition-several 2",
            "Emotion definition-shared Emotion, Trust",
            "Trust definition-several 2",
        ],
    ),
    "a circular definition": (
        swap('"trust"@en ;\n    skos:definition "', '"trust"@en ;\n    skos:definition "Trust: '),
        ["Trust definition-circular trust"],
    ),
    "an id in lower case": (
        say(
            "tone:hope a owl:Class ; rdfs:subClassOf tone:Emotion ; "
            'rdfs:label "hope"@en ; skos:definition "H."@en .'
        ),
        [
            "hope id-pattern ^https://w3id.org/tone/[A-Z][A-Za-z0-9]*$",
            "hope source-missing no scheme",
            "hope source-missing no source",
        ],
    ),
    "a class of another namespace": (
        say(
            "<urn:x> a owl:Class ; rdfs:subClassOf tone:Emotion ; "
            'rdfs:label "hope"@en ; skos:definition "H."@en .'
        ),
        [
            "urn:x id-pattern ^https://w3id.org/tone/[A-Z][A-Za-z0-9]*$",
            "urn:x source-missing no scheme",
            "urn:x source-missing no source",
        ],
    ),
    "a property in upper case": (
        say("tone:Likes a owl:ObjectProperty ."),
        ["Likes id-pattern ^https://w3id.org/tone/[a-z][A-Za-z0-9]*$"],
    ),
    "no parent": (
        swap("    rdfs:subClassOf tone:Cheerfulness ;\n", ""),
        ["Amusement parent-missing"],
    ),
    "two parents": (
        say("tone:Amusement rdfs:subClassOf tone:Suffering ."),
        ["Amusement parent-several Cheerfulness, Suffering"],
    ),
    "a parent that does not exist": (
        swap("rdfs:subClassOf tone:Cheerfulness ", "rdfs:subClassOf tone:Mirth "),
        [
            "Amusement concept-unknown Mirth",
            "Amusement parrott-parent Mirth",
            "Amusement tier tier 3 under Mirth asks for none",
        ],
    ),
    "a root with a parent": (
        say("tone:Emotion rdfs:subClassOf tone:Combination ."),
        ["Emotion parent-root Combination"],
    ),
    "a circle": (
        swap("rdfs:subClassOf tone:Joy ;", "rdfs:subClassOf tone:Amusement ;"),
        [
            "Amusement cycle",
            "Cheerfulness cycle",
            "Cheerfulness tier tier 2 under Amusement asks for 4",
        ],
    ),
    "a tier too deep": (
        swap("tone:tier 3", "tone:tier 4"),
        ["Amusement tier tier 4 under Cheerfulness asks for 3"],
    ),
    "no tier": (
        swap("    tone:tier 3 ;\n", ""),
        ["Amusement tier tier none under Cheerfulness asks for 3"],
    ),
    "an extension with a tier": (
        say("tone:Trust tone:tier 1 ."),
        [
            "Joy primaries-disjoint Trust",
            "Love primaries-disjoint Trust",
            "Sadness primaries-disjoint Trust",
            "Trust tier tier 1 under Emotion asks for none",
        ],
    ),
    "a tier that is no integer": (swap("tone:tier 3", 'tone:tier "3"'), ["Amusement tier-value 3"]),
    "two tiers": (
        say("tone:Amusement tone:tier 2 ."),
        [
            "Amusement tier tier 2 under Cheerfulness asks for 3",
            "Amusement tier-value 2, 3",
        ],
    ),
    "Parrott's below an extension": (
        swap(
            "    tone:tier 2 ;\n    rdfs:subClassOf tone:Sadness", "    rdfs:subClassOf tone:Trust"
        ),
        ["Suffering parrott-parent Trust"],
    ),
    "primaries not disjoint": (
        swap("        tone:Sadness\n    )", "        tone:Suffering\n    )"),
        [
            "Joy primaries-disjoint Sadness",
            "Love primaries-disjoint Sadness",
            "Suffering disjoint-lower",
        ],
    ),
    "roots not disjoint": (
        swap("    owl:disjointWith tone:Emotion ;\n", ""),
        ["Combination roots-disjoint"],
    ),
    "deprecated without successor": (
        swap("    dcterms:isReplacedBy tone:Sadness ;\n", ""),
        ["Gloom deprecated-successor"],
    ),
    "deprecated for a deprecated": (
        say("tone:Sadness owl:deprecated true ."),
        [
            "Gloom deprecated-successor",
            "Sadness deprecated-live it still has a tier",
            "Sadness deprecated-live it still has superclasses or definitions",
            "Sadness deprecated-live links or lists name it",
            "Sadness deprecated-live other classes are below it or defined by it",
            "Sadness deprecated-successor",
        ],
    ),
    "deprecated and a parent": (
        swap("rdfs:subClassOf tone:Sadness ;", "rdfs:subClassOf tone:Gloom ;"),
        [
            "Gloom deprecated-live other classes are below it or defined by it",
            "Suffering parrott-parent Gloom",
            "Suffering tier tier 2 under Gloom asks for none",
        ],
    ),
    "deprecated and below": (
        say("tone:Gloom rdfs:subClassOf tone:Sadness ."),
        ["Gloom deprecated-live it still has superclasses or definitions"],
    ),
    "an undeclared property": (
        say('tone:Trust skos:note "x" .'),
        ["skos:note property-undeclared"],
    ),
    "an undeclared link": (
        swap("tone:leadsTo\n    a owl:ObjectProperty ;", "tone:leadsTo"),
        ["leadsTo property-undeclared"],
    ),
    "a transitive composition": (
        say("tone:isComposedOf a owl:TransitiveProperty ."),
        ["isComposedOf property-kind owl:TransitiveProperty"],
    ),
    "not symmetric": (
        swap("    a owl:SymmetricProperty ;\n", ""),
        ["isOppositeOf property-kind not symmetric"],
    ),
    "a tier as data": (
        say("tone:tier a owl:DatatypeProperty ."),
        ["tier property-kind owl:DatatypeProperty"],
    ),
    "a domain that is no root": (
        say("tone:isComposedOf rdfs:domain tone:Joy ."),
        ["isComposedOf property-kind Joy"],
    ),
    "a link below another": (
        say("tone:isComposedOf rdfs:subPropertyOf tone:leadsTo ."),
        ["isComposedOf property-kind rdfs:subPropertyOf"],
    ),
    "a data property": (
        say("tone:intensity a owl:DatatypeProperty ."),
        ["intensity property-kind owl:DatatypeProperty"],
    ),
    "a label of no language": (
        say('tone:Trust rdfs:label "trust" .'),
        ["Trust text-form 'trust'"],
    ),
    "a label with a blank at its end": (
        swap('"trust"@en', '"joy "@en'),
        ["Trust text-form 'joy '"],
    ),
    "an empty label": (swap('"trust"@en', '" "@en'), ["Trust text-form ' '"]),
    "a preferred label of its own": (
        say('tone:Trust skos:prefLabel "faith"@en .'),
        ["Trust label-preferred faith"],
    ),
    "no scheme and no source": (
        say(
            "tone:Faith a owl:Class ; rdfs:subClassOf tone:Emotion ; "
            'rdfs:label "faith"@en ; skos:definition "F."@en .'
        ),
        ["Faith source-missing no scheme", "Faith source-missing no source"],
    ),
    "a scheme and a source as text": (
        say('tone:Trust skos:inScheme "plutchik" ; dcterms:source "Plutchik" .'),
        ["Trust source-missing Plutchik", "Trust source-missing plutchik"],
    ),
    "lower concepts that are disjoint": (
        say("tone:Trust owl:disjointWith tone:Amusement ."),
        ["Amusement disjoint-lower", "Trust disjoint-lower"],
    ),
    "a concept that is no class": (
        say("tone:Faith rdfs:subClassOf tone:Joy ; tone:tier 2 ."),
        ["Faith class-undeclared"],
    ),
    "an expression that is empty": (
        say("tone:Trust rdfs:subClassOf [] ."),
        ["Trust link-shape an empty expression"],
    ),
    "an expression as a subclass": (
        say("[ a owl:Class ; owl:complementOf tone:Joy ] rdfs:subClassOf tone:Trust ."),
        ["Trust link-shape a class expression below it"],
    ),
    "a date that does not exist": (
        swap('"2026-11-21T00:00:00Z"', '"2026-13-21T00:00:00Z"'),
        ["ontology header-value dcterms:created 2026-13-21T00:00:00Z"],
    ),
    "two scores": (
        swap("tone:score 1.0000 ;", "tone:score 1.0000 ; tone:score 0.5000 ;"),
        ["Joy evidence-several score"],
    ),
    "a pun": (say("tone:Trust a owl:NamedIndividual ."), ["Trust punning owl:NamedIndividual"]),
    "an instance": (say("tone:myJoy a tone:Joy ."), ["myJoy punning Joy"]),
    "no licence": (
        swap("    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;\n", ""),
        ["ontology header-missing dcterms:license"],
    ),
    "a licence as text": (
        swap(
            "dcterms:license <https://creativecommons.org/licenses/by/4.0/>",
            'dcterms:license "CC BY"',
        ),
        ["ontology header-value dcterms:license CC BY"],
    ),
    "a tier that is no number": (
        swap("tone:tier 2", 'tone:tier "x"^^xsd:integer'),
        ["Cheerfulness tier tier x under Joy asks for 2", "Cheerfulness tier-value x"],
    ),
    "a version without a name": (
        swap("owl:versionIRI <https://w3id.org/tone/0.1.0-dev>", "owl:versionIRI []"),
        ["ontology header-value owl:versionIRI without a name"],
    ),
    "versions that differ": (
        swap('owl:versionInfo "0.1.0-dev"', 'owl:versionInfo "0.2.0"'),
        ["ontology header-value owl:versionIRI 0.1.0-dev"],
    ),
    "a date without a time": (
        swap('"2026-11-21T00:00:00Z"^^xsd:dateTime', '"2026-11-21"'),
        ["ontology header-value dcterms:created 2026-11-21"],
    ),
    "an import": (
        say("<https://w3id.org/tone> owl:imports <http://www.w3.org/2004/02/skos/core> ."),
        ["ontology header-value owl:imports http://www.w3.org/2004/02/skos/core"],
    ),
}
