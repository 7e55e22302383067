"""A report for people: tables of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .answers import FIRST
from .cases import CLASSES
from .evaluation import FOLDS, RESAMPLES, Estimate
from .report import Report, Tier


def report_lines(report: Report) -> Iterator[str]:
    """Yield the lines of a report; figures are in %, but those of calibration in [0, 1]."""
    yield f"{report.texts:,} texts of {report.data}"
    yield f"{report.engine}, profile {report.profile}, model {report.model_version}"
    if report.cross_fitted:
        yield f"Its parameters fitted anew for each of {FOLDS} folds, on the others"
    yield (
        f"In %; in brackets what 95% of {RESAMPLES:,} bootstrap resamples lie between, for groups"
        " Wilson's interval"
    )
    for title, rows in _tables(report):
        yield ""
        yield title
        yield from _aligned(rows)


def _tables(report: Report) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the title and the rows of each table."""
    yield "Six primaries and Neutral", _summary(report)
    yield (
        "Classes: texts, answers, and how right these are; F1 over thresholds in the last column",
        _classes(report),
    )
    yield "Confusion: right class (row) and answer (column), in % of the row", _confusion(report)
    found = report.calibration
    yield (
        f"Calibration: expected error {found.error:.3f} over {len(found.bins)} bins; below"
        f" {found.chance:.3f} it may be chance",
        _calibration(report),
    )
    if report.labels:
        yield (
            f"Labels: F1 with thresholds fitted in {FOLDS} folds, and with the engine's",
            _labels(report),
        )
    for tier in report.tiers:
        yield (
            f"Concepts of tier {tier.tier}: among the first {FIRST} of all of the tier"
            + (", and with the text's own label hidden" if tier.masked is not None else ""),
            _tier(tier),
        )
    if report.groups:
        rows = [[each.name, f"{each.texts:,}", *_figure(each.right)] for each in report.groups]
        yield (
            "Groups: the right class is first, or both right ones are",
            [
                ["", "texts", "right", ""],
                *rows,
            ],
        )


def _tier(tier: Tier) -> list[list[str]]:
    rows = [["", "texts", "found", "" if tier.masked is None else "hidden"]]
    for each in tier.rows:
        rows.append([each.name, f"{each.texts:,}", *_shares(each.found, each.masked)])
    rows.append(["mean", f"{tier.texts:,}", *_shares(tier.found, tier.masked)])
    if tier.parrott_found is not None:
        own = _shares(tier.parrott_found, tier.parrott_masked)
        rows.append(["mean of Parrott's", "", *own])
    return rows


def _shares(*shares: float | None) -> list[str]:
    return ["" if each is None else _percent(each) for each in shares]


def _summary(report: Report) -> list[list[str]]:
    rows = [
        ["", "macro-F1", "", "top-1", ""],
        ["strongest class", *_figure(report.macro_f1), *_figure(report.top1)],
        [f"over thresholds fitted in {FOLDS} folds", *_figure(report.threshold_macro_f1)],
        ["detected by the engine's thresholds", *_figure(report.detected_macro_f1)],
    ]
    for peer in report.peers:
        rows.append([peer.name, *_figure(peer.macro_f1), *_figure(peer.top1)])
        gains = (*_figure(peer.macro_f1_gain), *_figure(peer.top1_gain))
        rows.append([f"{report.engine} minus {peer.name}", *gains])
    return rows


def _classes(report: Report) -> list[list[str]]:
    peers = [f"F1 {peer.name}" for peer in report.peers]
    rows = [["", "texts", "answers", "precision", "recall", "F1", "", *peers, "F1 over thresholds"]]
    for place, each in enumerate(report.classes):
        rows.append(
            [
                each.name,
                f"{each.texts:,}",
                f"{each.answered:,}",
                _percent(each.precision),
                _percent(each.recall),
                *_figure(each.f1),
                *(_percent(peer.f1[place]) for peer in report.peers),
                _percent(each.threshold_f1),
            ]
        )
    return rows


def _confusion(report: Report) -> list[list[str]]:
    rows = [["", *CLASSES]]
    for name, row in zip(CLASSES, report.confusion, strict=True):
        whole = sum(row)
        rows.append([name, *(_percent(each / whole) if whole else "-" for each in row)])
    return rows


def _calibration(report: Report) -> list[list[str]]:
    rows = [["", "texts", "score", "right"]]
    for number, each in enumerate(report.calibration.bins, start=1):
        rows.append([str(number), f"{each.texts:,}", f"{each.score:.3f}", f"{each.right:.3f}"])
    return rows


def _labels(report: Report) -> list[list[str]]:
    assert report.labels
    rows = [["", "texts", "F1", "", "engine's F1", ""]]
    for each in report.labels.rows:
        own = _percent(each.engine_f1)
        rows.append([each.name, f"{each.texts:,}", _percent(each.f1), "", own])
    means = (*_figure(report.labels.macro_f1), *_figure(report.labels.engine_macro_f1))
    return [*rows, ["mean", "", *means]]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with the first column to the left, the others to the right."""
    columns = max(map(len, rows))
    full = [[*row, *[""] * (columns - len(row))] for row in rows]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    for first, *others in full:
        cells = [each.rjust(width) for each, width in zip(others, widths[1:], strict=True)]
        yield "  ".join(["  " + first.ljust(widths[0]), *cells]).rstrip()


def _figure(figure: Estimate) -> tuple[str, str]:
    return _percent(figure.value), f"({_percent(figure.low)} to {_percent(figure.high)})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
