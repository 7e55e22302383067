"""The graph patterns of a query: groups, and the triples that stand in them.

https://www.w3.org/TR/sparql11-query/#sparqlGrammar, as much of it as tells where a triple stands.
What no triple stands in (expressions, templates, data) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .syntax import Names, Token, malformed, refused, tokens

_SURE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_PAIRS = {"(": ")", "{": "}", "[": "]"}
_TERMS = frozenset(("iri", "name", "variable", "blank", "string", "number"))
_BOOLEANS = ("TRUE", "FALSE")


@dataclass(slots=True)
class Node:
    """A subject or an object.

    Args:
        kind: a token's kind; `tree` for `[...]`, `list` for `(...)`.
        token: where it begins, and what it is unless it is a tree or a list.
        iri: what an IRI or a name stands for.
        tag: the language tag of a string, without its sign.
        datatype: the datatype of a string, if it is given.
        items: what a tree says.
        nodes: what a list holds.
    """

    kind: str
    token: Token
    iri: str = ""
    tag: str = ""
    datatype: str | None = None
    items: list[Item] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """A verb and its objects; `end` is after the semicolons that follow.

    `predicate` is the verb's IRI, None for a variable or a path; `path` the IRIs of a path.
    """

    token: Token
    predicate: str | None
    path: list[str]
    objects: list[Node] = field(default_factory=list)
    end: int = 0


@dataclass(slots=True)
class Sentence:
    """A subject and what is said of it; `end` is after the full stop, if there is one."""

    subject: Node
    items: list[Item]
    end: int = 0


@dataclass(slots=True)
class Run:
    """Triples that nothing but filters stands between: one basic graph pattern."""

    start: int
    sentences: list[Sentence] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A part of a group that holds groups.

    Args:
        kind: `join` (a group by itself, or several united), `optional`, `minus`, `graph`,
            `filter` (EXISTS in a FILTER), `bind` (EXISTS in a BIND), `late` (EXISTS in what is
            evaluated after the group), `select` (a query or subquery), `short` (CONSTRUCT
            without a template), `values` (no group).
        groups: the groups.
        projected: the variables that a subquery gives on as they are; None is all of them.
    """

    kind: str
    groups: list[Group]
    projected: frozenset[str] | None = None


@dataclass(slots=True)
class Group:
    """What stands between two braces, in order."""

    parts: list[Run | Part] = field(default_factory=list)


