"""Queries that are meant to break, block or burden a SPARQL endpoint, by what they are."""

from __future__ import annotations

ALL = "?{0}s ?{0}p ?{0}o"
"""A pattern that every triple matches, with a letter for its variables."""


def product(factors: int) -> str:
    """Return a pattern whose solutions are every choice of so many triples."""
    return " . ".join(ALL.format(letter) for letter in "abcdefgh"[:factors])


def doubled(times: int, start: str = '"x"') -> str:
    """Return a pattern that binds ?v, for `times` = 3, to eight copies of a string."""
    steps = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(times))
    return f"BIND({start} AS ?v0) {steps} BIND(?v{times} AS ?v)"


def nested(begin: str, middle: str, end: str, times: int) -> str:
    """Return what stands in so many pairs of a beginning and an end."""
    return begin * times + middle + end * times


SLOW = f'ASK {{ {product(2)} FILTER(SHA512(CONCAT(STR(?ao), STR(?bo))) = "nowhere") }}'
"""A query that runs for minutes and needs next to no memory."""

ENDLESS = {
    "a product counted": f"SELECT (COUNT(*) AS ?n) {{ {product(3)} }}",
    "a product of subqueries": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"{{ SELECT * {{ {ALL.format(each)} }} }}" for each in "abc")
        + " }"
    ),
    "a product without a solution, skipped": f"SELECT * {{ {product(3)} }} OFFSET 999999999999",
    "a product of aggregates": (
        f"SELECT ?as (SUM(?n) AS ?m) {{ {product(3)} BIND(STRLEN(STR(?bo)) AS ?n) }} GROUP BY ?as"
    ),
    "EXISTS in EXISTS": (
        "SELECT (COUNT(*) AS ?n) { ?as ?ap ?ao . "
        + "".join(f"FILTER NOT EXISTS {{ ?{x}s ?{x}p ?{x}o . " for x in "bcd")
        + "FILTER(?bs = ?co && ?ds = 'nowhere') "
        + "}" * 3
        + " }"
    ),
    "OPTIONAL beside OPTIONAL": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"OPTIONAL {{ {ALL.format(x)} }}" for x in "abc")
        + " }"
    ),
    "MINUS of products": (
        f"SELECT (COUNT(*) AS ?n) {{ {product(2)} MINUS {{ ?as ?x ?ao . {ALL.format('c')} }} }}"
    ),
    "graphs times graphs": (
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } "
        "GRAPH ?i { ?j ?k ?l } }"
    ),
    "a regular expression for each pair": (
        f'ASK {{ {product(2)} FILTER(REGEX(CONCAT(STR(?ao), STR(?bo)), "^(a|aa)+$nowhere")) }}'
    ),
    "a text computed for each pair": SLOW,
}
"""Queries that run longer than any limit, or need more memory than there is before."""

PATHS = {
    "a path over everything": "SELECT (COUNT(*) AS ?n) { ?s (!<a:b>)* ?o }",
    "a path there and back": "SELECT (COUNT(*) AS ?n) { ?s ((!<a:b>)|^(!<a:b>))+ ?o }",
    "a path of anything": (
        "SELECT (COUNT(*) AS ?n) { ?s (<a:a>|!<a:a>)+ ?o . ?o (<a:a>|!<a:a>)+ ?t }"
    ),
    "a long path": (
        "SELECT (COUNT(*) AS ?n) { ?s " + "/".join(["(!<a:b>|^(!<a:b>))"] * 60) + " ?o }"
    ),
    "paths in paths": "ASK { ?s ((((!<a:b>)*/^(!<a:c>))+/(!<a:d>))*)+ <a:nowhere> }",
}
"""Paths between all things that there are."""

