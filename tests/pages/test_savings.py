"""The page on savings: the prospect everybody computes first, what is not set, and what was delivered."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.claims.finding import OVERSTATED, TRUE
from lib.desk import Desk, saving
from lib.exports import sheet
from lib.savings import NO_GAIN_SHARE, GainShare, Spend
from lib.savings import Ask as Asking
from lib.ui import savings as reads
from lib.ui.cards import Stamp
from lib.ui.views.savings import SECTIONS, answer, delivered, pricing, question, take
from lib.ui.views.savings.pricing import Price
from lib.ui.views.savings.spending import Told
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, value
from tests.test_memo import Reader

DELIVERED = SECTIONS["delivered"][0]
HUNDRED = Decimal(100)


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The last table on the page that has a column."""
    return [block.value for block in app.dataframe if column in block.value.columns][-1]


def amount(app: AppTest, what: str, column: str = "monthly_usd") -> float:
    """A line of the arithmetic."""
    rows = [row for block in app.dataframe if column in block.value for row in block.value.to_dict("records")]
    [found] = [row[column] for row in rows if row.get("what") == what]
    return float(found)


# The prospect everybody computes first


def test_the_example_is_worked_out_line_by_line() -> None:
    """1,200 million x 2.40 = 2,880 a month; 10, 15 and 20 % of it 288, 432 and 576; twelve months 34,560."""
    app = opened("savings")
    assert not app.exception and not app.error
    assert "save an estimated $288 to $576 of $2,880 a month" in headline(app)
    assert "whether that pays is not known, as our price is not set" in headline(app)
    assert [amount(app, f"Saved at {rate}%") for rate in (10, 15, 20)] == [288, 432, 576]
    assert amount(app, "Model spend") == 2880 and amount(app, "Model spend", "yearly_usd") == 34560
    assert "Line by line: $2,880.00 a month, at 15% $432.00" in said(app)


def test_the_example_is_outside_every_segment_and_the_threshold_saves_less_than_a_deal() -> None:
    """250,000 x 15 % = 37,500 < 50,000; 50,000 / 0.15 = 333,333."""
    words = said(opened("savings"))
    assert "$34,560.00 of model spend a year is outside every segment" in words
    assert "High LLM Spend SaaS begins above $250,000, the only threshold the paper has" in words
    assert "A prospect at the segment's $250,000 a year saves $37,500 at 15%: less than the smallest deal" in words
    assert "$50,000. At 15% it takes $333,333 a year to save as much." in words


@pytest.mark.parametrize(
    ("spend", "words"),
    [
        ("250k", "$250,000.00 of model spend a year is outside every segment"),
        ("250,000.01", "$250,000.01 of model spend a year lies in High LLM Spend SaaS, above $250,000"),
    ],
)
def test_a_segment_begins_above_its_threshold(spend: str, words: str) -> None:
    app = opened("savings", savings_by="The spend", savings_spend=spend)
    assert words in said(app).replace("**", "")


@pytest.mark.parametrize(
    ("price", "words", "net"),
    [
        ("250", "at our price of $250 a month that pays", "$38–$326"),
        ("300", "that pays only at the high end", "−$12 to $276"),
        ("576", "at our price of $576 a month that does not pay", "−$288 to $0"),
        ("0", "that pays", "$288–$576"),
    ],
)
def test_whether_it_pays_is_said_plainly(price: str, words: str, net: str) -> None:
    app = opened("savings", savings_our_price=price)
    assert words in headline(app) and value(app, "Net a month") == net


def test_a_price_that_is_not_set_leaves_nothing_that_hangs_on_it() -> None:
    app = opened("savings")
    labels = ("Our price a month", "Net a month", "Break-even spend a month", "Payback, months")
    assert {value(app, label) for label in labels} == {"Not set"}


def test_half_of_a_gain_share_is_none() -> None:
    app = opened("savings", savings_our_price="300", savings_gain_share="20")
    assert "half of the gain-share is not set" in headline(app)
    assert value(app, "Net a month") == "Not set"


def test_our_part_of_the_saving_comes_off() -> None:
    """10,000 million x 3 = 30,000: saved 3,000 and 6,000; less 2,000, less 20 % above 3,000: 1,000 and 3,400."""
    link = {"savings_tokens": "10bn", "savings_per_million": "3", "savings_our_price": "2000"}
    app = opened("savings", **link, savings_gain_share="20", savings_gain_above="3k")
    assert (amount(app, "Net, low end"), amount(app, "Net, high end")) == (1000, 3400)
    assert amount(app, "Gain-share, high end") == 600