class Reader:
    """Reads one query.

    Args:
        text: the query.
        prefixes: those that need not be declared.
        base: the IRI that relative ones are resolved by, if any is known.
    """

    def __init__(self, text: str, prefixes: Mapping[str, str], base: str | None) -> None:
        self.text = text
        self.tokens = tokens(text)
        self._names = Names(prefixes, base)
        self._at = 0
        while self._word() in ("PREFIX", "BASE", "VERSION"):
            word = self._take().value
            prefix = self._take("name").value if word == "PREFIX" else ""
            written = self._take("string" if word == "VERSION" else "iri").value
            if word == "PREFIX":
                self._names.set_prefix(prefix, written)
            elif word == "BASE":
                self._names.set_base(written)

    def names(self, iris: frozenset[str]) -> bool:
        """Return whether the query names one of these IRIs after its prologue."""
        return any(
            self._names.of(each) in iris
            for each in self.tokens[self._at :]
            if each.kind in ("iri", "name")
        )

    def query(self) -> Group:
        """Return the group of all that the query asks.

        Raises:
            QueryMalformed: it is not SPARQL.
            QueryRefused: it holds what cannot be read here.
        """
        if self._word() == "CONSTRUCT":
            return self._construct()
        return Group([self._select("end")])

    # Tokens.

    @property
    def _next(self) -> Token:
        return self.tokens[self._at]

    def _word(self) -> str:
        return self._next.value if self._next.kind == "word" else ""

    def _mark(self) -> str:
        return self._next.value if self._next.kind == "mark" else ""

    def _take(self, kind: str | None = None, value: str | None = None) -> Token:
        token = self._next
        wrong = (kind and token.kind != kind) or (value is not None and token.value != value)
        if token.kind == "end" or wrong:
            raise malformed(self.text, token)
        self._at += 1
        return token

    def _skip(self) -> list[Group]:
        """Pass over brackets that open here, and return the groups of EXISTS in them."""
        groups = []
        open_ = [_PAIRS[self._take("mark").value]]
        while open_:
            token = self._next
            if self._word() == "EXISTS":
                groups.append(self._exists())
                continue
            self._take()
            if token.kind == "iri" and not _SURE_IRI.match(token.value):
                # It may be two comparisons: then what it holds is read differently.
                if any(each in token.value for each in "()[]'#\\"):
                    raise refused(self.text, token, "put spaces around < and >")
            elif token.kind == "mark" and token.value in _PAIRS:
                open_.append(_PAIRS[token.value])
            elif token.value in (")", "}", "]") and token.value != open_.pop():
                raise malformed(self.text, token)
        return groups

    def _exists(self) -> Group:
        self._take("word", "EXISTS")
        return self._group()

    # Queries.

    def _construct(self) -> Group:
        self._take()
        has_template = self._mark() == "{"
        if has_template:
            self._skip()
        part = self._select("end")
        if not has_template:
            part.kind = "short"
        return Group([part])

    def _select(self, end: str) -> Part:
        """Read from the form of a query, or what follows its form, to its end.

        Args:
            end: the kind or mark after it.
        """
        late: list[Group] = []
        projected: set[str] | None = None
        while self._mark() != "{":
            token = self._next
            if token.kind == "end":  # DESCRIBE may have no pattern
                return Part("select", [])
            if token.kind == "variable":
                projected = {*(projected or ()), token.value}
            if self._mark() == "(":
                projected = projected or set()
                late += self._skip()
            else:
                self._take()
        inner = self._group()
        while end not in (self._next.kind, self._mark()):
            if self._word() == "EXISTS":
                late.append(self._exists())
            elif self._mark() in ("(", "{"):
                late += self._skip()
            else:
                self._take()
        inner.parts += [Part("late", late)] if late else []
        return Part("select", [inner], None if projected is None else frozenset(projected))

    # Groups.

    def _group(self) -> Group:
        self._take("mark", "{")
        group = Group()
        run: Run | None = None
        if self._word() == "SELECT":
            group.parts.append(self._select("}"))
        while self._mark() != "}":
            if self._mark() == "." and group.parts:
                self._take()
                continue
            word = self._word()
            if word == "FILTER":
                # A filter does not end a basic graph pattern.
                self._take()
                group.parts.append(Part("filter", self._constraint()))
                continue
            if not word and self._mark() != "{":
                if run is None:
                    run = Run(self._next.start)
                    group.parts.append(run)
                run.sentences.append(self._sentence())
                continue
            run = None
            group.parts.append(self._part(word))
        self._take("mark", "}")
        return group

    def _part(self, word: str) -> Part:
        if not word:
            groups = [self._group()]
            while self._word() == "UNION":
                self._take()
                groups.append(self._group())
            return Part("join", groups)
        token = self._take()
        if word in ("OPTIONAL", "MINUS"):
            return Part(word.lower(), [self._group()])
        if word == "GRAPH":
            self._take()
            return Part("graph", [self._group()])
        if word == "BIND":
            return Part("bind", self._skip())
        if word == "VALUES":
            while self._mark() != "{":
                self._take()
            self._skip()
            return Part("values", [])
        raise malformed(self.text, token)

    def _constraint(self) -> list[Group]:
        """Pass over the condition of a filter, and return the groups of EXISTS in it."""
        if self._word() == "NOT":
            self._take()
        if self._word() == "EXISTS":
            return [self._exists()]
        if self._mark() != "(":
            self._take()
        return self._skip()

    # Triples.

    def _sentence(self) -> Sentence:
        subject = self._node()
        sentence = Sentence(subject, self._items(bool(subject.items or subject.nodes)))
        if self._mark() == ".":
            self._take()
        elif self._mark() not in ("{", "}") and self._next.kind != "word":
            raise malformed(self.text, self._next)
        sentence.end = self.tokens[self._at - 1].end
        return sentence

    def _items(self, may_be_none: bool) -> list[Item]:
        items: list[Item] = []
        while True:
            if self._mark() == ";" and items:
                items[-1].end = self._take().end
                continue
            after = not items or self.tokens[self._at - 1].value == ";"
            verb = self._next.kind in ("iri", "name", "variable") or self._next.value == "a"
            if not after or not (verb or self._mark() in ("^", "!", "(")):
                break
            items.append(self._item())
        if not items and not may_be_none:
            raise malformed(self.text, self._next)
        return items

    def _item(self) -> Item:
        first = self._next
        if first.kind == "variable":
            self._take()
            item = Item(first, None, [])
        else:
            path: list[str] = []
            self._path(path)
            alone = self.tokens[self._at - 1] is first
            item = Item(first, path[0] if alone else None, [] if alone else path)
        item.objects.append(self._node())
        while self._mark() == ",":
            self._take()
            item.objects.append(self._node())
        item.end = self.tokens[self._at - 1].end
        return item

    def _path(self, iris: list[str]) -> None:
        """Read a property path; https://www.w3.org/TR/sparql11-query/#propertypaths."""
        while True:
            while self._mark() in ("^", "!"):
                self._take()
            token = self._take()
            if token.kind in ("iri", "name"):
                iris.append(self._names.of(token))
            elif token.value == "(" and self._mark() != ")":
                self._path(iris)
                self._take("mark", ")")
            elif token.value == "(":
                self._take()
            elif token.value == "a":
                iris.append("")
            else:
                raise malformed(self.text, token)
            if self._mark() in ("*", "+", "?"):
                self._take()
            if self._mark() not in ("/", "|"):
                return
            self._take()

    def _node(self) -> Node:
        token = self._take()
        node = Node(token.kind, token)
        if token.value == "[":
            node.kind = "tree"
            node.items = self._items(may_be_none=True)
            self._take("mark", "]")
        elif token.value == "(":
            node.kind = "list"
            while self._mark() != ")":
                node.nodes.append(self._node())
            self._take("mark", ")")
        elif token.kind in ("iri", "name"):
            node.iri = self._names.of(token)
        elif token.kind == "string":
            if self._next.kind == "tag":
                node.tag = self._take().value[1:]
            elif self._mark() == "^^":
                self._take()
                node.datatype = self._names.of(self._take())
        elif token.value in ("+", "-"):
            node.kind = self._take("number").kind
        elif token.value in ("<<", "{|", "~"):
            raise refused(self.text, token, "a query of hits cannot hold quoted triples")
        elif token.kind not in _TERMS and token.value not in _BOOLEANS:
            raise malformed(self.text, token)
        return node
