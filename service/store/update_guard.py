"""What an update must keep to before a store sees it; see `guard` for why and how.

Beside what a query may not hold, LOAD is refused, which fetches. The tokens also tell where the
graphs of the protocol's parameters belong, and what a writable store must know of an update.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ...ontology.iris import DEFAULT_GRAPHS
from .guard import (
    _CLOSING,
    _OPENING,
    _SURE_IRI,
    FORMS,
    MAX_DEPTH,
    MAX_LENGTH,
    PROLOGUE,
    QueryMalformed,
    QueryRefused,
    QueryTooLong,
    _decode,
    position,
    read_tokens,
)
from .operation import Update
from .rewriting import NAME, Edit, edited, late_declarations

_CHANGES = frozenset(
    ("ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH")
)
_OUTSIDE = _CHANGES | frozenset(
    [
        "ALL",
        "BASE",
        "DATA",
        "DEFAULT",
        "GRAPH",
        "INTO",
        "NAMED",
        "PREFIX",
        "SILENT",
        "TO",
        "USING",
        "VERSION",
        "WHERE",
    ]
)
"""Words that can stand outside of brackets."""

_DISTURBING = _CHANGES - {"CREATE", "INSERT"}
_VOLATILE = ("RAND", "UUID", "NOW", "BNODE", "SELECT")
"""What may give another result next time; a subquery may by LIMIT, SAMPLE and the like."""

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^\\]*>")
_PUBLIC = frozenset(f"<{graph}>" for graph in DEFAULT_GRAPHS)


@dataclass
class _Scan:
    """What the tokens of an update tell."""

    deepest: int = 0
    data: int = 0  # characters in data blocks
    plain: bool = True
    repeatable: bool = True
    unsure: bool = False
    late: bool = False  # whether there is a prologue after the first operation
    dataset: int | None = None  # where USING or WITH stands
    wheres: list[int] = field(default_factory=list)
    clears: list[int] = field(default_factory=list)  # where CLEAR ends, of one graph
    # DELETE WHERE: where the WHERE stands, and its pattern begins and ends.
    delete_wheres: list[tuple[int, int, int]] = field(default_factory=list)


def check_update(
    text: str,
    base: str | None = None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    max_length: int = MAX_LENGTH,
    max_depth: int = MAX_DEPTH,
) -> Update:
    """Return an update that may be run.

    Args:
        text: the update as it was sent: operations with `;` between them.
        base: the IRI that relative ones are resolved by.
        default_graphs: IRIs of the parameter `using-graph-uri`.
        named_graphs: IRIs of the parameter `using-named-graph-uri`.
        max_length: characters that it may have outside of INSERT DATA and DELETE DATA.
        max_depth: brackets that may be open at once.

    Raises:
        QueryTooLong: it is too long or too deeply nested.
        QueryRefused: it uses LOAD or SERVICE, or WITH or USING beside the parameters.
        QueryMalformed: it has a word where no update has it, or a graph has no absolute IRI.
    """
    text = _decode(text)
    scan = _scan(text)
    lower = text.lower()
    if scan.unsure and ("service" in lower or "load" in lower):
        raise QueryRefused(
            "a string or IRI of the update cannot be told apart from its code, and it holds the "
            "word SERVICE or LOAD; end every string, and put spaces around < and >"
        )
    if scan.unsure:
        scan.data, scan.plain, scan.repeatable = 0, False, False
        scan.deepest = sum(map(text.count, "{([")) + text.count("<<")
    size = len(text) - scan.data
    if size > max_length:
        raise QueryTooLong(
            f"the update has {size:,} characters outside of INSERT DATA and DELETE DATA; "
            f"{max_length:,} are allowed"
        )
    if scan.deepest > max_depth:
        raise QueryTooLong(f"the update nests {scan.deepest:,} brackets; {max_depth:,} are allowed")
    if scan.unsure and (default_graphs or named_graphs or scan.late):
        raise QueryRefused(
            "a string or IRI of the update cannot be told apart from its code; end every string, "
            "put spaces around < and >, name graphs by USING, and declare prefixes at the start"
        )
    executed, shifts = text, []
    if scan.clears and not scan.unsure:
        # A graph that is not there is as empty as CLEAR is to make it.
        executed, shift = edited(executed, [(end, end, " SILENT") for end in scan.clears])
        shifts.append(shift)
    if scan.late:
        executed, shift = edited(executed, late_declarations(executed, base))
        shifts.append(shift)
    if default_graphs or named_graphs:
        if scan.dataset is not None:
            raise QueryRefused(
                "the graphs are named by parameters of the request and by WITH or USING; "
                "use one or the other",
                *position(text, scan.dataset),
            )
        using = _using(default_graphs, named_graphs)
        executed, shift = edited(executed, _with_dataset(executed, using))
        shifts.append(shift)
    sent = None if executed == text else text
    return Update(executed, base, sent, tuple(shifts), size, scan.plain, scan.repeatable)


def _scan(text: str) -> _Scan:
    scan = _Scan()
    lower = text.lower()
    serves, loads = "service" in lower, "load" in lower
    depth, data, begin, after = 0, False, 0, False
    named = 0  # where the last name ends
    before, where = "", -1  # the token before this one, in capitals; the WHERE of a DELETE WHERE
    for token, following in _pairs(text):
        kind, value = token.lastgroup, token.group()
        word = value.upper()
        if kind in ("name", "word") and (name := NAME.match(text, token.start())):
            named = max(named, name.end())  # a name may hold dots
        if kind == "name":
            prefix = token.group("prefix").upper()
            if (serves and "SERVICE" in prefix) or (
                loads and prefix.startswith("LOAD") and before != "PREFIX"
            ):
                raise QueryRefused(
                    "SERVICE and LOAD are not available here, and a prefix may not hold the one "
                    "or begin with the other"
                )
            scan.plain = scan.plain and "GRAPH" not in prefix
        elif kind == "word":
            if serves and "SERVICE" in word:
                raise QueryRefused("SERVICE is not available here: an update may use no other")
            if loads and "LOAD" in word:
                raise QueryRefused(
                    "LOAD is not available here: nothing is fetched; send the graph itself by the "
                    "Graph Store Protocol",
                    *position(text, token.start()),
                )
            if depth == 0 and token.start() >= named:
                _check_outside(word, text, token.start())
                scan.plain = scan.plain and word not in _DISTURBING
                scan.late = scan.late or (after and word in PROLOGUE)
                if word in ("USING", "WITH") and scan.dataset is None:
                    scan.dataset = token.start()
                if word == "CLEAR" and following.upper() == "GRAPH":
                    scan.clears.append(token.end())
                if word == "WHERE" and before == "DELETE":
                    where = token.start()
                elif word == "WHERE":
                    scan.wheres.append(token.start())
            if "GRAPH" in word:
                scan.plain = scan.plain and word == "GRAPH" and _is_other_graph(following)
            if any(each in word for each in _VOLATILE):
                scan.repeatable = False
        elif kind in ("other", "quoted"):
            if value in _OPENING or value == "<<":
                if depth == 0:
                    data, begin = before == "DATA", token.start()
                depth += 1
                scan.deepest = max(scan.deepest, depth)
            elif value in _CLOSING or value == ">>":
                depth -= 1
                if depth == 0:
                    scan.data += (token.end() - begin) * data
                    if where >= 0:
                        scan.delete_wheres.append((where, begin, token.end()))
                    data, where = False, -1
            after = after or (depth == 0 and value == ";")
            scan.unsure = scan.unsure or value in "\"'" or depth < 0
        elif kind == "iri" and depth and not data and not _SURE_IRI.match(value):
            # It may be two comparisons (`?a<'x'&&?b>1`), but only in a pattern.
            scan.unsure = scan.unsure or any(each in value for each in "'#\\")
        before = word
    return scan


def _pairs(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each token that is no comment, with what stands in the next one."""
    last = None
    for token in read_tokens(text):
        if token.lastgroup == "comment":
            continue
        if last is not None:
            yield last, token.group()
        last = token
    if last is not None:
        yield last, ""


