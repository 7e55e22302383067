"""SPARQL queries as tokens, and the IRIs that their names stand for.

The terminals are those of https://www.w3.org/TR/sparql11-query/#sparqlGrammar, code point escapes
decoded already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from .guard import QueryMalformed, QueryRefused, position

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE = "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHARS = rf"{_BASE}_\-{_MORE}"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"[{_BASE}](?:\.*+[{_CHARS}])*+"
_LOCAL = rf"(?:[{_BASE}_:0-9]|{_ESCAPED})(?:\.*+(?:[{_CHARS}:]|{_ESCAPED}))*+"

_NUMBER_OR_WORD = r"""
      (?P<number> (?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++ | [0-9]*+\.[0-9]++ | [0-9]++ )
    | (?P<word> [A-Za-z_][A-Za-z0-9_]*+ )
"""
_TOKEN = re.compile(
    rf'''
      (?P<space> (?:[\x20\t\r\n]|\#[^\r\n]*+)++ )
    | (?P<string> """(?:"{{0,2}}(?:[^"\\]|\\.))*+"""
                | \'\'\'(?:'{{0,2}}(?:[^'\\]|\\.))*+\'\'\'
                | "(?:[^"\\\n\r]|\\.)*+"
                | '(?:[^'\\\n\r]|\\.)*+' )
    | (?P<iri> <[^<>"{{}}|^`\x00-\x20]*+> )
    | (?P<variable> [?$][{_BASE}_0-9][{_BASE}_{_MORE}]*+ )
    | (?P<blank> _:[{_BASE}_0-9](?:\.*+[{_CHARS}])*+ )
    | (?P<name> :(?:{_LOCAL})?+ )
    | (?P<run> {_PREFIX} (?: : (?:{_LOCAL})?+ (?P<prefixed>) )?+ )
    | (?P<tag> @[A-Za-z]++(?:-[A-Za-z0-9]++)*+ )
    | {_NUMBER_OR_WORD}
    | (?P<mark> \^\^|\|\||&&|<<|>>|<=|>=|!=|\{{\||\|\}}|\S )
    ''',
    re.VERBOSE | re.DOTALL,
)
# In a run that could be a prefix, but has no colon after it, there is no name.
_IN_RUN = re.compile(rf"{_NUMBER_OR_WORD} | (?P<mark>\S)", re.VERBOSE)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Token:
    """A terminal of the grammar.

    Args:
        kind: `string`, `iri`, `variable`, `blank`, `name`, `tag`, `number`, `word` or `mark`;
            `end` after the last one.
        value: as it is written; variables without their sign, words in capitals, except `a`.
        start: where it begins.
        end: where it ends.
    """

    kind: str
    value: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of a query, without spaces and comments; the last one is its end."""
    found = []
    for match in _matches(text):
        kind, value = str(match.lastgroup), match.group()
        if kind == "run":
            kind = "name"
        if kind == "space":
            continue
        if kind == "variable":
            value = value[1:]
        elif kind == "word" and value != "a":
            value = value.upper()
        found.append(Token(kind, value, match.start(), match.end()))
    return [*found, Token("end", "", len(text), len(text))]


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of the tokens, in time that grows as the text does."""
    for match in _TOKEN.finditer(text):
        if match["run"] and match["prefixed"] is None:
            yield from _IN_RUN.finditer(text, *match.span())
        else:
            yield match


def malformed(text: str, token: Token) -> QueryMalformed:
    """Return the error of a token that cannot stand where it does."""
    line, column = position(text, token.start)
    return QueryMalformed(f"the query is malformed at line {line}, column {column}", line, column)


def refused(text: str, token: Token, why: str) -> QueryRefused:
    """Return the error of a token that is not taken where it stands; it tells the place too."""
    line, column = position(text, token.start)
    return QueryRefused(f"{why} (line {line}, column {column})", line, column)


def unquoted(string: str) -> str:
    """Return the text that a string literal stands for."""

    def character(match: re.Match[str]) -> str:
        if digits := match[1] or match[2]:
            return chr(int(digits, 16))
        return _CONTROL.get(match[3], match[3])

    quotes = 3 if string[:3] in ('"""', "'''") else 1
    return _ESCAPE.sub(character, string[quotes:-quotes])


class Names:
    """What the names of a query stand for, as its prologue says.

    Args:
        prefixes: those that need not be declared.
        base: the IRI that relative ones are resolved by, if any is known.
    """

    def __init__(self, prefixes: Mapping[str, str], base: str | None) -> None:
        self._prefixes = dict(prefixes)
        self._base = base

    def set_base(self, iri: str) -> None:
        """Resolve what follows by another IRI, written as in BASE."""
        self._base = self.iri(iri)

    def set_prefix(self, prefix: str, iri: str) -> None:
        """Take a declaration, both parts as they are written."""
        self._prefixes[prefix.removesuffix(":")] = self.iri(iri)

    def iri(self, written: str) -> str:
        """Return the IRI of an IRI in angle brackets; a relative one is resolved."""
        iri = written[1:-1]
        if self._base is None or _ABSOLUTE.match(iri):
            return iri
        return urljoin(self._base, iri)

    def of(self, token: Token) -> str:
        """Return the IRI of a token of the kinds `iri` and `name`; without its prefix, ''."""
        if token.kind == "iri":
            return self.iri(token.value)
        prefix, _, local = token.value.partition(":")
        namespace = self._prefixes.get(prefix)
        return "" if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)