def test_the_founders_threshold_counts_where_none_is_typed() -> None:
    """A tenth of 30,000 is 3,000: of the 6,000 saved at the high end a fifth of 3,000 is ours, 600."""
    spend = Spend(Decimal(30_000), Decimal(360_000))
    assert pricing._shared("20", "", Decimal("0.10"), spend) == GainShare(Decimal("0.2"), Decimal(3_000))
    assert pricing._shared("20", "1k", Decimal("0.10"), spend) == GainShare(Decimal("0.2"), Decimal(1_000))
    assert pricing._shared("20", "", None, spend) is None
    assert pricing._shared("", "", Decimal("0.10"), spend) == NO_GAIN_SHARE


def test_a_mix_of_providers_is_added_up() -> None:
    """Half at 3, three tenths at 1, two tenths at 10: 15,000 + 3,000 + 20,000 = 38,000 of 10,000 million."""
    link = {"savings_by": "A mix of providers", "savings_tokens": "10bn", "savings_providers": "3"}
    rows = zip(("50", "30", "20"), ("3", "1", "10"), ("One", "Two", "Three"), strict=True)
    for place, (share, price, name) in enumerate(rows, 1):
        link |= {f"savings_share_{place}": share, f"savings_per_million_{place}": price}
        link |= {f"savings_provider_{place}": name}
    app = opened("savings", **link)
    assert [amount(app, f"Paid to {name}") for name in ("One", "Two", "Three")] == [15000, 3000, 20000]
    assert amount(app, "Model spend") == 38000
    assert "multi-provider: several providers, as told" in said(app)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"savings_tokens": "-5", "savings_per_million": "2"}, "tokens per month cannot be -5"),
        ({"savings_tokens": "a lot", "savings_per_million": "2"}, "tokens per month: 'a lot' is not a number"),
        ({"savings_tokens": "1m", "savings_per_million": "99999"}, "price per million tokens cannot be 99999; at most"),
        ({"savings_our_price": "-1"}, "our price cannot be -1"),
        ({"savings_tokens": "-1.2bn"}, "tokens per month cannot be -1"),
        ({"savings_per_million": "99999"}, "price per million tokens cannot be 99999; at most"),
        ({"savings_gain_share": "-1"}, "the gain-share cannot be -0.01"),
        ({"savings_gain_above": "-1"}, "the threshold of the gain-share cannot be -1"),
        ({"savings_gain_share": "150", "savings_gain_above": "0"}, "the gain-share cannot be 1.5"),
    ],
)
def test_an_input_that_cannot_be_is_one_sentence_and_loses_no_other(link: dict[str, str], words: str) -> None:
    app = opened("savings", **link)
    assert not app.exception
    assert words in headline(app) and not app.metric
    assert {box.key: box.value for box in app.text_input} | link == {box.key: box.value for box in app.text_input}


def test_shares_that_are_not_all_of_the_tokens_are_told_in_percent() -> None:
    link = {"savings_tokens": "1bn", "savings_per_million_1": "1", "savings_per_million_2": "1"}
    app = opened("savings", savings_by="A mix of providers", savings_share_1="40", **link)
    assert "the shares of the providers add up to 90 %" in headline(app)


# A deal of the pipeline


def test_a_deal_of_the_link_brings_company_and_price_and_no_spend_of_its_own(desk: Desk) -> None:
    """Nobody told the spend of a real company: the example never stands in for it."""
    piloted = {one.company for one in saving.measured(desk) if one.kind == saving.PILOT}
    deal = next(one for one in saving.prospects(desk) if one.arr and one.company not in piloted)
    assert deal.arr is not None
    app = opened("savings", savings_deal=deal.deal_id)
    assert headline(app).startswith(
        f"{deal.company} would save an estimated 10% to 20% of its model spend, which is not"
    )
    assert amount(app, "Our price", "yearly_usd") == float(deal.arr)
    assert round(amount(app, "Break-even spend, high end", "yearly_usd")) == round(deal.arr * 5)
    assert app.query_params["savings_deal"] == deal.deal_id
    assert not [button for button in app.get("download_button") if button.label.startswith("Savings sheet")]


