"""`tone link propose`, with the real model, on a small vocabulary, thesaurus and corpus."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from link_checkout import link_proposal
from tone_command import Done, tone
from tone_kg.ontology import load
from tone_kg.ontology.concepts import Link
from tone_kg.ontology.errors import SourceError
from tone_kg.ontology.links import link_problems, make_link, read_link
from tone_kg.ontology.normal_form import read_rdf
from tone_kg.ontology.source import SourceGraph
from tone_kg.ontology.statements import restated
from tone_kg.vocab.decisions import Decision, write_decisions
from tone_kg.vocab.kinds import LINKS
from tone_kg.vocab.links.proposals import LinkProposal, proposals_table, read_proposals
from tone_kg.vocab.links.published import published_score, read_published, stated_links
from vocabulary_checkout import DATE, make_checkout

THESAURUS = f"mythes:{Path(__file__).parent / 'data' / 'thesauri' / 'th_en_US_v2.dat'}"
PUBLISHED = """\
link	relation	source	work	statement
Grief-isOppositeOf-Relief	opposite	urn:isbn:1	Ada 1843	Grief and relief are opposites.
Joy-isOppositeOf-Sadness	opposite	urn:isbn:1	Ada 1843	Joy and sadness are opposites.
Nostalgia-isComposedOf-Joy-Sadness	mixture	urn:isbn:1	Ada 1843	Both are in it.
Nostalgia-isComposedOf-Joy-Sadness	mixture	urn:isbn:2	Bo 1900	It is made of both.
Contempt-isComposedOf-Anger-Disgust	mixture	urn:isbn:1	Ada 1843	So it is.
HopePlusSadness-leadsTo-Disappointment	appraisal	urn:isbn:1	Ada 1843	So it goes.
"""
TEXTS = (
    [("I am curious and yet guilty of it", "1")] * 9
    + [("guilty, curious, and that is all", "2")] * 3
    + [("so curious", "2"), ("she is guilty", "2")] * 30
    + [("it rains again", "2")] * 300
    + [("what does that mean", "1")] * 9
)
"""Texts with both feelings are labelled as confusion, others hardly."""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One cache for all of these tests: loading the model takes seconds."""
    return str(tmp_path_factory.mktemp("cache"))


def make(folder: Path) -> Path:
    """Make a checkout that states that joy and sadness are opposites, and no other link."""
    make_checkout(folder)
    source = folder / "ontology" / "tone-edit.ttl"
    triples = read_rdf(source)
    kept = {"Joy-isOppositeOf-Sadness", "Sadness-isOppositeOf-Joy"}
    others = [each for each in SourceGraph(triples).links() if each.id not in kept]
    source.write_bytes(restated(triples, taken_back=others))
    (folder / "vocab" / "published-links.tsv").write_text(PUBLISHED, "utf-8")
    rows = (f"{text}\t{labels}\tid{number}\n" for number, (text, labels) in enumerate(TEXTS))
    (folder / "texts.tsv").write_text("".join(rows), "utf-8")
    (folder / "labels.txt").write_text("joy\nconfusion\nneutral\n", "utf-8")
    return folder


def propose(folder: Path, cache: str, *arguments: str | Path, **environment: str) -> Done:
    named = ("--source", THESAURUS, "--root", folder)
    return tone("link", "propose", *named, *arguments, XDG_CACHE_HOME=cache, **environment)


def proposals(folder: Path) -> dict[str, LinkProposal]:
    return {each.link: each for each in read_proposals(folder / "vocab" / "link-proposals.tsv")}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, cache: str) -> Path:
    """A checkout after one run over everything; tests leave it as it is."""
    folder = make(tmp_path_factory.mktemp("links") / "checkout")
    done = propose(folder, cache, "--corpus", folder / "texts.tsv")
    assert (done.status, done.text) == (0, ""), done.messages
    assert "tone: isOppositeOf: " in done.messages
    return folder


def link(proposal: LinkProposal) -> Link:
    return read_link(proposal.link, load())


def test_links_of_all_kinds_are_proposed_and_keep_the_rules(checkout: Path) -> None:
    found = proposals(checkout)
    assert {link(each).kind for each in found.values()} == {
        "isOppositeOf",
        "isComposedOf",
        "leadsTo",
    }
    for each in found.values():
        assert list(link_problems(link(each), load())) == []
        assert 0 < each.score <= 1
        assert each.evidence
        assert each.methods
        assert each.source


