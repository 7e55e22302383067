"""What a query must keep to before a store sees it.

Oxigraph runs SERVICE, its recursive parser can be made to overflow the stack, and neither has a
switch. So a query is read here first, token by token. Where a token could be read in two ways,
the way that refuses more is taken: a query that is harmless but odd may be refused, one that
reaches the network is not let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...ontology.errors import ToneError

MAX_LENGTH = 50_000
"""Characters of a query. The stack of a query's thread fits this length: see `embedded`."""

MAX_DEPTH = 100
"""Brackets of any kind that may be open at once."""

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
PROLOGUE = ("BASE", "PREFIX", "VERSION")
UPDATES = frozenset(
    ("ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH")
)

# An escape of one of these would change how the text around it is read; it is left to the engine,
# which reads it as a part of the string or IRI where it stands.
_KEPT = frozenset("\"'\\\n\r")
_CODE_POINT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)", re.DOTALL)

_TOKEN = re.compile(
    r'''
      (?P<string> """(?:"{0,2}(?:[^"\\]|\\.))*+"""
                | \'\'\'(?:'{0,2}(?:[^'\\]|\\.))*+\'\'\'
                | "(?:[^"\\\n\r]|\\.)*+"
                | '(?:[^'\\\n\r]|\\.)*+' )
    | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+> )
    | (?P<comment> \#[^\n\r]*+ )
    | (?P<variable> [?$]\w++ )
    | (?P<name> (?P<prefix> (?:[\w-]|[^\x00-\x7f])*+): (?:[\w:%-]|\\.|[^\x00-\x7f])*+ )
    | (?P<run> (?:[\w-]|[^\x00-\x7f])++ )
    | (?P<quoted> <<|>> )
    | (?P<other> \\.|\S )
    ''',
    re.VERBOSE | re.DOTALL,
)
_VOLATILE = ("NOW", "RAND", "UUID", "BNODE")  # and STRUUID
"""Ends of the names of functions whose value is another one each time.

Keywords may stand together with them: Oxigraph reads `ORDERBYRAND()`.
"""
# In a run of such characters that no colon follows there is no name, wherever one would begin.
_IN_RUN = re.compile(r"(?P<word>[A-Za-z_]\w*+)|(?P<other>\S)")
# Without any of these a query asks for no service and no hits, nor anything that is volatile.
_TELLING = ("\\", "annotates", "bnode", "matches", "now", "rand", "service", "uuid")
_BEGIN = re.compile(
    r"""(?: \s++ | \#[^\n\r]*+ | (?:PREFIX\s++[\w-]*+:|BASE) \s*+ <[^<>"{}|^`\s]*+> )*+
        (SELECT|ASK|DESCRIBE)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_SURE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")


class _Placed(ToneError):
    """What is wrong with a query, and where: both count from 1 and may be unknown."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryRefused(_Placed):
    """A query that is not run, whatever it asks; the message says why and what to do."""


class QueryTooLong(QueryRefused):
    """A query that is longer or more deeply nested than it may be."""


class QueryMalformed(_Placed):
    """A query that is not SPARQL; `line` and `column` count from 1 and may be unknown."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that may be run.

    Args:
        text: what it asks.
        form: one of FORMS.
        hits: whether it may ask for hits of texts, which are found before a store sees it.
        volatile: whether it may be answered in another way each time, though the store stays the
            same. Where that cannot be told it is assumed.
    """

    text: str
    form: str
    hits: bool = False
    volatile: bool = False


def check(text: str, max_length: int = MAX_LENGTH, max_depth: int = MAX_DEPTH) -> Query:
    r"""Return a query that may be run.

    Code point escapes (`\u0041`) are decoded first, as
    https://www.w3.org/TR/sparql11-query/#codepointEscape says.

    Args:
        text: the query as it was sent.
        max_length: characters that it may have.
        max_depth: brackets that may be open at once.

    Raises:
        QueryTooLong: it is too long or too deeply nested.
        QueryRefused: it is an update, or uses SERVICE.
        QueryMalformed: it begins as no query does, or holds what is no Unicode character.
    """
    if len(text) > max_length:
        raise QueryTooLong(f"the query has {len(text):,} characters; {max_length:,} are allowed")
    if query := _harmless(text, max_depth):
        return query
    text = _decode(text)
    form, depth, deepest, unsure, volatile = None, 0, 0, False, False
    serves = "service" in text.lower()
    for token in read_tokens(text):
        kind, value = token.lastgroup, token.group()
        if kind == "name":
            if serves and "service" in token.group("prefix").lower():
                raise QueryRefused(
                    "SERVICE is not available here, and a prefix may not hold that word"
                )
        elif kind == "word":
            word = value.upper()
            if serves and "SERVICE" in word:
                raise QueryRefused(
                    "SERVICE is not available here: the query may ask this endpoint only"
                )
            if form is None and word not in PROLOGUE:
                form = _form(word, text, token.start())
            volatile = volatile or word.endswith(_VOLATILE)
        elif kind in ("other", "quoted"):
            if value in _OPENING or value == "<<":
                depth += 1
                deepest = max(deepest, depth)
            elif value in _CLOSING or value == ">>":
                depth -= 1
            unsure = unsure or value in "\"'"
        elif kind == "iri" and not _SURE_IRI.match(value):
            # It may be two comparisons (`?a<'x'&&?b>1`): then what it holds is read differently.
            unsure = unsure or any(each in value for each in "'#\\")
            volatile = volatile or "(" in value
    if unsure and serves:
        raise QueryRefused(
            "a string or IRI of the query cannot be told apart from its code, and it holds the "
            "word SERVICE; end every string, and put spaces around < and >"
        )
    if unsure:
        deepest = sum(map(text.count, "{([")) + text.count("<<")
    if deepest > max_depth:
        raise QueryTooLong(f"the query nests {deepest:,} brackets; {max_depth:,} are allowed")
    if form is None:
        raise QueryMalformed(f"the query holds none of {', '.join(FORMS)}", 1, 1)
    hits = "annotates" in text or "matches" in text
    # The blank nodes of a template are new ones each time.
    template = text.partition("}")[0] if form == "CONSTRUCT" else ""
    volatile = hits or volatile or unsure or any(each in template for each in ("[", "(", "_:"))
    return Query(text, form, hits, volatile)


def _harmless(text: str, max_depth: int) -> Query | None:
    """Return the query of a text that needs no reading by token, as most do not; else None."""
    if not text.isascii() or sum(map(text.count, "{([<")) > max_depth:
        return None
    lower = text.lower()
    if any(each in lower for each in _TELLING):
        return None
    begin = _BEGIN.match(text)
    return Query(text, begin[1].upper()) if begin else None


def read_tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a query, in time that grows as its length does."""
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "run":
            yield from _IN_RUN.finditer(text, *token.span())
        else:
            yield token


def _decode(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        if digits is None:
            return match[0]
        number = int(digits, 16)
        if number > 0x10FFFF or 0xD800 <= number < 0xE000:
            raise QueryMalformed(
                f"{match[0]} stands for no Unicode character", *position(text, match.start())
            )
        return match[0] if chr(number) in _KEPT else chr(number)

    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QueryMalformed(
            "the query holds a lone surrogate", *position(text, error.start)
        ) from None
    return _CODE_POINT.sub(character, text) if "\\" in text else text


def _form(word: str, text: str, start: int) -> str:
    if word in FORMS:
        return word
    if word in UPDATES:
        raise QueryRefused(f"{word} is an update; this endpoint only answers queries")
    raise QueryMalformed(
        f"a query begins with {', '.join(FORMS[:-1])} or {FORMS[-1]}", *position(text, start)
    )


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and column of an offset, both from 1; a CR, an LF or both end a line."""
    lines = list(_lines(text[:offset]))
    return len(lines), len(lines[-1]) + 1


def _lines(text: str) -> Iterator[str]:
    yield from re.split(r"\r\n|\r|\n", text)
