"""What a prospect would save: tests/cases/savings.toml by hand, the laws behind it, and the files it stands on."""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import savings
from lib.refusal import Refusal
from lib.savings import Ask, GainShare, Measurement, Projection, Spend, Threshold
from lib.savings.typed import number, share, spend
from tests.conftest import ROOT, cases

FACTS = (ROOT / "data" / "savings.toml").read_text()
BELIEFS = (ROOT / "data" / "assumptions" / "savings.toml").read_text()
LIMITS = savings.parse_facts(FACTS).limits
# The only threshold of the paper, and the deal of the same row: "High LLM Spend SaaS | >$250K/yr ... | $50–150K ARR".
HIGH_SPEND = Threshold(
    "high_llm_spend_saas", "High LLM Spend SaaS", Decimal(250_000), Decimal(50_000), Decimal(150_000)
)
NOT_SET = "not set"


def asked(row: Mapping[str, Any]) -> Projection:
    """A case's input → its projection, through the door that a reader's own typing comes through."""
    typed = row["input"]
    mix = [(one["provider"], one["share_rate"], one["usd_per_million"]) for one in typed.get("mix", row.get("mix", []))]
    found = spend(typed["tokens_per_month"], typed.get("usd_per_million_tokens"), mix, LIMITS)
    price = typed.get("our_price_monthly_usd", NOT_SET)
    low, high = (Decimal(typed[f"saving_{end}_rate"]) for end in ("low", "high"))
    return savings.project(found, low, high, Ask(None if price == NOT_SET else Decimal(price), _shared(typed)))


def _shared(typed: Mapping[str, str]) -> GainShare | None:
    rate, above = typed.get("gain_share_rate", NOT_SET), typed.get("gain_share_above_monthly_usd", NOT_SET)
    if rate == NOT_SET:
        return savings.NO_GAIN_SHARE
    return None if above == NOT_SET else GainShare(Decimal(rate), Decimal(above))


def cents(amount: Decimal | None, never: str = "none") -> str:
    """An amount as the cases write it."""
    if amount is None:
        return NOT_SET
    return never if amount == savings.NEVER else str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def months(number: Decimal | None) -> str:
    """A payback as the cases write it."""
    if number is None:
        return NOT_SET
    return "never" if number == savings.NEVER else str(number.quantize(Decimal("0.1"), ROUND_HALF_UP))


def told(found: Projection) -> dict[str, str]:
    """A projection in the words of the cases."""
    said = {
        "spend_monthly": cents(found.spend.monthly),
        "spend_yearly": cents(found.spend.yearly),
        "usd_per_million_tokens": cents(found.spend.usd_per_million),
        "multi_provider": found.spend.multi_provider,
        "pays": found.pays,
        "segment": segment(found.spend.yearly),
        "covers_smallest_deal": found.covers(HIGH_SPEND.deal_from),
    }
    for name, end in (("low", found.low), ("high", found.high)):
        for span in ("monthly", "yearly"):
            said[f"saved_{name}_{span}"] = cents(getattr(end, f"saved_{span}"))
            said[f"net_{name}_{span}"] = cents(getattr(end, f"net_{span}"))
        said[f"gain_share_{name}_monthly"] = cents(end.gain_share_monthly)
        said[f"break_even_{name}"] = cents(end.break_even_monthly)
        said[f"payback_{name}_months"] = months(end.payback_months)
    return said


def segment(yearly: Decimal) -> str:
    return next((one.key for one in savings.inside(yearly, [HIGH_SPEND])), savings.OUTSIDE)


@pytest.mark.parametrize("row", cases("savings"))
def test_a_prospect_saves_what_was_worked_out_by_hand(row: dict[str, Any]) -> None:
    found = told(asked(row))
    assert {name: found[name] for name in row["expect"]} == row["expect"]