def test_an_antonym_makes_opposites_and_is_the_evidence(checkout: Path) -> None:
    found = proposals(checkout)["Happiness-isOppositeOf-Unhappiness"]
    assert found.methods[0].startswith("antonyms 0.")
    assert found.evidence[0] == "1 pair of antonyms: happy - unhappy"
    assert found.source == ("mythes-en-us",)


def test_what_publications_state_is_cited(checkout: Path) -> None:
    found = proposals(checkout)
    opposite = found["Grief-isOppositeOf-Relief"]
    assert "literature 0.9000" in opposite.methods
    assert "urn:isbn:1" in opposite.source
    assert "opposite: Grief and relief are opposites. (Ada 1843)" in opposite.evidence
    assert "literature 0.9900" in found["Nostalgia-isComposedOf-Joy-Sadness"].methods
    assert "literature 0.9900" in found["JoyPlusSadness-leadsTo-Nostalgia"].methods
    assert "literature 0.9000" in found["HopePlusSadness-leadsTo-Disappointment"].methods


def test_a_corpus_shows_where_two_feelings_lead(checkout: Path) -> None:
    found = proposals(checkout)["CuriosityPlusGuilt-leadsTo-Confusion"]
    assert found.source == ("corpus:texts",)
    assert any(each.startswith("corpus 0.") for each in found.methods)
    assert "of 12 texts with terms of both 9 are labelled so" in found.evidence[-1]


def test_what_is_stated_or_inherited_is_not_proposed(checkout: Path) -> None:
    ontology = load(checkout / "ontology")
    found = {link(each).id for each in proposals(checkout).values()}
    stated = [
        make_link(each.kind, each.operands or (each.subject,), each.targets)
        for each in ontology.links
    ]
    assert stated
    assert not found & {each.id for each in stated}
    # Each joy is opposite to sadness since joy is.
    joys = {
        make_link("isOppositeOf", [each], ["Sadness"]).id for each in ontology.descendants("Joy")
    }
    assert not found & joys


def test_no_concept_is_composed_of_its_opposite(checkout: Path) -> None:
    for each in proposals(checkout).values():
        if link(each).kind == "isComposedOf" and link(each).subject == "Unhappiness":
            assert "Happiness" not in link(each).targets


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_same_bytes_come_out_whatever_the_hash_seed(
    checkout: Path, cache: str, tmp_path: Path, seed: str
) -> None:
    again = tmp_path / "again.tsv"
    arguments = ("--corpus", checkout / "texts.tsv", "-o", again)
    assert propose(checkout, cache, *arguments, PYTHONHASHSEED=seed).status == 0
    assert again.read_bytes() == (checkout / "vocab" / "link-proposals.tsv").read_bytes()


def test_what_is_decided_is_not_proposed_again_and_other_kinds_stay(
    checkout: Path, cache: str, tmp_path: Path
) -> None:
    folder = tmp_path / "checkout"
    shutil.copytree(checkout, folder)
    decided = Decision(
        item=("Grief-isOppositeOf-Relief",),
        decision="reject",
        choice="",
        reason="two ends of one story",
        reviewer="ada",
        role="reviewer",
        date=DATE,
    )
    moved = replace(
        decided,
        item=("Happiness-isOppositeOf-Unhappiness",),
        decision="move",
        choice="Cheerfulness-isOppositeOf-Unhappiness",
        reason="",
    )
    write_decisions(folder / "vocab" / "link-decisions.tsv", [decided, moved], LINKS)
    before = proposals(folder)
    assert propose(folder, cache, "--kind", "isOppositeOf").status == 0
    after = proposals(folder)
    gone = {*decided.item, *moved.item, moved.choice}
    assert gone & before.keys()
    assert not gone & after.keys()
    kept = {name for name in before if "-isOppositeOf-" not in name}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


