"""Runs the worked example of docs/vocabulary.md: its files, its commands, what they print.

    python tests/worked_example.py

writes into the page what its commands print now, for a look at the diff; the tests compare.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "vocabulary.md"
PARTS = ("Your own words and texts", "Another language", "A lexicon that you hold")

SHOWN_FOLDER = "/home/ada/tone"
"""Where the page's checkout lies."""

_BLOCK = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Block:
    """A fenced block: `console`, `sh`, or a file whose name follows the kind."""

    kind: str
    name: str
    text: str


def blocks(part: str) -> list[Block]:
    """The fenced blocks under a heading of the page."""
    page = PAGE.read_text("utf-8")
    below = page.split(f"\n### {part}\n")[1]
    return [Block(*found) for found in _BLOCK.findall(re.split(r"\n##?#? ", below)[0])]


@dataclass
class Scratch:
    """A copy of the checkout, with TONE installed from it as the page says."""

    folder: Path
    cache: Path

    def __post_init__(self) -> None:
        self.checkout = self.folder / "tone"
        installed = self.folder / "installed" / "tone_kg"
        installed.mkdir(parents=True)
        ignored = shutil.ignore_patterns("__pycache__", "queue.tsv", "antonyms.tsv")
        for name in ("ontology", "vocab", "service"):
            shutil.copytree(ROOT / name, self.checkout / name, ignore=ignored)
            (installed / name).symlink_to(self.checkout / name)
        shutil.copy(ROOT / "setup.cfg", self.checkout)

    def run(self, command: str) -> str:
        """Run a command of the page in the checkout; what it prints, all of it."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.checkout,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "PYTHONPATH": str(self.folder / "installed"),
                "XDG_CACHE_HOME": str(self.cache),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
        )
        return done.stdout.decode("utf-8").replace(str(self.checkout), SHOWN_FOLDER)

    def play(self, part: str) -> list[tuple[Block, str]]:
        """Do what a part of the page says; each console block, and what it should say."""
        played = []
        for block in blocks(part):
            if block.kind == "console":
                commands = [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]
                shown = "".join(f"$ {command}\n{self.run(command)}" for command in commands)
                played.append((block, shown))
            elif block.name.endswith(" filled"):
                fill(self.checkout / block.name.removesuffix(" filled"), block.text)
            elif block.name:
                (self.checkout / block.name).write_text(block.text, "utf-8")
        return played


def fill(sheet: Path, filled: str) -> None:
    """Fill in a review sheet as a person would in a spreadsheet."""
    wanted = {row["term"]: row for row in csv.DictReader(filled.splitlines())}
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert wanted.keys() <= {row["term"] for row in rows}, "the sheet lacks a term"
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, **wanted.get(row["term"], {})} for row in rows)


def same(shown: str, printed: str) -> bool:
    """Whether a page shows what is printed, but for what changes as the vocabulary grows.

    That is order, width of columns, whole numbers, shares by a tenth, and what follows the term in
    a table of proposals (`term|concept|...`).
    """
    ours, theirs = (sorted(map(_words, text.splitlines())) for text in (shown, printed))
    return len(ours) == len(theirs) and all(
        one == other and len(numbers) == len(others) and all(map(_close, numbers, others))
        for (one, numbers), (other, others) in zip(ours, theirs, strict=True)
    )


def _words(line: str) -> tuple[str, list[float]]:
    if "|" in line and " " not in line.partition("|")[2]:
        line = line.partition("|")[0]
    decimals = [float(each) for each in _NUMBER.findall(line) if "." in each]
    return " ".join(_NUMBER.sub("#", line).split()), decimals


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 0.1


def main() -> None:
    """Write what the commands print into the page."""
    page = PAGE.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for number, part in enumerate(PARTS):
            scratch = Scratch(Path(folder) / str(number), Path(folder) / "cache")
            for block, shown in scratch.play(part):
                page = page.replace(f"```console\n{block.text}```", f"```console\n{shown}```", 1)
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