@pytest.mark.parametrize("row", cases("savings", "threshold"))
def test_a_years_spend_against_the_segments_threshold(row: dict[str, Any]) -> None:
    yearly, rate, expect = Decimal(row["spend_yearly"]), Decimal(row["rate"]), row["expect"]
    projected = savings.project(savings.as_told(yearly, LIMITS), rate, rate)
    assert segment(yearly) == expect["segment"]
    assert cents(projected.high.saved_yearly) == expect["saved_usd"]
    assert HIGH_SPEND.is_too_little(yearly, rate) == expect["saves_less"]
    assert cents(HIGH_SPEND.enough_at(rate)) == expect["enough_at_usd"]
    assert Decimal(expect["threshold_usd"]) == HIGH_SPEND.spend_above
    assert Decimal(expect["smallest_deal_usd"]) == HIGH_SPEND.deal_from


@pytest.mark.parametrize("row", cases("savings", "refused"))
def test_what_cannot_be_is_refused_in_a_sentence_that_names_it(row: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        asked(row)
    said = str(refused.value).lower()
    assert all(any(word.lower() in said for word in words) for words in row["must_say"]), said
    assert "\n" not in said


@pytest.mark.parametrize("row", cases("savings", "delivered"))
def test_what_was_delivered_lies_where_it_was_worked_out_by_hand(row: dict[str, Any]) -> None:
    before, after = (Decimal(row[name]) if name in row else None for name in ("baseline_usd", "current_usd"))
    low, high = (Decimal(row[f"projected_{end}_rate"]) for end in ("low", "high"))
    found = savings.held_against(Measurement("c-1", before, after), low, high)
    expect = row["expect"]
    assert found.standing == expect["verdict"]
    assert found.measured.rate == (Decimal(expect["delivered_rate"]) if "delivered_rate" in expect else None)
    assert found.measured.saved_monthly == (Decimal(expect["delivered_usd"]) if "delivered_usd" in expect else None)
    assert expect.get("needs", "") in found.measured.needs


def test_a_saving_at_either_end_of_its_range_lies_within_it() -> None:
    """2,000 and 4,000 of 20,000 are exactly a tenth and a fifth."""
    for saved in (2_000, 4_000):
        measured = Measurement("c-1", Decimal(20_000), Decimal(20_000 - saved))
        assert savings.held_against(measured, Decimal("0.10"), Decimal("0.20")).standing == savings.WITHIN


def test_a_year_that_saves_exactly_an_amount_reaches_it() -> None:
    """A tenth and a fifth of 500,000 are 50,000 and 100,000."""
    found = savings.project(savings.as_told(Decimal(500_000), LIMITS), Decimal("0.1"), Decimal("0.2"))
    amounts = {50_000: "yes", 50_001: "only at the high end", 100_000: "only at the high end", 100_001: "no"}
    assert {amount: found.covers(Decimal(amount)) for amount in amounts} == amounts


def test_a_price_of_a_year_stays_that_price() -> None:
    """1,000 a year is 83.33... a month, and twelve of those are not 1,000: a saving of 1,000 leaves exactly nothing."""
    ask = Ask.of_year(Decimal(1_000))
    assert ask.price_yearly == 1_000
    found = savings.project(savings.as_told(Decimal(10_000), LIMITS), Decimal("0.1"), Decimal("0.1"), ask)
    assert found.low.net_yearly == 0


# The paper


def test_the_numbers_of_the_paper_are_the_papers(shared: Any) -> None:
    """'Savings % Delivered (median) | >15%' and '>10% cost reduction demonstrated'; the segment's own row."""
    paper = next((shared / "brief").glob("002*")).read_text()
    anchors = savings.parse_facts(FACTS).anchors
    assert "| Value | Savings % Delivered (median) | >15% |" in paper
    assert "| 3 | Savings validation | >10% cost reduction demonstrated |" in paper
    assert {key: one.rate for key, one in anchors.items()} == {
        "median_target": Decimal("0.15"),
        "pilot_criterion": Decimal("0.10"),
    }
    assert "| High LLM Spend SaaS | >$250K/yr model spend, multi-provider |" in paper


def test_the_usual_quality_of_service_holds_both_numbers_of_the_paper() -> None:
    """A belief that left the paper's target or criterion outside would contradict it without a word."""
    first = next(iter(savings.parse_targets(BELIEFS).by_key.values()))
    rates = [one.rate for one in savings.parse_facts(FACTS).anchors.values()]
    assert all(first.low <= rate <= first.high for rate in rates)


def test_the_example_is_the_prospect_everybody_computes_first() -> None:
    found = savings.parse_facts(FACTS).example_spend
    assert (found.monthly, found.yearly) == (Decimal(2_880), Decimal(34_560))


# Laws

AMOUNTS = st.decimals(0, 10**6, places=2)
RATES = st.decimals(0, 1, places=4)


@given(AMOUNTS, RATES, RATES, AMOUNTS)
def test_what_is_saved_less_what_is_paid_is_what_is_left(
    monthly: Decimal, one: Decimal, other: Decimal, price: Decimal
) -> None:
    found = savings.project(Spend(monthly, 12 * monthly), min(one, other), max(one, other), Ask(price))
    for end in (found.low, found.high):
        assert end.net_monthly == monthly * end.rate - price
        assert end.net_yearly == 12 * (monthly * end.rate - price)
    assert found.low.saved_monthly <= found.high.saved_monthly


@given(RATES.filter(bool), AMOUNTS, st.decimals("0", "0.99", places=2), AMOUNTS)
def test_at_the_break_even_spend_nothing_is_left(rate: Decimal, price: Decimal, part: Decimal, above: Decimal) -> None:
    """To a hundredth of a cent: the spend itself is a quotient that need not end."""
    ask = Ask(price, GainShare(part, above))
    needed = savings.project(Spend(Decimal(0), Decimal(0)), rate, rate, ask).low.break_even_monthly
    assert needed is not None
    left = savings.project(Spend(needed, 12 * needed), rate, rate, ask).low.net_monthly
    assert left is not None and abs(left) < Decimal("0.0001")


@given(st.lists(st.integers(0, 1000), max_size=4), st.lists(st.integers(0, 500), min_size=5, max_size=5))
def test_the_order_of_a_mix_does_not_matter_and_its_parts_are_its_spend(cuts: list[int], prices: list[int]) -> None:
    """A thousand millions of tokens cut into shares of whole thousandths, so that integers can tell what is paid."""
    ends = [0, *sorted(cuts), 1000]
    counts = [after - before for before, after in pairwise(ends)]
    rows = [
        savings.Provider(f"p{place}", Decimal(count) / 1000, Decimal(prices[place]))
        for place, count in enumerate(counts)
    ]
    found, turned = (savings.of_mix(Decimal(10**9), mix, LIMITS) for mix in (rows, rows[::-1]))
    assert found.monthly == turned.monthly == sum(part.monthly for part in found.parts)
    assert found.monthly == sum(row.usd_per_million * count for row, count in zip(rows, counts, strict=True))
    assert found.multi_provider == ("yes" if sum(map(bool, counts)) > 1 else "no")


@given(st.lists(st.decimals(-1, 1, places=4), min_size=1, max_size=12))
def test_the_middle_of_what_was_delivered_has_as_many_below_as_above(rates: list[Decimal]) -> None:
    found = savings.spread(rates)
    assert found is not None
    assert (found.n, found.least, found.most) == (len(rates), min(rates), max(rates))
    assert sum(rate < found.median for rate in rates) <= len(rates) / 2
    assert sum(rate > found.median for rate in rates) <= len(rates) / 2
    assert savings.spread([]) is None


# As it is typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1200000000", "1200000000"),
        ("1,200,000,000", "1200000000"),
        ("1.2bn", "1200000000"),
        (" 1.2 B ", "1200000000"),
        ("800m", "800000000"),
        ("$2.40", "2.40"),
        (".5", "0.5"),
        ("−3", "-3"),
        ("250k", "250000"),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str, expected: str) -> None:
    assert number(typed, "tokens per month") == Decimal(expected)


