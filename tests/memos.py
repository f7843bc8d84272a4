"""Memos to look at and to print: one as a founder would send it, and the longest one that anybody can fill in."""

from datetime import date
from decimal import Decimal

from lib.exports import Affected, Bar, Figure, Group, Guard, Memo

MANIFEST = {
    "as_of": "2026-10-31",
    "book": "2026-05-09",
    "book_hash": "3f1c0a77be21",
    "snapshot_on": "2026-10-31",
    "warehouse": "20261031T000000-77aa01",
    "synthetic": True,
    "scenario": "starter-plus-10",
    "scenario_hash": "aa12bb34cc56",
    "assumptions": "base",
    "assumptions_hash": "0f0f0f0f0f0f",
    "seed": None,
    "version": "0.4.0",
    "fingerprint": "a1b2c3d4e5f6",
}

STARTER_PLUS_10 = Memo(
    question="What if Starter cost a tenth more?",
    answer="Starter plus 10 % could bring +$51.8k in 12 months (+0.9 %); +$18.2k of it would have moved by now.",
    as_of=date(2026, 10, 31),
    fingerprint="a1b2c3d4e5f6",
    manifest=MANIFEST,
    changes=(
        "Starter monthly rises from $299 to $329 (+10.0 %)",
        "Starter annual rises from $2,990 to $3,290 (+10.0 %)",
    ),
    reach="Reaches all customers, from 1 Jan 2027; Stripe after 60 days, AWS at the next period after 60 days.",
    figures=(
        Figure("Baseline, 12 months", "$5,451,797.64", "today's prices throughout"),
        Figure("Could move", "+$51,771.38", "everybody at once"),
        Figure("Did move", "+$18,204.11", "reached by 31 Oct 2026"),
        Figure("Waits", "+$33,567.27", "notice, renewals, offers"),
    ),
    span="+$31k to +$52k once customers answer (churn at 0 to 4 % of those who pay more).",
    label="Synthetic sample data",
    picture="Where the +$51,771.38 stands",
    bars=(
        Bar("Repriced", Decimal("18204.11"), "+$18,204"),
        Bar("In notice", Decimal("9120.00"), "+$9,120"),
        Bar("Grandfathered", Decimal("0"), "$0"),
        Bar("Contract-locked", Decimal("-1200.5"), "−$1,201"),
        Bar("Prepaid until renewal", Decimal("25647.77"), "+$25,648"),
    ),
    groups=(
        Group("pays over 25 % more", 0, "$0.00"),
        Group("pays 10 to 25 % more", 41, "+$12,300.00"),
        Group("pays 5 to 10 % more", 312, "+$39,471.38"),
        Group("pays 0.1 to 5 % more", 0, "$0.00"),
        Group("unchanged within 0.1 %", 847, "$0.00"),
        Group("pays less", 0, "$0.00"),
    ),
    largest=(
        Affected("Harbor & Sons", "Starter, AWS", "$3,588.00", "$3,948.00", "+10.0 %"),
        Affected('<script>alert("paid")</script>', "Starter, Stripe", "$3,588.00", "$3,948.00", "+10.0 %"),
        Affected(
            "Zeta Analytics International Holdings GmbH & Co. KG", "Starter, AWS", "$2,990.00", "$3,290.00", "+10.0 %"
        ),
        Affected("مؤسسة الأفق", "Starter, Stripe", "$2,990.00", "$3,290.00", "+10.0 %"),
    ),
    certain=("What the same contracts and usage would have brought, to the cent.",),
    estimated=("How many leave: a survival curve over 24 months of cancellations.",),
    assumed=("4 % of those who pay more leave at their exposure date (base.toml: no study of B2B software exists).",),
    guards=(
        Guard("Nobody's bill rises by more than 25 %", "kept", "the sharpest rise is +10.0 %"),
        Guard("Annual saving stays two months", "broken", "Starter annual is 10.0 months, Command 10.0"),
        Guard("Gross margin stays above 70 %", "undecided", "needs the unit cost of words"),
    ),
    assumptions=(
        "The baseline is today's book throughout, also for months in which an older book was in force.",
        "Bands are read as graduated, on the overage.",
    ),
)


def longest(letter: str = "W", count: int = 40) -> Memo:
    """Every field filled to the brim with one letter, every list with `count` entries."""
    text = letter * 600
    return Memo(
        question=text,
        answer=text,
        as_of=date(2026, 10, 31),
        fingerprint=text,
        manifest={f"{text} {number}": text for number in range(count)},
        changes=[f"{number} {text}" for number in range(count)],
        figures=[Figure(text, text, text)] * count,
        span=text,
        reach=text,
        label=text,
        picture=text,
        bars=[Bar(text, (-1) ** number * 10**number, text) for number in range(count)],
        groups=[Group(text, 10**9, text)] * count,
        largest=[Affected(text, text, text, text, text)] * count,
        certain=[text] * count,
        estimated=[text] * count,
        assumed=[text] * count,
        guards=[Guard(text, "undecided", text)] * count,
        assumptions=[text] * count,
    )