@pytest.mark.parametrize(
    ("broken", "text", "message"),
    [
        (
            "texts.tsv",
            "fine\t0\nno label here\n",
            "texts.tsv:2: expected a text, a tab",
        ),
        ("texts.tsv", "fine\t0,3\n", "texts.tsv:1: expected a text, a tab and numbers of labels"),
        ("texts.tsv", "", "texts.tsv:1: empty"),
        ("labels.txt", "joy\nmirth\n", "labels.txt:2: 'mirth' is no label of goemotions"),
        ("labels.txt", "joy\n\nneutral\n\n", "labels.txt:2: '' is no label of goemotions"),
        ("labels.txt", "\n", "labels.txt:1: empty"),
        ("vocab/published-links.tsv", None, "published-links.tsv: is missing: restore it from"),
        ("vocab/published-links.tsv", "link\n", "published-links.tsv:1: the header must be"),
        ("vocab/link-proposals.tsv", "link\n", "link-proposals.tsv:1: the header must be"),
        (
            "vocab/link-proposals.tsv",
            proposals_table([link_proposal("Joy")]).decode(),
            "link-proposals.tsv:2: 'Joy' is no link's id",
        ),
    ],
)
def test_a_broken_file_is_named_and_nothing_written(
    tmp_path: Path, cache: str, broken: str, text: str | None, message: str
) -> None:
    folder = make(tmp_path / "checkout")
    if text is None:
        (folder / broken).unlink()
    else:
        (folder / broken).write_text(text, "utf-8")
    before = sorted(folder.rglob("*"))
    done = propose(folder, cache, "--corpus", folder / "texts.tsv")
    assert done.status == 2
    assert message in done.messages
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--corpus", "nowhere.tsv"], "is missing: name a file that exists"),
        (["--source", "mythes:nowhere.dat"], "nowhere.dat is missing"),
        (["--source", "corpus:texts.tsv"], "names no antonyms: give mythes or wordnet"),
        (["--kind", "likes"], "'likes' is not one of"),
        (["--model", "nowhere"], "unknown model 'nowhere'"),
    ],
)
def test_wrong_use_is_explained(
    checkout: Path, cache: str, arguments: list[str], message: str
) -> None:
    done = tone("link", "propose", "--root", checkout, *arguments, XDG_CACHE_HOME=cache)
    assert done.status == 2
    assert message in done.messages


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Joy-isOppositeOf-Mirth\topposite\tx\ty\tz", "unknown concept 'Mirth'"),
        ("Joy-likes-Love\topposite\tx\ty\tz", "is no link"),
        ("Joy-isOppositeOf-Grief\tantonym\tx\ty\tz", "the relation 'antonym' is none of opposite"),
        ("Joy-isOppositeOf-Grief\tmixture\tx\ty\tz", "is no link of the relation 'mixture'"),
        (
            "Joy-isOppositeOf-Grief\topposite\t\ty\tz",
            "source, work and statement must be",
        ),
        ("Joy-isOppositeOf-Sadness\topposite\turn:isbn:1\ty\tz", "repeats line 3"),
    ],
)
def test_a_wrong_statement_is_named_by_its_line(tmp_path: Path, row: str, problem: str) -> None:
    path = tmp_path / "published-links.tsv"
    path.write_text(f"{PUBLISHED}{row}\n", "utf-8")
    with pytest.raises(SourceError) as error:
        read_published(path, load())
    assert str(error.value).startswith(f"{path}:8: ")
    assert problem in str(error.value)


def test_a_mixture_says_what_it_is_made_of_and_what_leads_to_it(tmp_path: Path) -> None:
    path = tmp_path / "published-links.tsv"
    path.write_text(PUBLISHED, "utf-8")
    stated = stated_links(read_published(path, load()), load())
    sources = ["urn:isbn:1", "urn:isbn:2"]
    for name in ("Nostalgia-isComposedOf-Joy-Sadness", "JoyPlusSadness-leadsTo-Nostalgia"):
        assert [each.source for each in stated[name]] == sources
    assert published_score(2) == pytest.approx(0.99)


def test_a_statement_that_the_rules_exclude_is_read_but_not_proposed(tmp_path: Path) -> None:
    path = tmp_path / "published-links.tsv"
    path.write_text(PUBLISHED, "utf-8")
    statements = read_published(path, load())
    name = "Contempt-isComposedOf-Anger-Disgust"  # disgust is a kind of anger
    assert name in {each.link.id for each in statements}
    assert name not in stated_links(statements, load())


def test_the_shipped_statements_can_be_read() -> None:
    path = Path(__file__).parents[1] / "vocab" / "published-links.tsv"
    assert len(stated_links(read_published(path, load()), load())) > 100
