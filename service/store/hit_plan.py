"""What a query asks of the hits of texts, and where.

A triple is about hits if its subject surely is one there: a variable that a triple of the same
group asks hits of a text for, or one that the group is joined with. Where that cannot be told, the
query is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...ontology.iris import PREFIXES, TONE
from .guard import QueryTooLong, position
from .patterns import Group, Item, Node, Part, Reader, Run, Sentence
from .syntax import refused, unquoted

ANNOTATES = TONE + "annotates"
MATCHES = TONE + "matches"
EXPRESSES = TONE + "expresses"
SCORE = TONE + "score"
FOUND = TONE + "found"

ASKING = frozenset((ANNOTATES, MATCHES))
TOLD = frozenset((EXPRESSES, SCORE, FOUND))
_STRING = PREFIXES["xsd"] + "string"
_NONE: frozenset[str] = frozenset()

_PATH = (
    "tone:annotates, and what is asked of its hits, cannot stand in a property path; "
    "give what is between a variable"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a query: what is asked of it (ANNOTATES or MATCHES), and its language tag."""

    predicate: str
    value: str = field(repr=False)
    tag: str
    line: int = field(compare=False)
    column: int = field(compare=False)


@dataclass(slots=True)
class Table:
    """What a basic graph pattern asks of the hits that are one subject of it."""

    start: int
    variable: str | None
    texts: list[Text]
    wanted: list[tuple[str, Node]] = field(default_factory=list)


