"""SPARQL with texts in it: finds their hits, then asks the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ontology.iris import concept_iri
from ..ontology.model import load
from .mapping.annotator import Annotator, InvalidOption
from .search import SearchIndex, found_iri
from .settings import Settings
from .store import Query, QueryMalformed, QueryRefused, QueryTooLong, Store, check
from .store.hit_plan import ANNOTATES, Text
from .store.hits import Hit, rewrite

MATCHES_LIMIT = 100
"""Hits of one search; those of a mapping are the concepts that /v1/annotate gives."""


class TextHits:
    """Asks a store, with the hits of the texts that a query holds.

    Args:
        annotator: returns what maps texts.
        index: returns what searches labels and terms.
        max_texts: how many different texts a query may hold.
        text_limit: characters of one text.
        max_length: characters of a query, with its hits too.
        max_depth: brackets that may be open at once.
    """

    def __init__(
        self,
        annotator: Callable[[], Annotator],
        index: Callable[[], SearchIndex],
        max_texts: int,
        text_limit: int,
        max_length: int,
        max_depth: int,
    ) -> None:
        self._annotator = annotator
        self._index = index
        self._max_texts = max_texts
        self._text_limit = text_limit
        self._max_length = max_length
        self._max_depth = max_depth

    def query(
        self,
        store: Store,
        query: Query,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """Return the answer of a store to a query; see `Store.query`.

        Raises:
            QueryMalformed: the query is not SPARQL.
            QueryRefused: it asks for hits where they cannot be given.
            QueryTooLong: a text is too long, there are too many, or they have too many hits.
            QueryFailed: the store could not answer it.
        """
        scope = default_graphs, named_graphs, base, seconds
        if not query.hits:
            return store.query(query, media_type, *scope)
        found = rewrite(query.text, base, self._find, self._max_texts, self._max_length)
        if found is None:
            return store.query(query, media_type, *scope)
        # What the guard found right must be right with the hits in it, which nest two brackets.
        checked = check(found.text, self._max_length, self._max_depth + 2)
        try:
            return store.query(checked, media_type, *scope)
        except QueryMalformed as error:
            raise found.placed(error) from None

    def _find(self, texts: Sequence[Text]) -> list[list[Hit]]:
        for text in texts:
            if len(text.value) > self._text_limit:
                raise QueryTooLong(
                    f"the text at line {text.line}, column {text.column} has "
                    f"{len(text.value):,} characters; {self._text_limit:,} are allowed",
                    text.line,
                    text.column,
                )
        hits: dict[Text, list[Hit]] = {}
        for tag in dict.fromkeys(each.tag for each in texts):
            of_tag = [each for each in texts if each.tag == tag and each.predicate == ANNOTATES]
            hits.update(zip(of_tag, self._annotated(of_tag, tag), strict=True))
        return [hits[each] if each in hits else self._matching(each) for each in texts]

    def _annotated(self, texts: list[Text], tag: str) -> list[list[Hit]]:
        """Return the hits of texts that have the same language tag, '' if they have none."""
        if not texts:
            return []
        try:
            answers = self._annotator().annotate(
                [each.value for each in texts], language=tag or None, echo=False
            )
        except InvalidOption:
            line, column = texts[0].line, texts[0].column
            why = f"the text at line {line}, column {column} has a tag that is no language"
            raise QueryRefused(why, line, column) from None
        return [
            [Hit(each.id, each.iri, _decimal(each.score)) for each in answer.concepts]
            for answer in answers
        ]

    def _matching(self, text: Text) -> list[Hit]:
        found = self._index().find(text.value, text.tag.lower() or None)[:MATCHES_LIMIT]
        return [
            Hit(str(rank), iri, _decimal(match.score), found_iri(match, iri))
            for rank, match in enumerate(found, start=1)
            for iri in [concept_iri(match.concept)]
        ]


def open_hits() -> TextHits:
    """Return what finds hits as a service with the environment's settings does, but without it.

    Raises:
        ToneError: a setting has a value that it cannot have.
    """
    settings = Settings.read()
    root = settings.root or None
    return TextHits(
        lambda: Annotator(settings.engine, settings.profile, load(root), settings.models or None),
        lambda: SearchIndex(load(root)),
        settings.query_texts,
        settings.text_limit,
        settings.query_length,
        settings.query_depth,
    )


def _decimal(score: float) -> str:
    text = f"{score:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text
