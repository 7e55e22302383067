"""A report as one picture: F1 by class, confusion, and how scores agree with being right."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .cases import CLASSES
from .evaluation import share_estimate
from .report import Report

SIDE = 300
"""Width and height of the field of each of the three drawings, in pixels."""
LEFT, TOP, GAP = 80, 90, 120
WIDTH = LEFT + 3 * SIDE + 2 * GAP + 30
HEIGHT = TOP + SIDE + 90
OWN = "#2a6f97"
PEERS = ("#e07a1f", "#7b4ea3", "#3f7d20")
"""Colours of the engine and of its peers."""

_STYLE = (
    "text{font:12px sans-serif;fill:#222}.title{font-size:15px}.small{font-size:10px}"
    ".end{text-anchor:end}.middle{text-anchor:middle}.axis{stroke:#999;fill:none}"
    ".grid{stroke:#ddd}"
)


def draw(report: Report) -> str:
    """Return an SVG document; the same report gives the same document."""
    about = f"{report.engine}, profile {report.profile}, on {report.texts:,} texts of {report.data}"
    if report.cross_fitted:
        about += ", cross-fitted"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(about)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 28, about, "title"),
    ]
    for place, drawing in enumerate((_bars, _confusion, _reliability)):
        parts.append(f'<g transform="translate({LEFT + place * (SIDE + GAP)} {TOP})">')
        parts += drawing(report)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _bars(report: Report) -> Iterator[str]:
    yield _text(0, -16, f"F1 by class; mean {report.macro_f1.value:.3f}")
    yield from _scale()
    step = SIDE / len(CLASSES)
    for place, row in enumerate(report.classes):
        y = place * step
        yield _text(-8, y + step / 2 + 4, row.name, "end")
        yield (
            f'<rect x="0" y="{y + step * 0.2:.1f}" width="{SIDE * row.f1.value:.1f}"'
            f' height="{step * 0.6:.1f}" fill="{OWN}"/>'
        )
        middle = y + step / 2
        yield _line(SIDE * row.f1.low, middle, SIDE * row.f1.high, middle, "#111")
        for peer, colour in zip(report.peers, PEERS, strict=False):
            x = SIDE * peer.f1[place]
            yield f'<circle cx="{x:.1f}" cy="{middle:.1f}" r="5" fill="{colour}" stroke="#fff"/>'
    names = [(report.engine, OWN)]
    names += zip((peer.name for peer in report.peers), PEERS, strict=False)
    for place, (name, colour) in enumerate(names):
        y = SIDE + 40 + 16 * place
        yield f'<rect x="0" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
        yield _text(16, y, name)


def _confusion(report: Report) -> Iterator[str]:
    yield _text(0, -32, "Answer (column) to each right class (row), % of the row")
    step = SIDE / len(CLASSES)
    for place, (name, row) in enumerate(zip(CLASSES, report.confusion, strict=True)):
        y, whole = place * step, sum(row)
        yield _text(place * step + step / 2, -8, name, "middle small")
        yield _text(-8, y + step / 2 + 4, name, "end")
        for column, number in enumerate(row):
            share = number / whole if whole else 0.0
            x = column * step
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{step:.1f}" height="{step:.1f}"'
                f' fill="{OWN}" fill-opacity="{share:.2f}" stroke="#ddd"/>'
            )
            shown = f"{100 * share:.0f}" if whole else "-"
            colour = ' style="fill:#fff"' if share > 0.5 else ""
            yield (
                f'<text x="{x + step / 2:.1f}" y="{y + step / 2 + 4:.1f}"'
                f' class="middle"{colour}>{shown}</text>'
            )


def _reliability(report: Report) -> Iterator[str]:
    found = report.calibration
    yield _text(0, -16, f"Share right by score; expected error {found.error:.3f}")
    yield from _scale()
    for tick in range(0, 101, 20):
        y = SIDE * (1 - tick / 100)
        yield _text(-8, y + 4, f"{tick / 100:.1f}", "end small")
        yield f'<line class="grid" x1="0" y1="{y:.1f}" x2="{SIDE}" y2="{y:.1f}"/>'
    yield f'<line class="axis" x1="0" y1="{SIDE}" x2="{SIDE}" y2="0" stroke-dasharray="4 4"/>'
    for each in found.bins:
        sure = share_estimate(each.right * each.texts, each.texts)
        x = SIDE * each.score
        yield _line(x, SIDE * (1 - sure.low), x, SIDE * (1 - sure.high), "#999")
        y = SIDE * (1 - each.right)
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{OWN}"/>'
    yield _text(SIDE / 2, SIDE + 40, "score of the strongest class", "middle")


def _scale() -> Iterator[str]:
    """Yield the frame of a field whose horizontal axis runs from 0 to 1."""
    for tick in range(0, 101, 20):
        x = SIDE * tick / 100
        yield f'<line class="grid" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{SIDE}"/>'
        yield _text(x, SIDE + 16, f"{tick / 100:.1f}", "middle small")
    yield f'<rect class="axis" width="{SIDE}" height="{SIDE}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"'
        ' stroke-width="2"/>'
    )


def _text(x: float, y: float, text: str, style: str = "") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{kind}>{escape(text)}</text>'