def test_a_deal_whose_pilot_measured_its_spend_is_answered_at_once(ask: Ask) -> None:
    """A tenth and a fifth of what step 3, or before it step 0, measured; the price is the deal's own."""
    [(deal, before), *_] = ask(
        "select deal_id, arg_max(coalesce(baseline_value, measured_value), step) from marts.deal join marts.pilot_step "
        "on company = company_name where step in (0, 3) and measured_value is not null and not is_closed "
        "and amount_usd is not null group by deal_id order by deal_id"
    )
    app = opened("savings", savings_deal=deal)
    assert amount(app, "Model spend") == round(float(before), 2)
    assert amount(app, "Saved at 20%") == round(float(before) / 5, 2)
    assert value(app, "Net a month") != "Not set"
    assert any(button.label == "Savings sheet of one page" for button in app.get("download_button"))


def test_a_deal_that_no_filter_keeps_is_still_the_links(desk: Desk) -> None:
    [deal, *_] = saving.prospects(desk)
    owner = next(one.owner for one in saving.prospects(desk) if one.owner not in (None, deal.owner))
    app = opened("savings", savings_deal=deal.deal_id, focus_owner=str(owner))
    kept = [one for one in saving.prospects(desk) if one.owner == owner]
    assert app.selectbox(key="savings_pick").value == deal.deal_id
    assert len(app.selectbox(key="savings_pick").options) == len(kept) + 2  # no deal, and the link's own


def test_a_deal_that_is_none_is_said() -> None:
    app = opened("savings", savings_deal="77")
    assert "no open deal of this product is '77'" in app.warning[0].value.replace("\\", "")
    assert headline(app).startswith("An example")


def test_a_price_of_a_scenario_is_a_plans_bill() -> None:
    link = {"savings_price_from": "A scenario's", "savings_plan": "Team, monthly"}
    assert "our price is not set: the requests of a month are not told" in headline(opened("savings", **link))
    assert value(opened("savings", **link, savings_requests="6m"), "Our price a month") == "$1,020"


def test_the_other_product_saves_no_model_spend() -> None:
    app = opened("savings", focus_product="Vellocity")
    assert not app.exception and headline(app).startswith("0 savings can be shown of product Vellocity")


# The sheet for a customer


def content(desk: Desk, checked: tuple[saving.Checked, ...]) -> take.Content:
    """The example with a price of 300, as the page has it."""
    version = reads.Known(
        facts=saving.facts(desk),
        name="",
        targets=saving.targets(desk).by_key,
        thresholds=saving.thresholds(desk),
        prospects=(),
        scenarios={},
        plans={},
        segments={},
        shared_above=None,
    )
    [target, *_] = version.targets.values()
    asked = question.Asked(
        "Acme & Söhne <b>",
        None,
        Told(version.facts.example_spend),
        target,
        Price(Asking(Decimal(300)), "as entered"),
    )
    return take.Content(asked, asked.projection, version, checked, None, _stamp(desk))


def _stamp(desk: Desk) -> Stamp:
    made = desk.manifest()
    return Stamp(desk.as_of, desk.recorded_on, made.book, "", made.fingerprint, True, made.as_dict())


def test_the_sheet_says_what_the_page_says_and_marks_every_claim(desk: Desk) -> None:
    made = sheet(take.sheet_of(content(desk, saving.checked(desk))))
    words = Reader(made).text
    assert "Acme & Söhne <b>: what the control plane would save" in words
    assert "$288.00 to $576.00 of $2,880.00 a month, 10% to 20% of the model spend (projected)." in words
    assert "Our target of the median saving: more than 15% (target, not verified)." in words
    assert "What a pilot must demonstrate: more than 10% (criterion, not verified)." in words
    assert "−$12.00 to $276.00" in words and "Synthetic sample data" in words
    for line in ("1,200,000,000 tokens ÷ 1,000,000 × $2.40", "12.5 months", "an estimate, and no promise of a saving"):
        assert line in words
    assert desk.manifest().fingerprint in words


def test_no_sentence_of_the_sheet_is_bare_unless_its_claims_are_true(desk: Desk) -> None:
    """Every percentage that is a claim is followed by its marking; with true claims there is none."""
    marked = Reader(sheet(take.sheet_of(content(desk, saving.checked(desk))))).text
    for claim in ("10% to 20% of the model spend", "more than 15%", "more than 10%"):
        assert re.search(re.escape(claim) + r" \((projected|[^)]*not verified)\)", marked), claim
    plain = Reader(sheet(take.sheet_of(content(desk, _with(desk, TRUE))))).text
    assert "(projected)" not in plain and "not verified" not in plain


