"""Validates the voter on whole writers whom it has not read: within a writer's messages it knows the writer again."""

from collections import defaultdict

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.models import adapter
from bot.models.adapter import LABELS, NONE
from bot.models.voter_model import cross_validated
from workshop.benchmark.measures import share


def left_out(strength: float) -> str:
    """Return a table of what the voter's linear half makes of each writer's lessons when it has not read the writer.

    The encoder's half has read all writers, and takes too long to learn anew.
    """
    lessons = adapter.lessons()
    checked = cross_validated(
        lessons.texts, [LABELS[one] for one in lessons.labels], strength=strength, writers=lessons.writers
    )
    none = checked.labels.index(NONE)
    told = 1 - checked.probabilities[:, none]
    right = checked.probabilities.argmax(axis=1) == checked.truth
    signs = checked.truth != none
    places: dict[str, list[int]] = defaultdict(list)
    for place, writer in enumerate(lessons.writers):
        if writer:
            places[writer].append(place)
    every = [place for some in places.values() for place in some]
    rows = [
        "| writer | signs and checks | told rightly, % | others | none told, % | area under the curve |",
        "|---|---|---|---|---|---|",
    ]
    for name, some in [("**all**", every), *sorted(places.items())]:
        here = np.array(some)
        of_signs, of_others = here[signs[here]], here[~signs[here]]
        area = roc_auc_score(signs[here], told[here])
        cells = f"{len(of_signs)} | {share(right[of_signs])} | {len(of_others)} | {share(right[of_others])}"
        rows.append(f"| {name} | {cells} | {area:.3f} |")
    return "\n".join(rows)