def _check_outside(word: str, text: str, start: int) -> None:
    if word in FORMS:
        raise QueryMalformed(f"{word} is a query, no update", *position(text, start))
    if word not in _OUTSIDE:
        line, column = position(text, start)
        where = f"the update is malformed at line {line}, column {column}"
        raise QueryMalformed(f"{where}: no operation has that word there", line, column)


def _is_other_graph(iri: str) -> bool:
    """Return whether this is surely the IRI of a graph that is none of the public ones."""
    return bool(_ABSOLUTE.fullmatch(iri)) and "/." not in iri and iri not in _PUBLIC


def with_dataset(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """Return an update with USING before each WHERE, or as it is if it has WITH or USING."""
    if _scan(text).dataset is not None:
        return text
    return edited(text, _with_dataset(text, _using(default_graphs, named_graphs)))[0]


def _using(default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    try:
        clauses = [f"USING {ox.NamedNode(each)} " for each in default_graphs]
        clauses += [f"USING NAMED {ox.NamedNode(each)} " for each in named_graphs]
    except ValueError:
        raise QueryMalformed("the name of a graph is not an absolute IRI") from None
    return "".join(clauses)


def _with_dataset(text: str, using: str) -> list[Edit]:
    """Return the edits that put USING before each WHERE.

    DELETE WHERE, which can have none, becomes DELETE with its pattern, and WHERE with the same.
    """
    scan = _scan(text)
    edits = [(start, start, using) for start in scan.wheres]
    for start, begin, end in scan.delete_wheres:
        edits.append((start, start + len("WHERE"), ""))
        edits.append((end, end, f" {using}WHERE {text[begin:end]}"))
    return edits