GREEDY = {
    "a product in order": f"SELECT * {{ {product(2)} }} ORDER BY ?bo ?as LIMIT 1",
    "a product without doubles": (
        f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {product(2)} }} }}"
    ),
    "a product in groups": (
        f"SELECT (COUNT(*) AS ?n) {{ SELECT ?as ?bo ?ap ?bp {{ {product(2)} }} "
        "GROUP BY ?as ?bo ?ap ?bp }"
    ),
    "a string doubled forty times": f"SELECT (STRLEN(?v) AS ?n) {{ {doubled(40)} }}",
    "large strings of each triple": (
        "SELECT ?v { ?s ?p ?o " + doubled(24, "STR(?o)") + " } ORDER BY ?v LIMIT 1"
    ),
    "strings joined over a product": (
        f"SELECT (STRLEN(GROUP_CONCAT(?x)) AS ?n) {{ {product(2)} BIND(STR(?ao) AS ?x) }}"
    ),
    "a product of distinct counts": (
        f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {product(2)} "
        "BIND(CONCAT(STR(?as), STR(?bo)) AS ?x) }"
    ),
    "a graph of a product": (
        f"CONSTRUCT {{ ?as <a:p> ?x }} {{ {product(2)} "
        "BIND(CONCAT(STR(?bo), STR(?ao)) AS ?x) FILTER(?as != ?bs) }"
    ),
    "replacements that grow": (
        "SELECT (STRLEN(?z) AS ?n) { " + doubled(16) + ' BIND(REPLACE(?v, "x", ?v) AS ?z) }'
    ),
}
"""Queries that need more memory than there is, or a larger result than there may be."""

LARGE = {
    "everything described": "DESCRIBE * { ?s ?p ?o }",
    "a product as rows": f"SELECT * {{ {product(2)} }}",
    "a product as triples": f"CONSTRUCT {{ ?as ?bp ?bo }} {{ {product(2)} }}",
    "blank nodes without end": f"CONSTRUCT {{ [] <a:p> [ <a:q> ?bo ] }} {{ {product(2)} }}",
    "one string on every row": "SELECT ?v { ?s ?p ?o " + doubled(12) + " }",
}
"""Queries whose results are larger than they may be."""

DEEP = {
    "groups": "SELECT * " + nested("{", "", "}", 50_000),
    "unclosed groups": "SELECT * " + "{" * 50_000,
    "brackets": "ASK { FILTER(" + nested("(", "1", ")", 50_000) + ") }",
    "functions": "ASK { FILTER(" + nested("abs(", "1", ")", 50_000) + ") }",
    "negations": "ASK { FILTER(" + "!" * 50_000 + "1) }",
    "unions": "SELECT * { {} " + "UNION {} " * 50_000 + "}",
    "nested unions": "SELECT * " + nested("{ {} UNION ", "{}", "}", 50_000),
    "optionals": "SELECT * { " + nested("OPTIONAL { ", "", "}", 50_000) + " }",
    "subqueries": "SELECT * " + nested("{ SELECT * ", "{}", "}", 50_000),
    "conditions of existence": "ASK { " + nested("FILTER EXISTS { ", "", "}", 50_000) + " }",
    "lists": "ASK { ?s ?p " + nested("(", "", ")", 50_000) + " }",
    "blank nodes": "ASK { ?s ?p " + nested("[ <a:p> ", "1", "]", 50_000) + " }",
    "triple terms": "ASK { ?s ?p " + nested("<<( ?a ?b ", "1", ")>>", 50_000) + " }",
    "paths in brackets": "ASK { ?s " + nested("(", "<a:p>", ")", 50_000) + " ?o }",
    "inverse paths": "ASK { ?s " + "^" * 50_000 + "<a:p> ?o }",
    "a path of steps": "ASK { ?s " + "/".join(["<a:p>"] * 50_000) + " ?o }",
    "sums": "ASK { FILTER(1" + "+1" * 50_000 + ") }",
    "alternatives": "ASK { FILTER(1" + "||1" * 50_000 + ") }",
    "prefixes": "".join(f"PREFIX p{i}: <a:{i}> " for i in range(50_000)) + "ASK {}",
    "escapes": "ASK { " + r"\u007B" * 50_000 + " }",
    "comments": "ASK { " + "#\n" * 500_000 + "}",
    "a megabyte of one name": "ASK { ?s ?p ?" + "x" * 1_000_000 + " }",
    "a megabyte of one literal": 'ASK { ?s ?p "' + "x" * 1_000_000 + '" }',
    "a megabyte of an IRI": "ASK { ?s ?p <a:" + "x" * 1_000_000 + "> }",
    "a megabyte of values": "SELECT * { VALUES ?x { " + "1 " * 500_000 + "} }",
    "a megabyte of quotes": "ASK { " + "'" * 1_000_000 + " }",
    "a megabyte of backslashes": "ASK { " + "\\" * 1_000_000 + " }",
    "a megabyte of angle brackets": "ASK { " + "<" * 1_000_000 + " }",
}
"""Queries that are deeper or longer than a parser's stack: all longer than one may be."""

