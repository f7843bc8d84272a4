"""Two things to show: the compliance readiness checklist and the benchmark sheet, with the state of their evidence."""

from collections.abc import Mapping

import pandas as pd

from lib.exports import Part, Sheet
from lib.ui.cards import Stamp

_CHECKLIST = {
    "feature": "Feature",
    "tier_words": "Tier",
    "soc2": "SOC 2 criteria",
    "gdpr": "GDPR articles",
    "evidence": "Evidence",
}
_BENCHMARK = {"words": "What", "evidence": "Measured", "baseline": "Against", "needs": "Still needed"}
_READ = (
    "Which criterion or article a feature could help to meet is our reading of the Trust Services Criteria of 2017 and "
    "of Regulation (EU) 2016/679; no auditor has confirmed a row.",
    "A feature alone meets no control: people and procedures do. Nothing here is attested.",
)
_MEASURED = (
    "Measured in pilots and at customers, against each customer's own baseline; no single provider was measured.",
    "Where nothing is measured, no number is given in its place.",
)


def checklist(frame: pd.DataFrame, answer: str, stamp: Stamp) -> Sheet:
    """Rows of the checklist → a paper that says of each feature what evidence is on file, and that none is attested."""
    return _paper("Compliance readiness checklist", answer, "Features and controls", frame, _CHECKLIST, _READ, stamp)


def benchmark(frame: pd.DataFrame, answer: str, stamp: Stamp) -> Sheet:
    """Rows of the benchmark sheet → a paper with what is measured, against what, and what is still needed."""
    return _paper("Benchmark sheet", answer, "Latency, cost and quality", frame, _BENCHMARK, _MEASURED, stamp)


def _paper(
    kind: str,
    answer: str,
    heading: str,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    notes: tuple[str, ...],
    stamp: Stamp,
) -> Sheet:
    rows = [[str(row[key]) for key in columns] for row in frame.to_dict("records")]
    return Sheet(
        kind=kind,
        title=kind,
        answer=answer,
        as_of=stamp.as_of,
        fingerprint=stamp.fingerprint,
        manifest=stamp.manifest,
        parts=(Part(heading, (), tuple(columns.values()), rows),),
        label="synthetic sample" if stamp.is_synthetic else "",
        notes=notes,
    )
