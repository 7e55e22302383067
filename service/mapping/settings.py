"""The parameters of rules, a column of `settings.tsv` for each profile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...ontology.terms import read_rows

PROFILES = ("general", "social")
"""What kind of text the parameters fit: any, or posts and comments."""


@dataclass(frozen=True, slots=True)
class Settings:
    """See `settings.tsv` for what each means."""

    neutral_mass: float
    detected_share: float
    mixture_share: float
    reach: int
    emphasis: float
    least_intensity: float
    most_intensity: float


def read_settings(profile: str) -> Settings:
    """Return the parameters of a profile."""
    path = Path(__file__).with_name("settings.tsv")
    values: dict[str, Any] = {
        row[0]: float(row[1 + PROFILES.index(profile)])
        for _, row in read_rows(path, ("name", *PROFILES, "help"))
    }
    values["reach"] = int(values["reach"])
    return Settings(**values)