@pytest.mark.parametrize("typed", ["", "a lot", "1,2bn", "1.2 zillion", "12,34", "1e9", "nan", "9" * 60, "1..2", "٣"])
def test_what_is_no_number_is_told_with_the_input_and_an_example(typed: str) -> None:
    with pytest.raises(savings.SavingsError, match=r"^tokens per month: .*(1\.2bn|at most)"):
        number(typed, "tokens per month")


def test_a_share_is_typed_as_a_percentage() -> None:
    assert share("25", "the share") == share("25 %", "the share") == Decimal("0.25")


@pytest.mark.parametrize(
    ("tokens", "price", "words"),
    [
        ("1.1t", "10001", "price per million tokens"),
        ("2000t", "1", "tokens per month"),
        ("999t", "2", "model spend per month"),
    ],
)
def test_a_slip_of_the_unit_is_asked_for_again(tokens: str, price: str, words: str) -> None:
    with pytest.raises(savings.SavingsError, match=f"{words} cannot be .*at most"):
        spend(tokens, price, (), LIMITS)


# The files


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("low   = 0.10", "low   = 0.25", r"targets.same_quality runs from 0.25 to 0.20"),
        ("high  = 0.20", "high  = 1.20", r"targets.same_quality.high is 1.20; write a fraction"),
        ("high  = 0.20", "", r"targets.same_quality lacks 'high'"),
        ("high  = 0.20", "high = -0.1", r"targets.same_quality.high is -0.1; it cannot be below zero"),
        ('label = "Same quality and latency"', 'label = ""', r"targets.same_quality.label is ''; write a text"),
        ("[targets.same_quality]", "[targets.same_quality", r"is not TOML"),
        ("[targets.same_quality]", "[targets.same_quality]\nhi = 1", r"has no key 'hi'; did you mean 'high'\?"),
    ],
)
def test_a_belief_that_cannot_be_is_refused_by_name(was: str, becomes: str, words: str) -> None:
    assert was in BELIEFS
    with pytest.raises(savings.SavingsError, match=f"^data/assumptions/savings.toml.*{words}"):
        savings.parse_targets(BELIEFS.replace(was, becomes, 1))


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("within_days = 90", "within_days = 0", r"renewal.within_days is 0; write a whole number"),
        ("usd_per_month          = 1_000_000_000", "", r"limits lacks 'usd_per_month'"),
        ("within_days = 90", f"within_days = 1{'0' * 30}", r"renewal.within_days is 1.*; write a whole number of days"),
        ('key    = "median_target"', 'key = "zzz"', r"anchors lacks the one of key 'median_target'"),
        ("usd_per_month          = 1_000_000_000", "usd_per_month = 0", r"limits.usd_per_month is 0; every input"),
        ("rate   = 0.15", 'rate   = "a lot"', r"anchors.rate: 'a lot' is not a number"),
        ('claims  = ["median_savings"]', "claims  = []", r"sheet.target.claims is \[\]; name the claims"),
        ('product = "control_plane"', 'produkt = "control_plane"', r"has no key 'produkt'; did you mean 'product'\?"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_by_name(was: str, becomes: str, words: str) -> None:
    assert was in FACTS
    with pytest.raises(savings.SavingsError, match=f"^data/savings.toml.*{words}"):
        savings.parse_facts(FACTS.replace(was, becomes, 1))


@pytest.mark.parametrize(
    ("block", "becomes", "words"), [("anchors", "5", "anchors must be"), ("sheet", "{}", "sheet says")]
)
def test_facts_without_anchors_or_a_sheet_are_refused(block: str, becomes: str, words: str) -> None:
    document = re.sub(rf"\[+{block}[^\n]*\]\n(?:\w.*\n)+", "", FACTS)
    with pytest.raises(savings.SavingsError, match=f"^data/savings.toml: {words}"):
        savings.parse_facts(f"{block} = {becomes}\n{document}")


def test_a_spend_measured_below_zero_is_refused() -> None:
    with pytest.raises(savings.SavingsError, match="c-1 spent -1 USD"):
        Measurement("c-1", Decimal(-1), None)


def test_every_answer_to_whether_it_pays_occurs_in_the_cases() -> None:
    """A case file that forgot one would let it rot."""
    rows: Sequence[Any] = [one.values[0] for one in cases("savings")]
    assert {row["expect"]["pays"] for row in rows} == set(savings.PAYS)
