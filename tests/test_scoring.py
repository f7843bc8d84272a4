"""The metrics on the sample equal SQL of the test's own over the marts; what is not on record is told."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest

from lib.desk import Desk, metric_facts, scoring
from lib.revenue import retention
from lib.scorecard import KEPT, MISSED, NO_TARGET, NOT_YET, Unknown

ON = "date '2026-10-31'"
NEW, OLD = "control_plane", "vellocity"


@pytest.fixture(scope="module")
def known(desk: Desk) -> dict[str, scoring.Scoring]:
    return {product: scoring.scoring(desk, product) for product in scoring.products(desk)}


@pytest.fixture(scope="module")
def ask(desk_folder: Path) -> Iterator[Any]:
    path = desk_folder / (desk_folder / "current").read_text().strip()
    connection = duckdb.connect(str(path), read_only=True)
    yield lambda query: connection.execute(query).fetchone()
    connection.close()


def score(known: dict[str, scoring.Scoring], product: str, key: str) -> Any:
    return next(one for one in known[product].scores if one.metric.key == key)


@pytest.mark.parametrize("product", [NEW, OLD])
def test_conversion(known: dict[str, scoring.Scoring], ask: Any, product: str) -> None:
    paid, old, young = ask(
        f"""select count(converted_on) filter (age >= 90), count(*) filter (age >= 90), count(*) filter (age < 90)
        from (select *, {ON} - signed_up_on as age from marts.signup where product = '{product}')"""
    )
    found = score(known, product, "free_to_paid").measured
    assert (found.value, found.n, found.without) == (Fraction(paid, old), old, young)


def test_days_to_the_first_route(known: dict[str, scoring.Scoring], ask: Any) -> None:
    middle, routed, waiting = ask(
        f"""select cast(median(first_route_on - signed_on) as decimal(9, 1)), count(first_route_on),
        count(*) - count(first_route_on) from marts.first_route where product = '{NEW}'"""
    )
    found = score(known, NEW, "first_route_days").measured
    assert (found.value, found.n, found.without) == (Fraction(middle), routed, waiting)


def test_savings_are_the_middle_of_what_customers_save(known: dict[str, scoring.Scoring], ask: Any) -> None:
    """An odd number was measured: the one in the middle, found by integers of cents."""
    before, after, measured = ask(
        f"""with cents as (
            select cast(baseline_monthly_usd * 100 as bigint) as b, cast(current_monthly_usd * 100 as bigint) as c
            from marts.savings_baseline where product = '{NEW}'
        )
        select b, c, (select count(*) from cents) from cents as one
        where (select count(*) from cents where c * one.b > one.c * b) = (select count(*) // 2 from cents)"""
    )
    found = score(known, NEW, "median_savings").measured
    assert measured % 2 == 1
    assert (found.value, found.n) == (1 - Fraction(after, before), measured)


def test_attach_rate(known: dict[str, scoring.Scoring], ask: Any) -> None:
    having, customers = ask(
        f"""select count(distinct addon.customer_id), count(distinct customer.customer_id)
        from marts.customer left join marts.addon on addon.customer_id = customer.customer_id
            and addon.product = '{NEW}' and started_on <= {ON}
        where customer.product = '{NEW}'"""
    )
    found = score(known, NEW, "addon_attach").measured
    assert (found.value, found.n) == (Fraction(having, customers), customers)


def test_net_and_gross_retention(known: dict[str, scoring.Scoring], ask: Any) -> None:
    """USD a year times 30, so that no term divides."""
    whole = (
        "price_usd * case term when 'monthly' then 360 when 'two_year' then 15 when 'three_year' then 10 "
        "when 'four_year' then 7.5 when 'five_year' then 6 else 30 end"
    )
    started, kept, ended, customers = ask(
        f"""with paid as (
            select customer_id, recurring_month as month, sum({whole}) as amount from marts.recurring_month
            where price_usd is not null group by all
        )
        select sum(then_.amount), sum(least(then_.amount, coalesce(later.amount, 0))), sum(coalesce(later.amount, 0)),
            count(*)
        from (select * from paid where month = date '2025-10-01' and amount > 0) as then_
        left join (select * from paid where month = date '2026-10-01') as later using (customer_id)"""
    )
    found = score(known, OLD, "net_revenue_retention").measured
    assert (found.value, found.n) == (Fraction(ended) / Fraction(started), customers)
    assert found.beside[scoring.GROSS_RETENTION] == Fraction(kept) / Fraction(started)


def test_margin_and_infrastructure_by_own_costs(known: dict[str, scoring.Scoring], ask: Any, desk: Desk) -> None:
    """Revenue at today's prices is proved by the second rater; what it costs is worked out here in SQL."""
    used, platform = ask(
        """select
            (select sum(cast(quantity as decimal(38, 6)) * cost_usd_per_unit)
             from marts.usage_month join marts.unit_cost
             on unit_cost.dimension = usage_month.dimension and cost_month = usage_month
             where contract_id is not null and usage_month >= date '2025-11-01'),
            (select sum(amount_usd) from marts.spend_month where product = 'vellocity'
             and category = 'infrastructure' and spend_month >= date '2025-11-01')"""
    )
    revenue = Fraction(desk.baseline.revenue)
    fees = sum(line.amount for line in desk.baseline.lines if line.kind in ("base", "proration") and line.amount)
    margin, share = (score(known, OLD, key).measured for key in ("gross_margin", "infrastructure_share"))
    assert margin.value == (revenue - Fraction(used)) / revenue
    assert share.value == Fraction(platform) / Fraction(fees)
    assert share.beside == {"of all revenue, usage included": Fraction(platform) / revenue}


