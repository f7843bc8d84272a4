"""Who is billed off list: by hand, with coupons from a small Stripe world, and beside SQL over the sample."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.book import Book, parse
from lib.contracts import Contract, MultiYear, Offer, Reach
from lib.desk import Desk, records
from lib.desk.promising import off_list_contracts, off_list_findings
from lib.market import recurring_contract
from lib.off_list import OffList, Recorded, Taken, findings, off_list
from tests.specification import current, read
from tests.warehouse.test_stripe_marts import MAY, api, coupon, epoch, item, price, subscribed

NOTICE = {"stripe": Reach(60, "notice"), "aws": Reach(60, "new_entitlements")}
DAY = date(2026, 10, 31)


def books() -> list[Book]:
    """The list of 2024-11-01 (249 a month of Starter, 2,490 a year) and that of 2026-05-09 (299 and 2,990)."""
    return [parse(read("data/books/2024-11-01.toml")), current()]


def contract(**changes: Any) -> Contract:
    base = Contract("k", "c-1", "stripe", "starter-monthly", "starter", "monthly", date(2026, 6, 10))
    return replace(base, **changes)


def found(one: Contract, billed: str, before: str | None = None, offer: bool = False, on: date = DAY) -> list[OffList]:
    recorded = {one.contract_id: Recorded(Decimal(billed), Decimal(before or billed), offer)}
    return list(off_list([one], recorded, books(), NOTICE, on))


# By hand


def test_the_list_price_is_not_off_list() -> None:
    assert found(contract(), "299") == found(contract(), "299.00") == []


def test_a_coupon_is_off_list_with_its_dollars() -> None:
    """A tenth off 299 is 29.90 a month, 358.80 a year."""
    (one,) = found(contract(), "269.10", "299")
    assert (one.monthly, one.yearly, one.coupons) == (Decimal("29.90"), Decimal("358.80"), Decimal("29.90"))


def test_a_grandfathered_price_is_the_lists() -> None:
    """Begun before 9 May: a period of 7 July belongs to the old list, one of 8 July, 60 days later, does not."""
    before = {"started_on": date(2026, 3, 8)}
    assert found(contract(**before), "249", on=date(2026, 7, 7)) == []
    (one,) = found(contract(**before), "249", on=date(2026, 7, 8))
    assert (one.listed, one.book, one.yearly) == (299, "2026-05-09", 600)


def test_a_year_keeps_its_price_until_it_renews() -> None:
    """A year from 1 September 2025 costs 2,490; the next begins on 1 September 2026 under the new list."""
    year = {"plan_key": "starter-annual", "term": "annual", "started_on": date(2025, 9, 1)}
    assert found(contract(**year), "2490", on=date(2026, 8, 31)) == []
    (one,) = found(contract(**year), "2490", on=date(2026, 9, 1))
    assert (one.listed, one.yearly, one.monthly) == (2990, 500, Decimal("41.67"))


def test_more_than_the_list_is_off_list_too() -> None:
    (one,) = found(contract(), "328")
    assert one.yearly == -348


def test_a_plan_in_no_book_has_no_list_price_and_no_invented_dollars() -> None:
    (one,) = found(contract(plan_key=None, tier=None), "99")
    assert (one.listed, one.yearly, one.monthly) == (None, None, None)


def test_three_years_are_held_against_three_yearly_prices() -> None:
    """3 x 2,990 = 8,970; a quarter off is 6,727.50, hence 2,242.50 in three years, 747.50 a year."""
    offer = Offer("o", Decimal("6727.50"), multi_year=MultiYear(3, Decimal("0.25")))
    one = contract(rail="aws", plan_key="starter-annual", term="three_year", offer=offer)
    (told,) = found(one, "6727.50", offer=True)
    assert (told.listed, told.yearly, told.is_private_offer) == (8970, Decimal("747.50"), True)


def test_a_months_plan_that_is_paid_by_the_year_costs_the_years_price() -> None:
    assert found(contract(term="annual"), "2990") == []
    (one,) = found(contract(term="annual"), "2870")
    assert (one.listed, one.yearly) == (2990, 120)


def test_a_quarter_is_told_as_a_year_of_its_plan() -> None:
    """The marts tell a quarter at 897 as a year at 3,588: four times three months at 299, which is the list."""
    assert found(contract(term="custom"), "3588") == []


def test_a_months_plan_under_an_offer_of_three_years_is_held_against_three_years() -> None:
    offer = Offer("o", Decimal("8073"), multi_year=MultiYear(3, Decimal("0.1")))
    (one,) = found(contract(rail="aws", term="three_year", offer=offer), "8073", offer=True)
    assert (one.listed, one.yearly) == (8970, 299)


def test_who_has_left_or_has_no_price_on_record_is_not_told() -> None:
    gone = contract(ended_on=date(2026, 10, 1))
    assert found(gone, "99") == []
    assert off_list([contract()], {}, books(), NOTICE, DAY) == ()


def test_the_findings_say_dollars_and_what_is_permitted() -> None:
    forbidden = [*found(contract(), "269.10", "299"), *found(contract(contract_id="k2", plan_key=None), "99")]
    permitted = found(contract(contract_id="k3", customer_id="c-2", rail="aws"), "199", offer=True)
    one, other = findings([*forbidden, *permitted], Taken(Decimal("29.9")), "vellocity")
    assert (one.claim, one.severity, one.standing) == ("customers.off_list", "warning", "forbidden")
    assert one.delivered == (
        "1 customer is billed off list: 29.90 USD a month and 358.80 a year below it; 1 without a list price to hold "
        "1,188.00 USD a year against; coupons took 29.90 USD off the invoices of the last year"
    )
    assert one.evidence[0] == (
        "c-1, starter-monthly on stripe (k): billed 269.10, 299.00 on the 2026-05-09 list, 29.90 of it by coupon"
    )
    assert (other.claim, other.severity, other.standing) == ("customers.private_offers", "note", "permitted")
    assert other.delivered == "1 customer is under a private offer: 100.00 USD a month and 1,200.00 a year below it"
    assert findings([], Taken(), "vellocity") == []


def test_a_coupon_for_one_invoice_is_told_although_the_price_is_the_lists() -> None:
    (one,) = findings([], Taken(Decimal("149.50")), "vellocity")
    assert one.delivered == "coupons took 149.50 USD off the invoices of the last year"


def test_a_discounted_line_whose_invoice_is_not_on_file_is_named_and_counted_in_no_year() -> None:
    """30 and 12.50 of the window; 7 + 3 off an invoice that nobody exported; 99 of the year before."""
    lines = [
        *(
            {"invoice_id": "in_1", "invoiced_on": date(2026, 10, 1), "discount_usd": Decimal(usd)}
            for usd in ("30", "12.5")
        ),
        *({"invoice_id": "in_lost", "invoiced_on": None, "discount_usd": Decimal(usd)} for usd in (7, 3)),
        {"invoice_id": "in_0", "invoiced_on": date(2025, 10, 31), "discount_usd": Decimal(99)},
        {"invoice_id": "in_odd", "invoiced_on": None, "discount_usd": Decimal(0)},
    ]
    desk: Any = SimpleNamespace(
        warehouse=SimpleNamespace(rows=lambda _: lines),
        window=(date(2025, 11, 1), date(2026, 11, 1)),
        off_list=(),
        book=SimpleNamespace(product="vellocity"),
    )
    (one,) = off_list_findings(desk)
    assert one.delivered == (
        "coupons took 42.50 USD off the invoices of the last year; "
        "coupons took 10.00 USD off lines whose invoices are not on file: in_lost"
    )


# Coupons as Stripe records them


def test_coupons_of_a_small_stripe_world(tmp_path: Path) -> None:
    """Half off for good is 149.50; $50 off is 50; one invoice at half is no price; seats beside the plan cost more."""
    coupons = [
        coupon("HALF", percent_off="50"),
        coupon("FIFTY", amount_off=5000, currency="usd"),
        coupon("ONCE", percent_off="50", duration="once"),
    ]
    given = {"half": "HALF", "fifty": "FIFTY", "once": "ONCE"}
    cases = {
        name: {"discount": {"start": epoch("2026-02-01"), "source": {"coupon": name_of}}}
        for name, name_of in given.items()
    }
    seats = {"items": [item(price("price_s", "29900")), item(price("price_seat", "2900", product="prod_t"), 3)]}
    rows = subscribed(tmp_path, api(coupons=coupons), **cases, list={}, seats=seats)
    told = off_list(*_recorded(rows), [current()], NOTICE, MAY)
    assert {one.contract_id: (one.yearly, one.coupons) for one in told} == {
        "sub_half": (Decimal("1794.00"), Decimal("149.50")),
        "sub_fifty": (Decimal("600.00"), Decimal("50.00")),
        "sub_seats": (Decimal("-1044.00"), Decimal("0.00")),  # 3 x 29 x 12
    }


def _recorded(rows: Mapping[str, Mapping[str, Any]]) -> tuple[list[Contract], dict[str, Recorded]]:
    running = [row for row in rows.values() if recurring_contract(row).runs_on(MAY)]
    contracts = [records.contract(row, {}, {}, {row["customer_id"]: row["started_on"]}, {}) for row in running]
    return contracts, {
        row["contract_id"]: Recorded(row["recorded_price_usd"], row["before_coupons_usd"]) for row in running
    }


# Beside SQL over the sample

OFF_LIST = """
    with list(plan_key, effective, price) as (
        values ('starter-monthly', date '2024-11-01', 249), ('accelerate-monthly', date '2024-11-01', 1249),
            ('command_plus-monthly', date '2024-11-01', 3499), ('starter-annual', date '2024-11-01', 2490),
            ('accelerate-annual', date '2024-11-01', 12490), ('command_plus-annual', date '2024-11-01', 34990)
        union all
        select plan_key, date '2026-05-09', price_usd from marts.plan where price_usd is not null
    ),
    running as (
        select *,
            case when ends_with(plan_key, '-annual')
                then started_on + to_years(cast(date_sub('year', started_on, date '2026-10-31') as integer))
                else started_on + to_months(cast(date_sub('month', started_on, date '2026-10-31') as integer))
            end as period_on
        from marts.contract
        where recurring_from_on <= date '2026-10-31'
            and (recurring_until_on is null or date '2026-10-31' < recurring_until_on)
    ),
    held as (
        select running.contract_id, running.customer_id, running.recorded_price_usd as billed,
            running.offer_id is not null as is_offer,
            arg_max(list.price, list.effective) as listed
        from running left join list on running.plan_key = list.plan_key
            and (list.effective <= running.started_on or list.effective + 60 <= running.period_on
                or list.effective = date '2024-11-01')
        group by all
    )
    select contract_id, is_offer, listed, billed from held where listed is distinct from billed
