"""The methods run on a checkout: its ontology, thesauri, publications and a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...ontology.errors import ToneError
from ...ontology.links import KINDS, LEADS_TO
from ...ontology.model import Ontology, load
from ..assignment import Profiles
from ..decisions import read_decisions
from ..embedding import Embedder
from ..kinds import LINKS
from ..offers import Progress
from ..senses import SenseJudge
from ..sources import open_sources
from .corpus import Finding, count_corpus, over_represented, read_corpus
from .methods import (
    CompositionScores,
    OppositeScores,
    score_compositions,
    score_opposites,
)
from .opposites import TermPair, find_antonyms
from .proposals import LinkProposal
from .proposer import propose_links
from .published import FILE, read_published, stated_links
from .space import Space, make_space

LANG = "en"
"""Definitions are English, and so are the thesauri that name antonyms."""
THESAURI = ("mythes", "wordnet")


def find_links(
    folder: Path,
    embedder: Embedder,
    *,
    sources: Sequence[str] = (),
    corpus: Path | None = None,
    labels: Path | None = None,
    scheme: str = "goemotions",
    kinds: Sequence[str] = KINDS,
    progress: Progress = lambda *_: None,
) -> list[LinkProposal]:
    """Return the links to be reviewed for a checkout.

    Args:
        folder: the checkout.
        embedder: the model.
        sources: the thesauri to ask for antonyms, by default those that are installed.
        corpus: texts with labels, see `corpus.read_corpus`; None for none.
        labels: the names of the labels.
        scheme: the scheme of the labels.
        kinds: which kinds of link to propose.
        progress: called as the work goes on.

    Raises:
        ToneError: a file is missing or broken, a thesaurus is not installed, or the model cannot
            be run.
    """
    require_libraries()
    ontology = load(folder / "ontology")
    published = stated_links(read_published(folder / "vocab" / FILE, ontology), ontology)
    decisions = read_decisions(folder / "vocab" / LINKS.file, LINKS)
    decided = {name for each in decisions for name in (*each.item, each.choice) if name}
    texts = None
    if corpus is not None and LEADS_TO in kinds:
        texts = list(read_corpus(corpus, ontology, scheme, labels))
    progress("embedding concepts", 0, 1)
    profiles = Profiles(ontology, embedder, LANG)
    space = make_space(profiles)
    progress("asking thesauri", 0, 1)
    antonyms = ask_thesauri(ontology, profiles, embedder, sources)
    progress("comparing concepts", 0, 1)
    opposites, compositions = score_all(space, profiles, antonyms)
    findings: list[Finding] = []
    if texts is not None:
        progress("reading texts", 0, 1)
        findings = over_represented(*count_corpus(texts, space, LANG), space.pairs)
    return propose_links(
        opposites,
        compositions,
        published,
        findings,
        f"corpus:{corpus.stem}" if corpus else "",
        taken=ontology.links,
        decided=decided,
        kinds=kinds,
    )


def ask_thesauri(
    ontology: Ontology, profiles: Profiles, embedder: Embedder, sources: Sequence[str] = ()
) -> dict[TermPair, tuple[str, ...]]:
    """Return the antonyms among the known terms, see `opposites.find_antonyms`.

    Raises:
        ToneError: a source is no thesaurus, or not installed.
    """
    specs = tuple(sources) or THESAURI
    for spec in specs:
        if spec.partition(":")[0] not in THESAURI:
            raise ToneError(f"{spec!r} names no antonyms: give {' or '.join(THESAURI)}")
    judge = SenseJudge(profiles, embedder)
    return find_antonyms(ontology, open_sources(specs, LANG), LANG, judge)


def score_all(
    space: Space, profiles: Profiles, antonyms: dict[TermPair, tuple[str, ...]]
) -> tuple[OppositeScores, CompositionScores]:
    """Return the scores of all pairs as opposites and of all compositions."""
    opposites = score_opposites(space, profiles.members, antonyms)
    return opposites, score_compositions(space, opposites.antonyms)


def require_libraries() -> None:
    """Raise a `ToneError` if a library that the methods need is not installed."""
    try:
        import scipy  # type: ignore[import-untyped]  # noqa: F401
        import sklearn  # type: ignore[import-untyped]  # noqa: F401
    except ImportError as error:
        raise ToneError(
            f"{error.name} is needed to propose links: pip install 'tone-kg[vocab]'"
        ) from None