def test_payback_by_the_customers_who_came(known: dict[str, scoring.Scoring], ask: Any) -> None:
    """What 12 months of acquisition cost, and the marketplace's fee as the book reads it, beside what newcomers pay."""
    spend, came, brought = ask(
        """with paid as (
            select customer_id, recurring_month as month,
                sum(price_usd / case term when 'monthly' then 1 when 'two_year' then 24 when 'three_year' then 36
                    else 12 end) as mrr
            from marts.recurring_month where price_usd > 0 group by all
        ), first as (select customer_id, min(month) as month from paid group by 1)
        select (select sum(amount_usd) from marts.spend_month where product = 'vellocity' and category = 'acquisition'
            and spend_month >= date '2025-11-01'), count(*), sum(mrr)
        from paid join first using (customer_id, month) where month >= date '2025-11-01'"""
    )
    found = score(known, OLD, "cac_payback_months").measured
    margin = float(score(known, OLD, "gross_margin").value)
    assert found.n == came
    least = float(spend) / (float(brought) * margin)  # without the fee, which is part of the cost
    assert least < float(found.value) < least * 1.1


def test_each_product_is_held_to_its_own_targets_alone(known: dict[str, scoring.Scoring]) -> None:
    verdicts = {product: [one.verdict for one in found.scores] for product, found in known.items()}
    assert sorted(verdicts[NEW]) == sorted([KEPT, KEPT, KEPT, MISSED, *[NOT_YET] * 4])
    assert set(verdicts[OLD]) == {NO_TARGET, NOT_YET}
    for key in ("net_revenue_retention", "gross_margin", "cac_payback_months", "infrastructure_share"):
        value = score(known, NEW, key).value
        assert isinstance(value, Unknown)
        assert "contracts of this product" in value.needs


def test_a_trend_ends_where_the_metric_stands(known: dict[str, scoring.Scoring]) -> None:
    for key in ("free_to_paid", "first_route_days", "median_savings", "addon_attach"):
        one = score(known, NEW, key)
        assert one.trend[-1].value == one.value
        assert len(one.trend) == 12
    retained = score(known, OLD, "net_revenue_retention")
    assert retained.trend[-1].value == retained.value


def test_peers_are_those_of_the_products_own_contract_sizes(known: dict[str, scoring.Scoring], desk: Desk) -> None:
    net = next(one for one in scoring.benchmarks(desk) if one.metric == "net_revenue_retention")
    assert [int(size) for size in known[OLD].sizes] == [12 * 299, 12 * 1499, 12 * 3999]
    assert [str(rate) for rate in known[OLD].peers(net) or ()] == ["1.00", "1.03"]
    assert [str(rate) for rate in known[NEW].peers(net) or ()] == ["1.03", "1.10"]
    assert known[NEW].median_size is None


# Whose contracts count

ROW = {"rail": "stripe", "tier": "starter", "term": "annual", "recurring_until_on": None}


def contract(customer_id: str, price: int) -> dict[str, Any]:
    own = {"customer_id": customer_id, "contract_id": f"k-{customer_id}", "recorded_price_usd": Decimal(price)}
    return {**ROW, **own, "recurring_from_on": date(2025, 1, 1)}


def test_a_metric_counts_who_buys_its_product_as_the_page_on_buyers_does() -> None:
    """c-2 pays our bills and buys the other product, says the CRM; c-3 it does not say, and c-4 it has never heard of.

    c-1, c-3 and c-4 brought 100 + 300 + 400 a year ago and bring 200 + 300 + 400: 900 of 800. With c-2, who left, it
    would be 900 of 1,800.
    """
    companies = [("c-1", OLD), ("c-2", NEW), ("c-3", "unknown")]
    then, later = date(2025, 10, 1), date(2026, 10, 1)
    paid = [("c-1", then, 100), ("c-2", then, 1000), ("c-3", then, 300), ("c-4", then, 400)]
    paid += [("c-1", later, 200), ("c-3", later, 300), ("c-4", later, 400)]
    marts = {
        "customer": [{"customer_id": key, "product": product} for key, product in companies],
        "contract": [contract("c-1", 200), contract("c-2", 1000), contract("c-3", 300), contract("c-4", 400)],
        "recurring_month": [
            {"customer_id": key, "recurring_month": month, "price_usd": Decimal(price), "term": "annual"}
            for key, month, price in paid
        ],
    }
    desk: Any = SimpleNamespace(
        warehouse=SimpleNamespace(rows=lambda mart: marts[mart]),
        book=SimpleNamespace(product=OLD),
        recorded_on=date(2026, 10, 31),
    )
    facts = metric_facts.Facts(desk, OLD, metrics=cast(Any, None))
    assert retention(*(scoring._paid_at(facts, month) for month in (then, later))).nrr == Fraction(900, 800)
    assert facts.contract_sizes == [200, 300, 400]
    assert facts.customers_on(date(2026, 10, 31)) == {"c-1", "c-3", "c-4"}
    assert scoring.paid_by_month(desk) == {then: 1800, later: 900}  # everybody's, whatever they buy