"""
# c-0001, c-0007 and c-0008 are planted at the old price (data/sample/README.md), c-0211 on the deleted plan 5 at $99;
# the six private offers are data/sample/recipe.toml's.
OLD_PRICE = {"sub_c0001-2", "sub_c0007-1", "sub_c0008-1"}


def test_the_sample_is_off_list_where_sql_says_so(desk: Desk) -> None:
    told = off_list_contracts(desk)
    rows = _sql(desk)
    assert {(one.contract_id, one.is_private_offer, one.listed, one.billed) for one in told} == set(rows)
    plain = {one.contract_id for one in told if not one.is_private_offer}
    assert plain == OLD_PRICE | {"sub_c0211-1"}
    assert sum(one.is_private_offer for one in told) == 6


def _sql(desk: Desk) -> list[tuple[Any, ...]]:
    connection = duckdb.connect(str(desk.warehouse.path), read_only=True)
    try:
        return connection.execute(OFF_LIST).fetchall()
    finally:
        connection.close()


def test_the_samples_dollars(desk: Desk) -> None:
    """(1,499 - 1,249) + 2 x (299 - 249) = 350 a month, 4,200 a year; 12,490 - 10,616.50 = 1,873.50 under an offer."""
    one, other = off_list_findings(desk)
    assert "350.00 USD a month and 4,200.00 a year below it" in one.delivered
    assert "1 without a list price to hold 1,188.00 USD a year against" in one.delivered
    assert "156.13 USD a month and 1,873.50 a year below it" in other.delivered
    assert {one.claim, other.claim} <= {told.claim for told in desk.findings}


# A law


@given(billed=st.decimals(0, 5000, places=2))
def test_the_year_is_twelve_months_of_a_monthly_plan(billed: Decimal) -> None:
    for one in found(contract(), str(billed)):
        assert one.monthly is not None and one.yearly == 12 * one.monthly == 12 * (299 - billed)