def test_a_false_claim_is_not_in_the_sheet_and_a_false_projection_is_no_sheet(desk: Desk) -> None:
    false = _with(desk, OVERSTATED)
    assert not take.may_be_made(false)
    only_target = tuple(
        one if one.sentence.key == take.TARGET else held for one, held in zip(false, saving.checked(desk), strict=True)
    )
    assert take.may_be_made(only_target)
    assert "more than 15%" not in Reader(sheet(take.sheet_of(content(desk, only_target)))).text


def _with(desk: Desk, verdict: str) -> tuple[saving.Checked, ...]:
    return tuple(
        replace(one, findings=tuple(replace(found, verdict=verdict) for found in one.findings))
        for one in saving.checked(desk)
    )


def test_the_claims_of_the_sheet_are_told_to_us_with_their_verdicts(desk: Desk) -> None:
    app = opened("savings")
    assert "The sheet makes 3 claims: 3 not verified and so marked" in said(app)
    shown = table(app, "verdict")
    assert set(shown["verdict"]) == {"unverifiable"}
    words = {one.claim: one.words for one in desk.findings}
    assert set(shown["claim"]) == {words["median_savings"], words["pilot_cost_reduction"]}


@pytest.mark.parametrize(
    ("link", "sheets"),
    [
        ({}, 0),  # the example is nobody's
        ({"savings_company": "Acme"}, 0),
        ({"savings_tokens": "1bn", "savings_per_million": "2"}, 1),
        ({"savings_company": "Acme", "savings_by": "The spend", "savings_spend": "1m"}, 1),
    ],
)
def test_a_sheet_is_made_of_a_spend_that_was_told(link: dict[str, str], sheets: int) -> None:
    labels = [button.label for button in opened("savings", **link).get("download_button")]
    assert labels.count("Savings sheet of one page") == sheets


# Projected against delivered

RATE = "1 - current_monthly_usd / baseline_monthly_usd"
PILOTS = "select pilot_id, 1 - measured_value / baseline_value as rate from marts.pilot_step where step = 3"


def test_how_many_lie_within_the_range_equals_sql(ask: Ask) -> None:
    rates = [rate for (rate,) in ask(f"select {RATE} from marts.savings_baseline where product = 'control_plane'")]
    rates += [rate for _, rate in ask(PILOTS) if rate is not None]
    within, above = sum(0.1 <= rate <= 0.2 for rate in rates), sum(rate > 0.2 for rate in rates)
    app = opened("savings", savings_view=DELIVERED)
    expected = f"{within} of {len(rates)} measured savings lie within the projected 10% to 20%, {above} above it"
    assert headline(app).startswith(expected)
    assert value(app, "Measured") == str(len(rates))


def test_customers_and_pilots_have_a_middle_each(ask: Ask) -> None:
    """Both have an odd number of measured savings: the one in the middle, of each by itself."""
    customers = sorted(rate for (rate,) in ask(f"select {RATE} from marts.savings_baseline"))
    pilots = sorted(rate for _, rate in ask(PILOTS) if rate is not None)
    assert len(customers) % 2 == len(pilots) % 2 == 1
    half, of_pilots = (f"{one[len(one) // 2]:.1%}" for one in (customers, pilots))
    app = opened("savings", savings_view=DELIVERED)
    [card] = [one for one in app.metric if one.label == "Median delivered"]
    assert (card.value, card.delta) == (half, f"{of_pilots} in pilots")
    assert f"; {len(customers)} are of customers, {len(pilots)} of pilots" in headline(app)
    assert f"Half of {len(customers)} customers saved {half} or more" in said(app)
    assert f"; half of {len(pilots)} pilots saved {of_pilots} or more" in said(app)


def test_a_pilot_that_became_a_customer_is_counted_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first measured pilot's company, in capitals, is the first measured customer."""
    found = saving.measured(desk)
    measured = [one for one in found if one.spend.rate is not None]
    pilot, customer = (next(one for one in measured if one.kind == kind) for kind in (saving.PILOT, saving.CUSTOMER))
    same = replace(customer, company=pilot.company.upper())
    known = tuple(same if one is customer else one for one in found)
    before = opened("savings", savings_view=DELIVERED)
    monkeypatch.setattr(reads, "measured", lambda: known)
    app = opened("savings", savings_view=DELIVERED)
    assert int(value(before, "Measured")) - int(value(app, "Measured")) == 1
    assert "1 pilot is of a customer that is measured" in said(app)
    assert pilot.company not in set(table(app, "standing")["company"])
    pilots = table(opened("savings", savings_view=DELIVERED, savings_whom="In pilots"), "standing")
    assert pilot.company in set(pilots["company"])


