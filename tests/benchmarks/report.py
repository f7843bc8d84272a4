"""A benchmark's result for a reader, and for a machine."""

from tests.benchmarks.run import Result


def as_text(result: Result, peak_mb: int, seconds: float) -> str:
    """Times first, then the promises."""
    width = max(map(len, result.timings))
    lines = [f"{'':{width}}  CPU median ms  best run ms"]
    for name, timing in result.timings.items():
        lines.append(f"{name:{width}}  {timing.median_cpu * 1e3:13.2f}  {timing.best_wall * 1e3:11.2f}")
    lines += ["", f"{'':4}{'the worse of CPU and best-run ratio':76}  target   ratio"]
    for ratio in result.ratios:
        sign, verdict = ("≤" if ratio.is_ceiling else "≥"), ("pass" if ratio.is_met else "MISS")
        lines.append(f"{ratio.key:4}{ratio.words:76}  {sign} {ratio.target:<5g} {ratio.measured:7.1f}  {verdict}")
    lines += ["", "for comparison, nothing promised"]
    lines += [f"    {words:76}          {measured:7.1f}" for words, measured in result.notes]
    lines.append(
        f"\n{result.cells:,} cells, {result.rounds} interleaved rounds, every engine the same cents "
        f"(total {result.total_usd} USD); peak {peak_mb} MB, {seconds:.0f} s"
    )
    return "\n".join(lines)


def as_json(result: Result, peak_mb: int) -> dict[str, object]:
    """The same, with every round."""
    return {
        "cells": result.cells,
        "rounds": result.rounds,
        "total_usd": result.total_usd,
        "peak_mb": peak_mb,
        "seconds": {name: {"cpu": timing.cpu, "wall": timing.wall} for name, timing in result.timings.items()},
        "ratios": [
            {
                "key": ratio.key,
                "words": ratio.words,
                "target": ratio.target,
                "ratio": ratio.measured,
                "met": ratio.is_met,
            }
            for ratio in result.ratios
        ],
        "notes": dict(result.notes),
    }
