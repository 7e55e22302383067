"""What holds for the answer to any text at all."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from small_vocabulary import small_annotator, small_ontology
from tone_kg.service import Annotator, Answer

ANY_CHARACTER = st.characters(min_codepoint=0, max_codepoint=0x10FFFF, exclude_categories=())
PIECES = st.sampled_from(
    [each.term for each in small_ontology().terms]
    + ["not", "never", "couldn't be", "very", "a bit", "but", "my", "’", "!!", ",", " ", "\n"]
    + [
        "-",
        "#",
        "@",
        "\u0301",
        "\ufe0f",
        "\u200d",
        "\u00ad",
        "İ",
        "🏽",
        "\ud83d",
        "https://",
        "aaa",
    ]
)
TEXTS = st.one_of(
    st.text(ANY_CHARACTER),
    st.lists(PIECES).map("".join),
    st.lists(st.one_of(PIECES, st.text(ANY_CHARACTER, max_size=3))).map(" ".join),
)


def annotate(text: str) -> Answer:
    return small_annotator().annotate_one(text, limit=1000, explain=True)


@given(TEXTS)
@settings(deadline=None)
def test_offsets_slice_to_the_evidence(text: str) -> None:
    for evidence in annotate(text).evidence:
        assert 0 <= evidence.begin < evidence.end <= len(text)
        assert text[evidence.begin : evidence.end] == evidence.text
        for cue in evidence.cues or ():
            assert text[cue["begin"] : cue["end"]] == cue["text"] != ""


@given(TEXTS)
@settings(deadline=None)
def test_evidence_is_in_order_and_never_overlaps(text: str) -> None:
    evidence = annotate(text).evidence
    for earlier, later in pairwise(evidence):
        assert earlier.end <= later.begin


@given(TEXTS)
@settings(deadline=None)
def test_shares_sum_to_1_and_roll_up(text: str) -> None:
    answer = annotate(text)
    shares = [*answer.primaries.values(), answer.other, answer.neutral]
    assert abs(sum(shares) - 1) < 1e-9
    assert all(0 <= share <= 1 for share in shares)
    ontology = small_ontology()
    scores = {each.id: each.score for each in answer.concepts}
    for concept, score in scores.items():
        below = sum(scores.get(child, 0) for child in ontology.children(concept))
        assert score >= below - 1e-9
        if concept in answer.primaries:
            assert answer.primaries[concept] == score
    assert bool(scores) == any(not each.negated for each in answer.evidence)


@given(TEXTS)
@settings(deadline=None)
def test_any_text_has_an_answer_that_is_json(text: str) -> None:
    assert json.loads(json.dumps(annotate(text).to_dict()))["text"] == text


@given(st.lists(TEXTS, max_size=4))
@settings(deadline=None, max_examples=50)
def test_a_text_gets_the_same_answer_alone_in_a_batch_and_in_a_stream(texts: list[str]) -> None:
    annotator = small_annotator()
    alone = [annotator.annotate_one(text) for text in texts]
    assert annotator.annotate(texts) == alone
    assert list(annotator.stream(texts)) == alone
    assert Annotator("lexicon", ontology=small_ontology()).annotate(texts) == alone