def test_at_renewal_are_those_whose_year_ends_soon(ask: Ask, desk: Desk) -> None:
    """Signed on this day of an earlier year, between the recorded day and ninety days later."""
    rows = ask(
        "select customer_id, signed_on from marts.first_route join marts.savings_baseline using (customer_id, product) "
        "where product = 'control_plane'"
    )
    days = [desk.recorded_on + timedelta(days=day) for day in range(91)]
    ends = {(day.month, day.day): day.year for day in days}
    soon = {key for key, on in rows if on.year < ends.get((on.month, on.day), 0)}
    app = opened("savings", savings_view=DELIVERED, savings_whom="At renewal")
    assert len(soon) > 3 and f"of {len(soon)} measured savings of customers at renewal" in headline(app)
    assert len(table(app, "standing")) == len(soon)


def test_the_table_on_the_page_is_what_sql_says(ask: Ask) -> None:
    """Company by company: delivered dollars and percent, the least first."""
    rows = ask(
        "select customer_name, baseline_monthly_usd - current_monthly_usd from marts.savings_baseline "
        "join marts.customer using (customer_id)"
    )
    shown = table(opened("savings", savings_view=DELIVERED), "standing")
    customers = shown[shown["kind"] == "Customer"]
    assert {row["company"]: Decimal(str(row["saved_usd"])) for row in customers.to_dict("records")} == dict(rows)
    rates = list(shown["delivered_rate"].dropna())
    assert rates == sorted(rates)


def test_what_a_pilot_tells_in_two_ways_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pilot's first step recorded a dollar more than its savings step measured."""
    found = saving.measured(desk)
    first = next(one for one in found if one.kind == saving.PILOT and one.spend.rate is not None)
    assert first.spend.before is not None
    apart = replace(first, recorded_before=first.spend.before + 1)
    monkeypatch.setattr(reads, "measured", lambda: tuple(apart if one is first else one for one in found))
    words = said(opened("savings", savings_view=DELIVERED, savings_whom="In pilots"))
    assert "1 pilot tells another spend before at step 3 than step 0 recorded" in words


def test_another_quality_of_service_is_another_range() -> None:
    app = opened("savings", savings_view=DELIVERED, savings_quality="Quality before cost")
    assert "within the projected 3% to 10%" in headline(app)


def test_a_filter_leaves_out_whom_no_deal_tells_of_and_says_so(ask: Ask) -> None:
    """Pilots whose company has neither an open nor a won deal: nobody knows their rail."""
    [(pilots,)] = ask(
        "select count(distinct pilot_id) from marts.pilot_step where product = 'control_plane' and company not in "
        "(select company_name from marts.deal where product = 'control_plane' and (is_won or not is_closed))"
    )
    app = opened("savings", savings_view=DELIVERED, focus_rail="AWS Marketplace")
    assert pilots and f"{pilots} are left out by the filters" in said(app)
    assert "(rail AWS Marketplace)" in headline(app)


def test_without_measurements_the_part_says_what_brings_them(open_without: Callable[..., None]) -> None:
    open_without("company")
    app = opened("savings", savings_view=DELIVERED)
    assert not app.exception and headline(app).startswith("0 measured savings can be shown: 2 sources")
    assert "python -m lib pull --only company" in said(app)


def test_who_saves_least_stands_first_and_who_is_not_measured_last(desk: Desk) -> None:
    [target, *_] = saving.targets(desk).by_key.values()
    rows = delivered.rows(saving.measured(desk), target, desk.recorded_on, 90)
    measured = [row.measured.spend.rate for row in rows]
    known = [rate for rate in measured if rate is not None]
    assert known == sorted(known) and measured[: len(known)] == known


def test_the_ninetieth_day_is_still_within_ninety_days(desk: Desk) -> None:
    [target, *_] = saving.targets(desk).by_key.values()
    one = next(one for one in saving.measured(desk) if one.kind == saving.CUSTOMER)
    ends = [replace(one, anniversary_on=desk.recorded_on + timedelta(days=days)) for days in (90, 91)]
    kept = delivered.among(delivered.rows(ends, target, desk.recorded_on, 90), delivered.RENEWING)
    assert [row.measured for row in kept] == ends[:1]


def test_the_evidence_is_said_where_there_is_none() -> None:
    assert answer.evidence(None) == "Delivered: not measurable yet, needs savings baselines of customers."