class Plan:
    """What is taken out of a query, and the tables that take its place.

    Args:
        reader: has read the query's prologue.
        max_texts: how many different texts it may hold.

    Attributes:
        texts: the texts and their numbers, from 1.
        tables: in the order in which they stand in the query.
        removed: the places that the tables take, begin and end.

    Raises:
        QueryMalformed: the query is not SPARQL.
        QueryRefused: hits are asked for where they cannot be given.
        QueryTooLong: it holds too many texts.
    """

    def __init__(self, reader: Reader, max_texts: int) -> None:
        self.texts: dict[Text, int] = {}
        self._reader = reader
        self._source = reader.text
        self._max_texts = max_texts
        self._texts: dict[tuple[str, str, str], Text] = {}
        self._blanks = Counter(each.value for each in reader.tokens if each.kind == "blank")
        self._asked: dict[int, dict[str, Text]] = {}  # by the id of a run: what its subjects ask
        self._of_variable: dict[str, list[Text]] = {}
        self.tables: list[Table] = []
        self.removed: list[tuple[int, int]] = []
        self._bound: dict[int, frozenset[str]] = {}
        root = reader.query()
        self._gather(root)
        self._visit(root, _NONE, "")

    # The texts.

    def _gather(self, group: Group) -> None:
        for part in group.parts:
            if isinstance(part, Run):
                asked = self._asked[id(part)] = {}
                for sentence in part.sentences:
                    for item in _items(sentence):
                        if item.predicate in ASKING:
                            self._ask(asked, sentence.subject, item)
            else:
                for each in part.groups:
                    self._gather(each)

    def _ask(self, asked: dict[str, Text], subject: Node, item: Item) -> None:
        name = _short(item.predicate)
        if subject.kind not in ("variable", "blank", "tree"):
            why = f"the subject of {name} must be a variable or a blank node"
            raise refused(self._source, subject.token, why)
        for node in item.objects:
            if node.kind != "string" or node.datatype not in (None, _STRING):
                why = f"the text of {name} must be a string that is written out"
                why += ", not a variable" if node.kind == "variable" else ""
                raise refused(self._source, node.token, why)
            text = self._text(str(item.predicate), node)
            if len(self.texts) > self._max_texts:
                raise QueryTooLong(
                    f"the query holds more than {self._max_texts} texts; ask for fewer at once"
                )
            if asked.setdefault(_key(subject), text) is not text:
                why = "a hit is of one text: give each text a variable of its own, or a UNION"
                raise refused(self._source, node.token, why)
            if subject.kind == "variable":
                texts = self._of_variable.setdefault(subject.token.value, [])
                texts += [text] if text not in texts else []

    def _text(self, predicate: str, node: Node) -> Text:
        """Return the text that a string is; the same text is the same object."""
        key = predicate, unquoted(node.token.value), node.tag
        if key not in self._texts:
            self._texts[key] = Text(*key, *position(self._source, node.token.start))
            self.texts[self._texts[key]] = len(self._texts)
        return self._texts[key]

    # The triples.

    def _sure(self, group: Group) -> frozenset[str]:
        """Return the variables that are hits in every solution of a group."""
        if id(group) not in self._bound:
            self._bound[id(group)] = _NONE.union(*map(self._sure_of_part, group.parts))
        return self._bound[id(group)]

    def _sure_of_part(self, part: Run | Part) -> frozenset[str]:
        if isinstance(part, Run):
            return frozenset(self._asked[id(part)]).intersection(self._of_variable)
        if part.kind not in ("join", "select", "short") or not part.groups:
            return _NONE
        sure = frozenset.intersection(*map(self._sure, part.groups))
        return sure if part.projected is None else sure & part.projected

    def _visit(self, group: Group, given: frozenset[str], where: str) -> None:
        """Plan a group.

        Args:
            group: what stands between two braces.
            given: variables that are hits in all solutions that the group is joined with.
            where: `graph` or `short`, in which there are no hits.
        """
        sure = given | self._sure(group)
        runs = [part for part in group.parts if isinstance(part, Run)]
        own = self._sure(group).union(*(self._told(run, sure) for run in runs))
        before = _NONE
        for part in group.parts:
            if isinstance(part, Run):
                self._plan_run(part, sure, where)
                before |= self._told(part, sure)
                continue
            # What an OPTIONAL, MINUS or EXISTS says of a hit must not count for anything else, so
            # that it may be restricted to hits: the solutions that it is applied to must hold one.
            scope = {"join": sure, "optional": before, "minus": before, "bind": before}
            scope["filter"] = own
            below = part.kind if part.kind in ("graph", "short") else where
            for each in part.groups:
                self._visit(each, scope.get(part.kind, _NONE), below)
            before |= self._sure_of_part(part)

    def _told(self, run: Run, sure: frozenset[str]) -> frozenset[str]:
        """Return the variables that are hits because of a run."""
        told = {
            sentence.subject.token.value
            for sentence in run.sentences
            if sentence.subject.kind == "variable"
            and any(each.predicate in TOLD for each in sentence.items)
        }
        return sure & told | self._sure_of_part(run)

    def _plan_run(self, run: Run, sure: frozenset[str], where: str) -> None:
        tables: dict[str, Table] = {}
        subjects = [each.subject for each in run.sentences]
        blanks = Counter(each.token.value for each in subjects if each.kind == "blank")
        for sentence in run.sentences:
            subject, removed = sentence.subject, []
            key = _key(subject)
            text = self._asked[id(run)].get(key)
            is_hit = text is not None or (subject.kind == "variable" and key in sure)
            self._check_nested(subject.nodes)
            for item in _items(sentence):
                self._check(item, subject, text is not None)
                if item.predicate in TOLD and subject.kind == "variable" and not is_hit:
                    self._check_apart(subject, item)
                if not is_hit or item.predicate not in ASKING | TOLD:
                    continue
                if where:
                    raise refused(self._source, item.token, _where(where))
                if key not in tables:
                    named = key if subject.kind == "variable" else None
                    texts = [text] if text else self._of_variable[key]
                    tables[key] = Table(run.start, named, texts)
                if item.predicate in TOLD:
                    wanted = [(item.predicate, self._wanted(item, node)) for node in item.objects]
                    tables[key].wanted += wanted
                removed.append(item)
            if text is not None and subject.kind != "variable":
                self._check_blank(blanks[key], sentence, removed)
            if removed and len(removed) == len(_items(sentence)):
                self.removed.append((subject.token.start, sentence.end))
            else:
                self.removed += [(item.token.start, item.end) for item in removed]
        self.tables += tables.values()

    def _check(self, item: Item, subject: Node, is_hit: bool) -> None:
        """Check that an item does not ask for hits at a place where none are given."""
        for node in (subject, *item.objects):
            is_hit = is_hit or (node.kind == "variable" and node.token.value in self._of_variable)
        if ASKING.intersection(item.path) or (is_hit and TOLD.intersection(item.path)):
            raise refused(self._source, item.token, _PATH)
        self._check_nested(item.objects)

    def _check_nested(self, nodes: list[Node]) -> None:
        for node, inner in _nested(nodes):
            if inner.predicate in ASKING:
                why = f"what has {_short(inner.predicate)} must be a variable here"
                raise refused(self._source, inner.token, why)
            self._check(inner, node, False)

    def _check_apart(self, subject: Node, item: Item) -> None:
        if subject.token.value in self._of_variable:
            name = _short(item.predicate)
            why = (
                f"it cannot be told whether ?{subject.token.value} is a hit here: "
                f"write {name} beside the text, or repeat the text here"
            )
            raise refused(self._source, item.token, why)

    def _check_blank(self, here: int, sentence: Sentence, removed: list[Item]) -> None:
        """Check that a blank node, which a table cannot name, is nothing but a hit.

        Args:
            here: how often a label is a subject of the basic graph pattern.
            sentence: what is said of it.
            removed: what of that is about hits.
        """
        token = sentence.subject.token
        if len(removed) < len(_items(sentence)) or self._blanks[token.value] != here:
            why = "a hit of which other things are asked too must be a variable"
            raise refused(self._source, token, why)

    def _wanted(self, item: Item, node: Node) -> Node:
        is_any = node.kind == "tree" and not node.items
        if node.kind == "variable" or is_any or (item.predicate != SCORE and node.iri):
            return node
        what = "a variable" if item.predicate == SCORE else "a variable or an IRI"
        why = f"of a hit, {_short(item.predicate)} must be {what}"
        raise refused(self._source, node.token, why)


def _items(sentence: Sentence) -> list[Item]:
    return sentence.subject.items + sentence.items


def _nested(nodes: list[Node]) -> Iterator[tuple[Node, Item]]:
    """Yield what the trees say that stand for these nodes, or in lists that do."""
    for node in nodes:
        yield from ((node, each) for each in node.items)
        yield from _nested(node.nodes)


def _key(subject: Node) -> str:
    """Return what tells a subject from others: a variable's name, or what no variable is named."""
    if subject.kind == "variable":
        return subject.token.value
    return subject.token.value if subject.kind == "blank" else f"[{subject.token.start}"


def _short(iri: str | None) -> str:
    return "tone:" + str(iri).removeprefix(TONE)


def _where(where: str) -> str:
    if where == "graph":
        return "hits are in no named graph; ask for them outside of GRAPH"
    return "CONSTRUCT WHERE cannot ask for hits; write its template out"
