"""`tone link propose`: links between emotions that methods find, for people to review."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...ontology.errors import ToneError
from ...ontology.links import KINDS
from .curate import ROOT, checkout
from .progress import Progress

if TYPE_CHECKING:
    from ...vocab.links.proposals import LinkProposal


@click.command("propose", short_help="Propose opposites, compositions and combinations.")
@click.option(
    "--kind",
    "kinds",
    metavar="KIND",
    type=click.Choice(KINDS, case_sensitive=False),
    multiple=True,
    help=f"Only links of this kind: {', '.join(KINDS)}. May be repeated.",
)
@click.option(
    "--corpus",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Texts with emotion labels, as GoEmotions has them: text, tab, numbers of labels. For"
    " leadsTo.",
)
@click.option(
    "--labels",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Corpus: the names of the labels, one a line; by default labels.txt beside it.",
)
@click.option(
    "--scheme",
    metavar="NAME",
    default="goemotions",
    show_default=True,
    help="Corpus: the emotion scheme of the labels.",
)
@click.option(
    "--source",
    "sources",
    metavar="SPEC",
    multiple=True,
    help="Thesaurus that names antonyms: mythes, mythes:FILE, wordnet or wordnet:DIR. By default"
    " both that are installed.",
)
@click.option(
    "--model",
    metavar="MODEL",
    help="Folder of a sentence-transformers model, or name of an installed package that carries"
    " one; by default the one that comes with tone-kg[vocab].",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to write the proposals; by default the checkout's vocab/link-proposals.tsv.",
)
@click.option("--no-cache", is_flag=True, help="Keep no embeddings between runs.")
@ROOT
def propose_command(
    kinds: tuple[str, ...],
    corpus: Path | None,
    labels: Path | None,
    scheme: str,
    sources: tuple[str, ...],
    model: str | None,
    output: Path | None,
    no_cache: bool,
    root: Path | None,
) -> None:
    """Propose links between emotions: opposites, compositions, and what two feelings lead to.

    Thesauri, embeddings, definitions, cited publications and, with --corpus, labelled texts are
    asked; docs/links.md tells how. Links that are stated, inherited or decided on are not proposed.
    With --kind the open proposals of other kinds stay in the file.
    """
    from ...ontology.files import write_atomically
    from ...vocab.embedding import DEFAULT_MODEL, Embedder
    from ...vocab.links.proposals import FILE, proposals_table, read_proposals
    from ...vocab.links.propose import find_links

    folder = checkout(root)
    output = output or folder / "vocab" / FILE
    if not output.parent.is_dir():
        raise ToneError(f"{output.parent} is no folder to write {output.name} into")
    wanted = kinds or KINDS
    kept = [each for each in read_proposals(output) if _kind(each.link) not in wanted]
    progress = Progress()
    try:
        found = find_links(
            folder,
            Embedder(model or DEFAULT_MODEL, use_cache=not no_cache),
            sources=sources,
            corpus=corpus,
            labels=labels,
            scheme=scheme,
            kinds=wanted,
            progress=progress.show,
        )
    finally:
        progress.clear()
    write_atomically(output, proposals_table([*kept, *found]))
    _summarise(found, output)


def _kind(link: str) -> str:
    return link.split("-")[1]


def _summarise(found: list[LinkProposal], output: Path) -> None:
    for kind in KINDS:
        own = [each for each in found if _kind(each.link) == kind]
        methods = Counter(each.rpartition(" ")[0] for link in own for each in link.methods)
        if own:
            told = ", ".join(f"{name} {count}" for name, count in sorted(methods.items()))
            click.echo(f"tone: {kind}: {len(own):,} proposals ({told})", err=True)
    click.echo(f"tone: {len(found):,} proposals written to {output}", err=True)
