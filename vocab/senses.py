"""Which senses of a word are about feeling: "blue" the mood, not "blue" the colour.

The rule, for one sense that a source offers: it is about feeling if the source itself files it
there (in WordNet the lexicographer files noun.feeling and verb.emotion, and adjectives and
adverbs that derive from what is in them); it is not if the source files it under things of
another kind; else it is if its gloss is as similar to some concept as `GLOSS` says, and `STEP`
more for each further step that it lies from the known term. A gloss is compared with concepts
just as a term is. A sense without gloss says nothing, nor does a gloss in another language than
English: `GLOSS` was measured there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .assignment import Profiles
from .embedding import Embedder
from .sources import Candidate
from .sources.text import is_english

GLOSS = 0.45
"""Least similarity to some concept of the gloss of a sense one step from a known term."""
STEP = 0.025
"""How much more each further step asks for."""


class SenseJudge:
    """Tells which senses are about feeling."""

    def __init__(self, profiles: Profiles, embedder: Embedder) -> None:
        self._profiles = profiles
        self._embedder = embedder
        self._similarity: dict[str, float] = {}
        self._reads = is_english(profiles.lang)

    def read(
        self, glosses: Iterable[str], progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Compare glosses with the concepts, all at once as that is faster; empty ones are none.

        Raises:
            ToneError: the model cannot be run.
        """
        new = sorted({gloss for gloss in glosses if gloss} - self._similarity.keys())
        if new and self._reads:
            vectors = self._embedder.embed(new, progress)
            nearest = self._profiles.similarities(vectors).max(axis=1)
            self._similarity.update(zip(new, map(float, nearest), strict=True))

    def is_feeling(self, gloss: str, feeling: bool | None, distance: int = 1) -> bool | None:
        """Return whether a sense is about feeling, None if nothing tells.

        Args:
            gloss: of the sense; one that was read.
            feeling: what the source says, see `Candidate.feeling`.
            distance: steps from the known term, see `Candidate.distance`.
        """
        if feeling is not None or not gloss or not self._reads:
            return feeling
        return self._similarity[gloss] >= GLOSS + STEP * max(distance - 1, 0)

    def about_feeling(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Return the candidates but those whose sense is not about feeling, after reading them."""
        return [
            each
            for each in candidates
            if self.is_feeling(each.gloss, each.feeling, each.distance) is not False
        ]


def unread(candidates: Iterable[Candidate]) -> Iterable[str]:
    """Yield the glosses that have to be read to judge candidates."""
    return (each.gloss for each in candidates if each.feeling is None)
