"""Open proposals of all kinds, for the review of links."""

from __future__ import annotations

from link_checkout import link_proposal

JOY = "Cheerfulness-isOppositeOf-Grief"
FEAR = "Fear-isOppositeOf-Hope"
LOVE = "Passion-isComposedOf-Joy-Trust"
PRIDE = "AngerPlusJoy-leadsTo-Pride"

OPEN = (
    link_proposal(PRIDE, "0.99", methods=("corpus 0.9900",), flags=("rare",)),
    link_proposal(FEAR, "0.6"),
    link_proposal(
        *(JOY, "0.8"), kinds="4 of 6", source=("wordnet-3.0",), evidence=("cheerful antonym sad",)
    ),
    link_proposal(LOVE, "0.9"),
)
"""They are offered in the order of JOY, FEAR, LOVE, PRIDE."""