LONGEST = {
    "unions": "SELECT * { {}" + "UNION{}" * 7_000 + " }",
    "negations": "ASK { FILTER(" + "!" * 49_900 + "1) }",
    "sums": "ASK { FILTER(1" + "+1" * 24_900 + ") }",
    "alternatives": "ASK { FILTER(1" + "||1" * 16_000 + ") }",
    "a path of steps": "ASK { ?s " + "/".join(["<a:p>"] * 8_000) + " ?o }",
    "a path of any steps": "ASK { ?s " + "/".join(["!<a:p>"] * 7_000) + " ?o }",
    "a path of many ways": "ASK { ?s (" + "|".join(["<a:p>"] * 8_000) + ")+ ?o }",
    "inverse steps": "ASK { ?s " + "^<a:p>/" * 7_000 + "<a:p> ?o }",
    "values": "SELECT * { VALUES ?x { " + "1 " * 24_900 + "} }",
    "values joined": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?{each} {{ {'1 ' * 3_000} }}" for each in "abcdefg")
        + " }"
    ),
    "patterns": "ASK { " + "?s ?p ?o . " * 4_400 + "}",
    "chained patterns": "ASK { " + " . ".join(f"?v{i} ?p{i} ?v{i + 1}" for i in range(2_000)) + "}",
    "optionals": "SELECT * { " + "OPTIONAL{?s ?p ?o} " * 2_600 + "}",
    "subtractions": "SELECT * { " + "MINUS{} " * 6_200 + "}",
    "bindings": "SELECT * { " + "".join(f"BIND(1 AS ?v{i})" for i in range(2_500)) + " }",
    "filters": "ASK { " + "FILTER(1<2)" * 4_500 + " }",
    "brackets as deep as they may be": "SELECT * " + nested("{ SELECT * ", "{}", "}", 99),
    "conditions as deep as they may be": (
        "ASK { " + nested("FILTER NOT EXISTS { ?s ?p ?o ", "", "}", 90) + " }"
    ),
    "a long literal": 'ASK { ?s ?p "' + "x" * 49_900 + '" }',
    "a long IRI": "ASK { ?s ?p <a:" + "x" * 49_900 + "> }",
    "a long number": "SELECT (" + "9" * 49_900 + " AS ?x) {}",
    "a long decimal": "SELECT (0." + "9" * 49_900 + " * 3 AS ?x) {}",
    "a long limit": "SELECT * {} LIMIT " + "9" * 40_000,
    "a long offset": "SELECT * {} OFFSET " + "9" * 40_000,
    "escapes": "ASK { FILTER('" + r"\u0041" * 8_000 + "' = 'A') }",
    "a long regular expression": 'ASK { FILTER(REGEX("a", "' + "(a*)*" * 9_900 + '")) }',
    "a counted regular expression": 'ASK { FILTER(REGEX("a", "((a{1000}){1000}){1000}")) }',
    "an expression that backtracks": 'ASK { FILTER(REGEX("' + "a" * 30_000 + '!", "^(a+)+$")) }',
    "a class of all characters": 'ASK { FILTER(REGEX("a", "' + r"\\p{L}" * 6_000 + '", "i")) }',
}
"""Queries that are as long or as deep as they may be, and as strange."""

OUTWARD = {
    "SERVICE": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SERVICE SILENT": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SERVICE of a variable": "SELECT * { BIND(<URL> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "FROM": "SELECT * FROM <URL> { ?s ?p ?o }",
    "FROM NAMED": "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "FROM a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "GRAPH": "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "DESCRIBE": "DESCRIBE <URL>",
    "LOAD": "LOAD <URL>",
    "LOAD after a query": "ASK {} ; LOAD <URL>",
    "a function by its address": "SELECT (<URL>('x') AS ?x) {}",
    "BASE": "BASE <URL> SELECT * FROM <> { ?s ?p ?o }",
}
"""Queries that would have the service connect to URL, or open a file."""
