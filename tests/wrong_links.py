"""Links that break a rule: a name, an edit that enters the link, and what `tone check` finds."""

from __future__ import annotations

from ontology_edits import add, all_of, combination, combined, opposite, say, some, swap

ALL_EVIDENCE = "method, reviewer, score, source, status"

WRONG_LINKS = {
    "opposite of its parent": (
        opposite("Cheerfulness", "Joy"),
        [
            "Cheerfulness opposite-related Joy",
            "Joy opposite-related Cheerfulness",
        ],
    ),
    "opposite of itself": (add(f"Joy {some('isOppositeOf', 'Joy')}"), ["Joy opposite-related Joy"]),
    "opposite one way": (
        add(f"Trust {some('isOppositeOf', 'Sadness')}"),
        ["Trust opposite-one-way Sadness"],
    ),
    "opposite unknown": (
        add(f"Trust {some('isOppositeOf', 'Nothing')}"),
        ["Trust concept-unknown Nothing"],
    ),
    "opposite of a combination": (
        opposite("Trust", "JoyPlusTrust"),
        ["JoyPlusTrust link-ends JoyPlusTrust", "Trust link-ends JoyPlusTrust"],
    ),
    "composed of a combination": (
        add(
            f"Love {all_of(some('isComposedOf', 'JoyPlusTrust'), some('isComposedOf', 'Sadness'))}"
        ),
        ["Love link-ends JoyPlusTrust"],
    ),
    "leads to a combination": (
        combined("Sadness", "JoyPlusTrust"),
        ["SadnessPlusTrust link-ends JoyPlusTrust"],
    ),
    "a combination as an operand": (
        combination("JoyPlusTrustPlusSadness", ("JoyPlusTrust", "Sadness"), "Love"),
        ["JoyPlusTrustPlusSadness link-ends JoyPlusTrust"],
    ),
    "one part": (
        add(f"Love {all_of(some('isComposedOf', 'Joy'))}"),
        ["Love composition-parts Joy"],
    ),
    "one part, bare": (
        add(f"Love {some('isComposedOf', 'Sadness')}"),
        ["Love composition-parts Sadness"],
    ),
    "one part twice": (
        add(f"Love {all_of(some('isComposedOf', 'Joy'), some('isComposedOf', 'Joy'))}"),
        ["Love composition-parts Joy"],
    ),
    "composed of itself": (
        add(f"Joy {all_of(some('isComposedOf', 'Joy'), some('isComposedOf', 'Trust'))}"),
        ["Joy composition-self Joy"],
    ),
    "composed of its own kind": (
        add(f"Joy {all_of(some('isComposedOf', 'Amusement'), some('isComposedOf', 'Trust'))}"),
        ["Joy composition-self Amusement"],
    ),
    "composed of related parts": (
        add(f"Love {all_of(some('isComposedOf', 'Joy'), some('isComposedOf', 'Amusement'))}"),
        ["Love composition-related Amusement is a kind of Joy"],
    ),
    "composed of an unknown part": (
        add(f"Love {all_of(some('isComposedOf', 'Joy'), some('isComposedOf', 'Nothing'))}"),
        ["Love concept-unknown Nothing"],
    ),
    "composed of each other": (
        add(
            f"Trust {all_of(some('isComposedOf', 'Amusement'), some('isComposedOf', 'Suffering'))}",
            f"Suffering {all_of(some('isComposedOf', 'Amusement'), some('isComposedOf', 'Love'))}",
        ),
        [
            "Love composition-cycle Trust",
            "Suffering composition-cycle Love",
            "Trust composition-cycle Suffering",
        ],
    ),
    "operand leads to itself": (
        combined("Sadness", "Trust"),
        ["SadnessPlusTrust combination-self Trust leads to Trust"],
    ),
    "operand leads to its ancestor": (
        combination("CheerfulnessPlusTrust", ("Cheerfulness", "Trust"), "Joy"),
        ["CheerfulnessPlusTrust combination-self Cheerfulness leads to Joy"],
    ),
    "related operands": (
        combination("CheerfulnessPlusJoy", ("Cheerfulness", "Joy"), "Love"),
        ["CheerfulnessPlusJoy combination-related Cheerfulness is a kind of Joy"],
    ),
    "operands out of order in the id": (
        combination("TrustPlusSadness", ("Sadness", "Trust"), "Love"),
        ["TrustPlusSadness combination-id SadnessPlusTrust"],
    ),
    "one operand": (
        combination("Sadness2", ("Sadness",), "Love"),
        [
            "Sadness2 combination-id Sadness",
            "Sadness2 combination-shape it has not two operands but 1",
        ],
    ),
    "three operands": (
        combination("JoyPlusSadnessPlusTrust", ("Joy", "Sadness", "Trust"), "Love"),
        ["JoyPlusSadnessPlusTrust combination-shape it has not two operands but 3"],
    ),
    "two definitions": (
        say(
            "tone:JoyPlusTrust owl:equivalentClass "
            f"{all_of('tone:Combination', some('hasOperand', 'Trust'))} ."
        ),
        ["JoyPlusTrust combination-shape it is defined more than once"],
    ),
    "two results": (
        add(f"JoyPlusTrust {some('leadsTo', 'Sadness')}"),
        ["JoyPlusTrust combination-shape it leads to Love and to Sadness"],
    ),
    "a combination of an unknown operand": (
        combined("Nothing", "Love"),
        [
            "SadnessPlusTrust combination-id NothingPlusTrust",
            "SadnessPlusTrust concept-unknown Nothing",
        ],
    ),
    "a combination that leads to nothing": (
        swap("    rdfs:subClassOf " + some("leadsTo", "Love") + " ;\n", ""),
        [
            "JoyPlusTrust combination-shape it leads to nothing",
            "JoyPlusTrust evidence-unstated rdfs:subClassOf",
        ],
    ),
    "leads to, without operands": (
        add(f"Trust {some('leadsTo', 'Love')}"),
        ["Trust combination-shape it has no operands"],
    ),
    "a combination below an emotion": (
        say("tone:JoyPlusTrust rdfs:subClassOf tone:Joy ."),
        [
            "JoyPlusTrust combination-shape it is also below Joy",
            "JoyPlusTrust tier tier none under Joy asks for 2",
        ],
    ),
    "a link of no kind": (
        add(f"Trust {some('hasOperand', 'Love')}"),
        ["Trust link-shape hasOperand"],
    ),
    "a link of a property without a name": (
        add(
            "Trust [ a owl:Restriction ; owl:onProperty [ owl:inverseOf tone:isOppositeOf ] ; "
            "owl:someValuesFrom tone:Love ]"
        ),
        ["Trust link-shape"],
    ),
    "a union": (
        add("Trust [ a owl:Class ; owl:unionOf ( tone:Joy tone:Love ) ]"),
        ["Trust link-shape owl:unionOf"],
    ),
    "all values": (
        add(
            "Trust [ a owl:Restriction ; owl:onProperty tone:isOppositeOf ; "
            "owl:allValuesFrom tone:Love ]"
        ),
        ["Trust link-shape isOppositeOf"],
    ),
    "no evidence": (
        add(
            f"Trust {some('isOppositeOf', 'Sadness')}",
            f"Sadness {some('isOppositeOf', 'Trust')}",
            evidence=False,
        ),
        [
            f"Sadness evidence-missing Sadness-isOppositeOf-Trust has no {ALL_EVIDENCE}",
            f"Trust evidence-missing Trust-isOppositeOf-Sadness has no {ALL_EVIDENCE}",
        ],
    ),
    "no score": (
        swap("    tone:score 1.0000 ;\n", ""),
        ["Joy evidence-missing Joy-isOppositeOf-Sadness has no score"],
    ),
    "no method": (
        swap('    tone:method "literature" ;\n', ""),
        ["Joy evidence-missing Joy-isOppositeOf-Sadness has no method"],
    ),
    "no status": (
        swap('    tone:status "accepted" ;\n', ""),
        ["Joy evidence-missing Joy-isOppositeOf-Sadness has no status"],
    ),
    "no reviewer": (
        swap('    tone:reviewer "team-a" ;\n', ""),
        ["Joy evidence-missing Joy-isOppositeOf-Sadness has no reviewer"],
    ),
    "no source": (
        swap(
            "    dcterms:source <https://doi.org/10.1511/2001.4.344> ;\n    .\n\ntone:J",
            "    .\n\ntone:J",
        ),
        ["Joy evidence-missing Joy-isOppositeOf-Sadness has no source"],
    ),
    "evidence that is blank": (
        swap('tone:method "literature"', 'tone:method " "'),
        ["Joy evidence-missing Joy-isOppositeOf-Sadness has no method"],
    ),
    "two scores": (
        swap("tone:score 1.0000", "tone:score 1.0, 0.9"),
        ["Joy evidence-several score"],
    ),
    "two statuses": (
        swap('tone:status "accepted"', 'tone:status "accepted", "proposed"'),
        ["Joy evidence-several status"],
    ),
    "a score too high": (swap("tone:score 1.0000", "tone:score 1.5"), ["Joy score-value 1.5"]),
    "a score that is no decimal": (
        swap("tone:score 1.0000", "tone:score 1"),
        ["Joy score-value 1"],
    ),
    "a score that is no number": (
        swap("tone:score 1.0000", 'tone:score "high"'),
        [
            "Joy evidence-missing Joy-isOppositeOf-Sadness has no score",
            "Joy score-value high",
        ],
    ),
    "a score that is no value": (
        swap("tone:score 1.0000", "tone:score []"),
        [
            "Joy evidence-missing Joy-isOppositeOf-Sadness has no score",
            "Joy score-value",
        ],
    ),
    "not accepted": (
        swap('tone:status "accepted"', 'tone:status "proposed"'),
        ["Joy evidence-status Joy-isOppositeOf-Sadness is proposed"],
    ),
    "evidence for nothing": (
        say(
            "[] a owl:Axiom ; owl:annotatedSource tone:Trust ; owl:annotatedProperty "
            f"rdfs:subClassOf ; owl:annotatedTarget {some('isOppositeOf', 'Joy')} ."
        ),
        ["Trust evidence-unstated rdfs:subClassOf"],
    ),
    "evidence twice": (
        say(
            "[] a owl:Axiom ; owl:annotatedSource tone:Joy ; owl:annotatedProperty "
            f"rdfs:subClassOf ; owl:annotatedTarget {some('isOppositeOf', 'Sadness')} ; "
            "tone:score 0.5 ."
        ),
        ["Joy evidence-several rdfs:subClassOf"],
    ),
}
