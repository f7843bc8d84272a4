"""What Stripe's objects and exports mean, by hand: statuses, coupons, tiers, schedules, refunds, other currencies."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.desk import Desk, renewing
from lib.market import contract_findings, recurring_contract
from lib.revenue import Recurring, recurring
from lib.warehouse.build import BuildReport
from lib.warehouse.read import Warehouse
from lib.warehouse.refusal import BuildRefused
from tests.warehouse.hand_world import PLANS, STRIPE, csv
from tests.warehouse.worlds import World, account, ask, built

Object = dict[str, Any]
MAY = date(2026, 5, 31)


def epoch(day: str) -> int:
    """A UTC day → its first second."""
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * 86_400


def api(**lists: list[Object]) -> World:
    """Objects by the file that a pull writes them to."""
    return {
        f"stripe/api/{name}.jsonl": "".join(f"{json.dumps(entry)}\n" for entry in entries)
        for name, entries in lists.items()
    }


def price(price_id: str, cents: str | None, interval: str = "month", **more: Any) -> Object:
    """A licensed price, paid every month unless said otherwise."""
    recurs = {"interval": interval, "interval_count": 1, "usage_type": "licensed"}
    words = {"id": price_id, "currency": "usd", "product": "prod_s", "unit_amount_decimal": cents}
    return {**words, "recurring": {**recurs, **more.pop("recurring", {})}, **more}


def subscription(name: str = "sub_9", **more: Any) -> Object:
    """A subscription of customer cus_9 since 1 February."""
    words = {"id": name, "customer": "cus_9", "currency": "usd", "status": "active", "metadata": {}}
    return {**words, "created": epoch("2026-02-01"), "start_date": epoch("2026-02-01"), **more}


def item(item_price: Object, quantity: int | None = 1, subscription_id: str = "sub_9") -> Object:
    """A price of a subscription."""
    return {"id": f"si_{item_price['id']}", "subscription": subscription_id, "price": item_price, "quantity": quantity}


STARTER = price("price_s", "29900")
NINE: Object = {"id": "cus_9", "created": epoch("2026-02-01"), "metadata": {"customer_id": "c-0009"}}


def subscribed(folder: Path, *parts: World, **cases: Object) -> dict[str, Mapping[str, Any]]:
    """Subscriptions by a name of the test's own, each what differs from one on Starter since 1 February → contracts.

    `items` are its prices, `discount` a coupon at work on it.
    """
    subscriptions, items, discounts = [], [], []
    for name, case in cases.items():
        sub, buyer = f"sub_{name}", f"cus_{name}"
        changes = {key: value for key, value in case.items() if key not in ("items", "discount")}
        subscriptions.append(subscription(sub, customer=buyer, **changes))
        items += [
            {**entry, "id": f"si_{name}_{entry['id']}", "subscription": sub}
            for entry in case.get("items", [item(STARTER)])
        ]
        if "discount" in case:
            place = {"customer": buyer, "subscription": sub}
            discounts.append({**place, **case["discount"], "id": f"di_{name}"})
    objects = api(subscriptions=subscriptions, subscription_items=items, subscription_discounts=discounts)
    world = {**PLANS, **objects}
    for part in parts:
        world |= part
    warehouse = Warehouse(built(folder, world).path)
    rows = {row["contract_id"].removeprefix("sub_"): row for row in warehouse.rows("contract")}
    warehouse.close()
    return rows


def contract(report: BuildReport) -> Mapping[str, Any]:
    warehouse = Warehouse(report.path)
    [row] = warehouse.rows("contract")
    warehouse.close()
    return row


def mrr(row: Mapping[str, Any], day: date = MAY) -> Decimal:
    return recurring([recurring_contract(row)], day).mrr


# Statuses


def test_a_subscription_counts_while_it_is_active_or_past_due(tmp_path: Path) -> None:
    left = {"status": "canceled", "canceled_at": epoch("2026-05-31")}
    rows = subscribed(
        tmp_path,
        active={},
        late={"status": "past_due"},
        trial={"status": "trialing", "trial_end": epoch("2026-06-10")},
        tried={"trial_end": epoch("2026-05-31")},  # paid from the day its trial ended
        paused={"status": "paused", "trial_end": epoch("2026-03-01")},
        unpaid={"status": "unpaid"},
        left={**left, "ended_at": epoch("2026-05-31")},
        gone=left,
        never={"status": "incomplete"},
        nor={"status": "incomplete_expired"},
    )
    assert {name: mrr(row) for name, row in rows.items()} == {
        "active": Decimal(299),
        "late": Decimal(299),
        "trial": 0,
        "tried": Decimal(299),
        "paused": 0,
        "unpaid": Decimal(299),  # no invoice says since when
        "left": 0,
        "gone": 0,
    }  # one that was never paid for is no contract
    assert (mrr(rows["tried"], date(2026, 5, 30)), mrr(rows["left"], date(2026, 5, 30))) == (0, Decimal(299))
    assert {(row["plan_key"], row["tier"]) for row in rows.values()} == {("starter-monthly", "starter")}
    assert rows["late"]["status"] == "past_due"


def test_a_subscription_that_is_cancelled_ahead_runs_and_will_end(tmp_path: Path) -> None:
    """The period of each ends on 1 July. Stripe takes `canceled_at` back when the customer stays after all."""
    told = {"canceled_at": epoch("2026-05-20"), "current_period_end": epoch("2026-07-01")}
    rows = subscribed(
        tmp_path,
        stays={"current_period_end": epoch("2026-07-01"), "cancel_at": None, "cancel_at_period_end": False},
        period={**told, "cancel_at_period_end": True},
        named={**told, "cancel_at": epoch("2026-06-15"), "cancel_at_period_end": False},
        older=told,  # a version of the API, or an export, that has none of the two
        undated={"cancel_at_period_end": True},
        stayed={**told, "cancel_at": None, "cancel_at_period_end": False},
        left={**told, "status": "canceled", "ended_at": epoch("2026-05-31")},
    )
    assert {name: (row["is_cancelled"], row["will_end_on"]) for name, row in rows.items()} == {
        "stays": (False, None),
        "period": (True, date(2026, 7, 1)),
        "named": (True, date(2026, 6, 15)),
        "older": (True, date(2026, 7, 1)),
        "undated": (True, None),
        "stayed": (False, None),
        "left": (False, None),
    }
    assert {name for name, row in rows.items() if row["ended_on"]} == {"left"}
    assert renewing.leaving(Desk.open(tmp_path / "warehouse")) == {
        f"sub_{name}": day
        for name, day in {
            "period": date(2026, 7, 1),
            "named": date(2026, 6, 15),
            "older": date(2026, 7, 1),
            "undated": None,
        }.items()
    }


def test_an_unpaid_subscription_counts_up_to_the_first_invoice_that_was_not_paid(tmp_path: Path) -> None:
    bills = [("in_1", "2026-03-01", "paid"), ("in_2", "2026-04-01", "uncollectible"), ("in_3", "2026-05-01", "draft")]
    bills += [("in_0", "2026-02-01", "uncollectible"), ("in_d", "2026-01-31", "draft")]
    invoices = [
        {
            "id": name,
            "customer": "cus_late",
            "currency": "usd",
            "total": 29900,
            "created": epoch(day),
            "status": status,
            "parent": {"subscription_details": {"subscription": "sub_late"}},
        }
        for name, day, status in bills
    ]
    row = subscribed(tmp_path, api(invoices=invoices), late={"status": "unpaid"})["late"]
    assert (mrr(row, date(2026, 3, 31)), mrr(row, date(2026, 4, 1))) == (Decimal(299), 0)

    assert contract_findings([row], MAY) == []  # it has stopped to run


def test_an_unpaid_subscription_without_an_unpaid_invoice_is_counted_and_named(tmp_path: Path) -> None:
    row = subscribed(tmp_path, late={"status": "unpaid"})["late"]
    assert mrr(row) == Decimal(299)
    assert [found.claim for found in contract_findings([row], MAY)] == ["contracts.unpaid"]


def test_a_trial_that_is_added_later_takes_no_month_before_it(tmp_path: Path) -> None:
    begun = {"start_date": epoch("2024-01-01")}
    rows = subscribed(
        tmp_path,
        running={**begun, "status": "trialing", "trial_start": epoch("2026-05-01"), "trial_end": epoch("2026-07-01")},
        over={**begun, "trial_start": epoch("2026-03-01"), "trial_end": epoch("2026-05-01")},
        paused={**begun, "status": "paused", "trial_start": epoch("2026-03-01"), "trial_end": epoch("2026-05-01")},
        first={**begun, "trial_start": epoch("2024-01-01"), "trial_end": epoch("2024-02-01")},
    )
    assert {name: (row["recurring_from_on"], row["recurring_until_on"]) for name, row in rows.items()} == {
        "running": (date(2024, 1, 1), date(2026, 5, 1)),
        "over": (date(2024, 1, 1), None),
        "paused": (date(2024, 1, 1), date(2026, 3, 1)),
        "first": (date(2024, 2, 1), None),
    }


def test_a_status_that_stripe_is_not_known_to_use_costs_its_line_and_says_so(tmp_path: Path) -> None:
    objects = api(subscriptions=[subscription(status="aktiv"), subscription("sub_8")], subscription_items=[])
    report = built(tmp_path, {**PLANS, **objects})
    [(reason,)] = ask(report, "select reason from raw.reject")
    assert reason == "status is no status of a subscription that Stripe is known to use: aktiv"


def test_the_months_mrr_leaves_a_trial_out(tmp_path: Path) -> None:
    """c-0001's Accelerate from 15 April is on trial to 1 May: April has Starter's 299 no more, and nothing instead."""
    path = "stripe/subscriptions.csv"
    header, first, second, *rest = str(STRIPE[path]).splitlines()
    lines = [f"{header},Trial End (UTC)", f"{first},", f"{second},2026-05-01 00:00", *(f"{line}," for line in rest)]
    report = built(tmp_path, {**PLANS, **STRIPE, path: csv(*lines)})
    months = "select recurring_month, contract_id from marts.recurring_month where customer_id = 'c-0001' order by 1"
    assert ask(report, months) == [(date(2026, 3, 1), "sub_1"), (date(2026, 5, 1), "sub_2")]


# What a subscription costs


def test_a_price_is_the_sum_of_what_is_licensed(tmp_path: Path) -> None:
    def every(count: int, interval: str, cents: str) -> Object:
        return {"items": [item(price("price_x", cents, interval, recurring={"interval_count": count}))]}

    metered = item(price("price_w", "10", recurring={"usage_type": "metered"}), None)
    rows = subscribed(
        tmp_path,
        seats={"items": [item(STARTER), item(price("price_seat", "2900"), 3)]},  # 299 + 3 x 29
        usage={"items": [metered, item(STARTER)]},
        year=every(1, "year", "299000"),
        months=every(12, "month", "299000"),
        quarter=every(3, "month", "80000"),
        five=every(5, "month", "10001"),  # 100.01 x 12 / 5 = 240.024
        week=every(1, "week", "1000"),
        two=every(2, "year", "500000"),
    )
    assert {name: (row["term"], row["recorded_price_usd"]) for name, row in rows.items()} == {
        "seats": ("monthly", Decimal("386.00")),
        "usage": ("monthly", Decimal("299.00")),
        "year": ("annual", Decimal("2990.00")),
        "months": ("annual", Decimal("2990.00")),
        "quarter": ("custom", Decimal("3200.00")),
        "five": ("custom", Decimal("240.02")),
        "week": ("custom", Decimal("520.00")),
        "two": ("two_year", Decimal("5000.00")),
    }


def test_a_price_counts_packs_and_steps_as_its_units_are_sold(tmp_path: Path) -> None:
    """20 units at 10.00 for every 10 are 20.00, 21 are 30.00 (rounded down 20.00); no price is no 0.00."""
    pack = price("price_pack", "1000", transform_quantity={"divide_by": 10, "round": "up"})
    down = price("price_down", "1000", transform_quantity={"divide_by": 10, "round": "down"})
    prices = {mode: price(f"price_{mode}", None, tiers_mode=mode) for mode in ("graduated", "volume", "short", "none")}
    prices["short"]["tiers_mode"] = "graduated"
    steps = [(5, "1000", 500), (None, "800", 200)]
    tiers = [
        {"price": f"price_{mode}", "tier": {"up_to": up, "unit_amount_decimal": unit, "flat_amount": flat}}
        for mode, listed in {"graduated": steps, "volume": steps, "short": steps[:1]}.items()
        for up, unit, flat in listed
    ]
    rows = subscribed(
        tmp_path,
        api(prices=[pack, down, *prices.values()], price_tiers=tiers),
        pack={"items": [item(pack, 20)]},
        part={"items": [item(pack, 21)]},
        down={"items": [item(down, 21)]},
        **{mode: {"items": [item(prices[mode], 8)]} for mode in prices},
        half={"items": [item(STARTER), item(prices["none"], 8)]},
    )
    assert {name: row["recorded_price_usd"] for name, row in rows.items()} == {
        "pack": Decimal("20.00"),
        "part": Decimal("30.00"),
        "down": Decimal("20.00"),
        "graduated": Decimal("81.00"),  # 5 x 10 + 5.00, and 3 x 8 + 2.00
        "volume": Decimal("66.00"),  # 8 x 8 + 2.00
        "short": None,  # its steps end at 5
        "none": None,
        "half": None,
    }
    noted = contract_findings(rows.values(), MAY)
    assert [finding.evidence for finding in noted] == [
        tuple(f"contract sub_{name} of stripe:cus_{name}" for name in ("half", "none", "short"))
    ]
    assert recurring([recurring_contract(row) for row in rows.values()], MAY) == Recurring(Decimal(2604), 5)


@pytest.mark.parametrize("order", [1, -1])
def test_the_plan_among_equal_prices_is_the_one_that_is_sold_as_one(tmp_path: Path, order: int) -> None:
    items = [item(STARTER), item(price("price_0", "29900")), item(price("price_9", "99900"))][::order]
    row = subscribed(tmp_path, nine={"items": items})["nine"]
    assert (row["plan_key"], row["recorded_price_usd"]) == ("starter-monthly", Decimal("1597.00"))


def coupon(name: str = "LESS", **more: Any) -> Object:
    return {"id": name, "name": "Less", "duration": "forever", **more}


def discount(coupon_id: str = "LESS", **more: Any) -> Object:
    words = {"id": "di_1", "customer": "cus_9", "start": epoch("2026-02-01"), "end": None}
    return {**words, "source": {"type": "coupon", "coupon": coupon_id}, **more}


def test_a_coupon_that_lasts_lowers_the_price(tmp_path: Path) -> None:
    coupons = [
        coupon("EIGHTH", percent_off="12.5"),
        coupon("FIFTY", amount_off=5000, currency="usd"),
        coupon("MORE", amount_off=50000, currency="usd"),
        coupon("ONCE", percent_off="50", duration="once"),
        coupon("HALF", percent_off="50", duration="repeating"),
    ]
    given = {
        "eighth": {"source": {"coupon": "EIGHTH"}},
        "fifty": {"source": {"coupon": "FIFTY"}},
        "more": {"source": {"coupon": "MORE"}},
        "once": {"source": {"coupon": "ONCE"}},  # one invoice is no recurring price
        "over": {"source": {"coupon": "HALF"}, "end": epoch("2026-05-31")},
        "last_day": {"source": {"coupon": "HALF"}, "end": epoch("2026-06-01")},
        "all": {"source": {"coupon": "HALF"}, "subscription": None},  # on everything the customer buys
        "gone": {"source": {"coupon": "DELETED"}},
    }
    cases = {name: {"discount": {"start": epoch("2026-02-01"), **place}} for name, place in given.items()}
    rows = subscribed(tmp_path, api(coupons=coupons), **cases)
    assert {name: row["recorded_price_usd"] for name, row in rows.items()} == {
        "eighth": Decimal("261.63"),  # 299 x 0.875 = 261.625
        "fifty": Decimal("249.00"),
        "more": Decimal("0.00"),
        "once": Decimal("299.00"),
        "over": Decimal("299.00"),
        "last_day": Decimal("149.50"),
        "all": Decimal("149.50"),
        "gone": Decimal("299.00"),  # its terms went with it
    }
    assert {row["before_coupons_usd"] for row in rows.values()} == {Decimal("299.00")}


def test_a_coupon_on_one_customer_at_stripe_leaves_the_companys_other_alone(tmp_path: Path) -> None:
    """Two customers at Stripe are one company of ours: half off what cus_a buys, 299 for what cus_b buys."""
    objects = api(
        customers=[{**NINE, "id": name} for name in ("cus_a", "cus_b")],
        coupons=[coupon(percent_off="50")],
        customer_discounts=[discount(customer="cus_a")],
        subscriptions=[subscription(f"sub_{name}", customer=f"cus_{name}") for name in "ab"],
        subscription_items=[{**item(STARTER, 1, f"sub_{name}"), "id": f"si_{name}"} for name in "ab"],
    )
    report = built(tmp_path, {**PLANS, **objects})
    query = "select contract_id, customer_id, recorded_price_usd from marts.contract"
    assert ask(report, query) == [("sub_a", "c-0009", Decimal("149.50")), ("sub_b", "c-0009", Decimal("299.00"))]


def test_a_coupon_lowers_only_what_it_is_for(tmp_path: Path) -> None:
    """Starter at 299 of prod_s, and 3 seats at 29 of prod_t: 386 together."""
    both = [item(STARTER), item(price("price_seat", "2900", product="prod_t"), 3)]
    coupons = [
        coupon("SEATS", percent_off="50", applies_to={"products": ["prod_t"]}),
        coupon("OTHER", percent_off="50", applies_to={"products": ["prod_x"]}),
        coupon("TEN", amount_off=1000, currency="usd", applies_to={"products": ["prod_t"]}),
        coupon("MUCH", amount_off=10000, currency="usd", applies_to={"products": ["prod_t"]}),
        coupon("ALL", amount_off=10000, currency="usd", applies_to={"products": []}),
        coupon("TENTH", percent_off="10"),
    ]
    words = {"start": epoch("2026-02-01")}

    def named(name: str) -> Object:
        return {"items": both, "discount": {**words, "source": {"coupon": name}}}

    cases = {name.lower(): named(name) for name in ("SEATS", "OTHER", "TEN", "MUCH", "ALL", "TENTH")}
    everything = {**named("SEATS"), "discount": {**named("SEATS")["discount"], "subscription": None}}
    on_item = [
        discount("TENTH", id="di_own_own", subscription="sub_own", subscription_item="si_own_si_price_s"),
        discount("TENTH", id="di_two_own", subscription="sub_two", subscription_item="si_two_si_price_s"),
    ]
    rows = subscribed(
        tmp_path,
        api(coupons=coupons, item_discounts=on_item),
        **cases,
        everything=everything,
        own={"items": both},
        two=named("SEATS"),
    )
    assert {name: (row["recorded_price_usd"], row["before_coupons_usd"]) for name, row in rows.items()} == {
        name: (Decimal(left), Decimal(386))
        for name, left in {
            "seats": "342.50",  # 299 + 87 / 2
            "other": "386.00",
            "ten": "376.00",
            "much": "299.00",  # not more than the seats cost
            "all": "286.00",
            "tenth": "347.40",
            "everything": "342.50",
            "own": "356.10",  # 299 x 0.9 + 87
            "two": "312.60",  # each price by its own: 269.10 + 43.50
        }.items()
    }


def test_a_discount_says_whom_it_makes_cheaper_by_which_coupon(tmp_path: Path) -> None:
    objects = api(
        customers=[NINE],
        subscriptions=[subscription()],
        subscription_items=[item(STARTER)],
        coupons=[coupon(percent_off="20")],
        subscription_discounts=[discount(subscription="sub_9"), discount("GONE", id="di_2", subscription="sub_9")],
        item_discounts=[discount(id="di_3", subscription_item="si_price_s")],
    )
    report = built(tmp_path, {**PLANS, **objects})
    query = "select discount_id, contract_id, customer_id, reach, coupon_name, percent_off from marts.stripe_discount"
    assert ask(report, query) == [
        ("di_1", "sub_9", "c-0009", "subscription", "Less", Decimal(20)),
        ("di_2", "sub_9", "c-0009", "subscription", None, None),
        ("di_3", "sub_9", "c-0009", "item", "Less", Decimal(20)),
    ]


def test_a_table_of_coupons_counts_in_cents_and_an_export_in_dollars(tmp_path: Path) -> None:
    for name, text in {
        "export": csv("id,Amount Off,Created (UTC),Currency,Duration", "FIVE,5.00,2026-01-01 00:00,usd,forever"),
        "table": csv("id,amount_off,created,currency,duration", "FIVE,500,2026-01-01 00:00:00,usd,forever"),
    }.items():
        report = built(tmp_path / name, {**PLANS, "stripe/coupons.csv": text})
        assert ask(report, "select amount_off_usd from staging.stripe_coupon") == [(Decimal("5.00"),)], name
    unclear = csv("id,amount_off,currency,duration", "FIVE,500,usd,forever")
    with pytest.raises(BuildRefused, match=r"^stripe/coupons\.csv has no column 'created_at' \(it goes by 'Created"):
        built(tmp_path / "unclear", {**PLANS, "stripe/coupons.csv": unclear})


def test_an_invoiced_amount_is_what_is_left_after_its_coupon(tmp_path: Path) -> None:
    line = {
        "id": "il_1",
        "invoice": "in_1",
        "amount": 29900,
        "currency": "usd",
        "discount_amounts": [{"amount": 5000, "discount": "di_1"}, {"amount": 30, "discount": "di_2"}],
        "parent": {"subscription_item_details": {"subscription": "sub_9", "proration": False}},
        "period": {"start": epoch("2026-05-01"), "end": epoch("2026-06-01")},
        "pricing": {"price_details": {"price": "price_s"}},
        "quantity": 1,
    }
    objects = api(subscriptions=[subscription()], subscription_items=[item(STARTER)], invoice_lines=[line])
    report = built(tmp_path, {**PLANS, **objects})
    assert ask(report, "select amount_usd, discount_usd, kind from marts.invoice_line") == [
        (Decimal("248.70"), Decimal("50.30"), "base")
    ]


# Prices with tiers, and what is planned


def test_the_tiers_of_a_price_meet_each_other(tmp_path: Path) -> None:
    tiers = [(400_000, "0.08", None), (None, "0.06", 500), (100_000, "0.1", None)]
    rows = [
        {"price": "price_w", "position": place, "tier": {"up_to": up, "unit_amount_decimal": unit, "flat_amount": flat}}
        for place, (up, unit, flat) in enumerate(tiers)
    ]
    words = price("price_w", None, tiers_mode="graduated", lookup_key="words")
    report = built(tmp_path, {**PLANS, **api(prices=[words], price_tiers=rows)})
    assert ask(report, "select * exclude (price_id) from marts.stripe_price_tier order by tier") == [
        (1, "words", "graduated", Decimal(0), Decimal(100_000), Decimal("0.001"), Decimal(0)),
        (2, "words", "graduated", Decimal(100_000), Decimal(400_000), Decimal("0.0008"), Decimal(0)),
        (3, "words", "graduated", Decimal(400_000), None, Decimal("0.0006"), Decimal(5)),
    ]
    table = csv(
        "price_id,upto,amount,amount_decimal,flat_amount,flat_amount_decimal",
        "price_w,400000,,0.08,,",
        "price_w,,,0.06,500,500",
        "price_w,100000,,0.1,,",
    )
    again = built(tmp_path / "table", {**PLANS, **api(prices=[words]), "stripe/price_tiers.csv": table})
    everything = "select * from marts.stripe_price_tier order by tier"
    assert ask(again, everything) == ask(report, everything)


def test_a_schedule_says_what_a_subscription_will_cost_and_from_when(tmp_path: Path) -> None:
    phases = [("price_s", "2026-02-01", "2026-06-01", 0), ("price_n", "2026-06-01", "2027-06-01", 1)]
    rows = [
        {
            "subscription_schedule": "sub_sched_1",
            "subscription": "sub_9",
            "status": "active",
            "position": phase,
            "place": 0,
            "start_date": epoch(start),
            "end_date": epoch(end),
            "item": {"price": name, "quantity": 2},
        }
        for name, start, end, phase in phases
    ]
    prices = [STARTER, price("price_n", "34900", lookup_key="starter-monthly")]
    report = built(tmp_path, {**PLANS, **api(prices=prices, schedule_phase_items=rows)})
    query = "select contract_id, price_usd, starts_on, is_future from marts.stripe_schedule_phase order by phase"
    assert ask(report, query) == [
        ("sub_9", Decimal("598.00"), date(2026, 2, 1), False),
        ("sub_9", Decimal("698.00"), date(2026, 6, 1), True),
    ]


# Money


def moved(name: str, kind: str, cents: int, fee: int, day: str, source: Any) -> Object:
    """A movement of the balance."""
    words = {"id": name, "type": kind, "amount": cents, "fee": fee, "net": cents - fee, "currency": "usd"}
    return {**words, "created": epoch(day), "available_on": epoch(day) + 2 * 86_400, "source": source}


CHARGE = {
    "id": "ch_1",
    "payment_intent": "pi_1",
    "payment_method_details": {"type": "card", "card": {"country": "DE"}},
}
PAID = {
    "id": "inpay_1",
    "invoice": "in_1",
    "status": "paid",
    "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
}
MONEY = api(
    invoice_payments=[PAID],
    balance_transactions=[
        moved("txn_1", "charge", 29900, 1197, "2026-04-01", CHARGE),
        moved("txn_2", "payout", -28703, 0, "2026-04-03", {"id": "po_1"}),
        moved("txn_3", "refund", -9900, 0, "2026-04-20", {"id": "re_1", "charge": "ch_1", "payment_intent": "pi_1"}),
        moved(
            "txn_4",
            "adjustment",
            -20000,
            1500,
            "2026-05-02",
            {"id": "dp_1", "charge": "ch_1", "payment_intent": "pi_1"},
        ),
        moved("txn_5", "stripe_fee", -209, 0, "2026-05-01", None),
        moved("txn_6", "topup", 100000, 0, "2026-05-03", {"id": "tu_1"}),
        moved("txn_7", "charge", 5000, 175, "2026-05-04", {"id": "ch_2", "payment_intent": "pi_2"}),
    ],
    fee_details=[
        {"balance_transaction": "txn_1", "fee": {"type": "stripe_fee", "amount": 1100, "currency": "usd"}},
        {"balance_transaction": "txn_1", "fee": {"type": "tax", "amount": 97, "currency": "usd"}},
    ],
)


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return built(tmp_path_factory.mktemp("money"), {**PLANS, **MONEY})


def test_refunds_and_disputes_are_taken_from_the_invoice_they_take_back(money: BuildReport) -> None:
    """in_1 brought 299, gave back 99 and lost 200 in a dispute: 0.00 gross, and 11.97 + 15.00 of fees. The monthly fee
    and the payment without an invoice stand for themselves; money that we moved in ourselves is no sale.
    """
    query = (
        "select invoice_id, gross_usd, fee_usd, net_usd, payment_method, settled_on, disbursed_on from marts.settlement"
    )
    assert ask(money, query) == [
        ("ch_2", Decimal("50.00"), Decimal("1.75"), Decimal("48.25"), None, date(2026, 5, 4), None),
        (
            "in_1",
            Decimal("0.00"),
            Decimal("26.97"),
            Decimal("-26.97"),
            "card_international",
            date(2026, 4, 1),
            date(2026, 4, 3),  # the payout of the charge, which a later refund does not put off
        ),
        ("txn_5", Decimal("0.00"), Decimal("2.09"), Decimal("-2.09"), None, date(2026, 5, 1), None),
    ]


def test_a_fee_is_told_by_what_it_is_made_of(money: BuildReport) -> None:
    assert ask(money, "select invoice_id, fee_type, fee_usd from marts.stripe_fee_part") == [
        ("ch_2", "stripe_fee", Decimal("1.75")),
        ("in_1", "stripe_fee", Decimal("26.00")),  # 11.00, and 15.00 for the dispute, which says no more
        ("in_1", "tax", Decimal("0.97")),
        ("txn_5", "billing", Decimal("2.09")),
    ]


def test_a_fee_that_two_files_tell_of_is_counted_once(tmp_path: Path) -> None:
    details = csv(
        "balance_transaction_id,type,amount,currency,description",
        "t1,stripe_fee,200,usd,",
        "t1,stripe_fee,200,usd,",  # two parts may be alike
    )
    moves = csv(
        "id,type,source_id,amount,fee,net,currency,created,available_on",
        "t1,charge,ch_1,10000,400,9600,usd,2026-03-01,2026-03-03",
    )
    files = {f"stripe/balance_transaction_fee_details_{name}.csv": details for name in "ab"}
    report = built(tmp_path, {**PLANS, "stripe/balance_transactions.csv": moves, **files})
    assert ask(report, "select fee_type, fee_usd from marts.stripe_fee_part") == [("stripe_fee", Decimal("4.00"))]


def test_a_payout_that_failed_paid_nothing_out(tmp_path: Path) -> None:
    moves = [
        moved("txn_1", "charge", 10000, 300, "2026-03-01", {"id": "ch_1"}),
        moved("txn_2", "payout", -9700, 0, "2026-03-04", {"id": "po_1"}),
        moved("txn_3", "payout_failure", 9700, 0, "2026-03-06", {"id": "po_1"}),
    ]
    again = moved("txn_4", "payout", -9700, 0, "2026-03-09", {"id": "po_2"})
    for name, paid_on, listed in (("failed", None, moves), ("again", date(2026, 3, 9), [*moves, again])):
        report = built(tmp_path / name, {**PLANS, **api(balance_transactions=listed)})
        assert ask(report, "select invoice_id, disbursed_on from marts.settlement") == [("ch_1", paid_on)], name


def test_the_dashboards_exports_tie_a_charge_to_its_invoice_through_the_payment(tmp_path: Path) -> None:
    history = csv(
        "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description",
        '"txn_1",charge,ch_1,"1.249,00","36,52","1.212,48",usd,2026-04-01 10:00,2026-04-03 00:00,"a, b"',
        "txn_2,charge,ch_2,50.00,1.75,48.25,usd,2026-04-01 10:00,2026-04-03 00:00,",
    )
    payments = csv(
        "id,Created date (UTC),Amount,Currency,Invoice ID,PaymentIntent ID,Payment Source Type,Card Issue Country",
        "ch_1,2026-04-01 10:00,1249.00,usd,in_1,pi_1,card,US",
    )
    invoices = csv(
        "id,Customer,Status,Charge,Currency,Total,Date (UTC)", "in_2,cus_9,paid,ch_2,usd,50.00,2026-04-01 10:00"
    )
    files = {"balance_history": history, "unified_payments": payments, "invoices": invoices}
    report = built(tmp_path, {**PLANS, **{f"stripe/{name}.csv": text for name, text in files.items()}})
    assert ask(report, "select invoice_id, gross_usd, fee_usd, payment_method from marts.settlement") == [
        ("in_1", Decimal("1249.00"), Decimal("36.52"), "card"),
        ("in_2", Decimal("50.00"), Decimal("1.75"), None),
    ]


def test_an_itemized_report_names_the_invoice_itself(tmp_path: Path) -> None:
    report = csv(
        "balance_transaction_id,created_utc,created,available_on_utc,available_on,currency,gross,fee,net,"
        "reporting_category,source_id,description,charge_id,payment_intent_id,invoice_id,payment_method_type,card_country",
        "txn_1,2026-04-01 10:00:00,2026-04-01 03:00:00,2026-04-03 00:00:00,2026-04-02 17:00:00,usd,299.00,11.97,287.03,"
        "charge,ch_1,,ch_1,pi_1,in_1,card,DE",
        "txn_2,2026-04-09 10:00:00,2026-04-09 03:00:00,2026-04-09 00:00:00,2026-04-08 17:00:00,usd,-99.00,0.00,-99.00,"
        "refund,re_1,,ch_1,pi_1,in_1,card,DE",
    )
    found = built(tmp_path, {**PLANS, "stripe/Itemized_balance_change_from_activity_USD.csv": report})
    assert ask(found, "select invoice_id, gross_usd, fee_usd, payment_method from marts.settlement") == [
        ("in_1", Decimal("200.00"), Decimal("11.97"), "card_international")
    ]


def test_a_row_in_another_currency_is_rejected_and_never_added_up(tmp_path: Path) -> None:
    euro = {**moved("txn_8", "charge", 29900, 0, "2026-04-01", {"id": "ch_8"}), "currency": "eur"}
    dollars = moved("txn_9", "charge", 100, 0, "2026-04-01", {"id": "ch_9"})
    prices = [STARTER, {**price("price_e", "27900"), "currency": "eur"}]
    report = built(tmp_path, {**PLANS, **api(prices=prices, balance_transactions=[euro, dollars])})
    assert ask(report, "select feed, line, reason from raw.reject order by feed") == [
        ("stripe_balance_transaction", 1, "currency is not usd, and the books are kept in US dollars alone: eur"),
        ("stripe_price", 2, "currency is not usd, and the books are kept in US dollars alone: eur"),
    ]
    assert ask(report, "select sum(gross_usd) from marts.settlement") == [(Decimal("1.00"),)]


def test_drafts_and_voids_are_not_invoiced_and_a_credit_note_is_told_apart(tmp_path: Path) -> None:
    bills = [("in_1", "paid"), ("in_2", "draft"), ("in_3", "void"), ("in_4", "uncollectible"), ("in_5", "open")]
    invoices = [
        {
            "id": name,
            "customer": "cus_9",
            "currency": "usd",
            "total": 100,
            "created": epoch("2026-05-01"),
            "status": status,
        }
        for name, status in bills
    ]
    lines = [
        {
            "id": name.replace("in_", "il_"),
            "invoice": name,
            "amount": 100,
            "currency": "usd",
            "period": {"start": epoch("2026-05-01"), "end": epoch("2026-05-01")},
        }
        for name, _ in bills
    ]
    notes = [
        {
            "id": name,
            "invoice": "in_1",
            "status": status,
            "currency": "usd",
            "total": 40,
            "created": epoch("2026-05-09"),
        }
        for name, status in (("cn_1", "issued"), ("cn_2", "void"))
    ]
    world = api(customers=[NINE], invoices=invoices, invoice_lines=lines, credit_notes=notes)
    report = built(tmp_path, {**PLANS, **world})
    told = ask(report, "select invoice_id, customer_id, amount_usd from marts.invoice_line order by 1")
    assert told == [(name, "c-0009", Decimal("1.00")) for name in ("in_1", "in_4", "in_5")]
    assert ask(report, "select credit_note_id, customer_id, total_usd from marts.stripe_credit_note") == [
        ("cn_1", "c-0009", Decimal("0.40"))
    ]


# Exports of other years and languages


SUBSCRIPTION_HEADERS = {
    "this year": "id,Customer ID,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),"
    "Ended At (UTC)",
    "another year": "Subscription ID,Customer,Price ID,Quantity,Currency,Interval,Amount,Status,Created date (UTC),"
    "Start Date (UTC),Ended At",
    "by hand": "ID,CUSTOMER-ID,plan,quantity,currency,interval,amount,status,Created,start_date,ended_at_utc",
    "German": "Abonnement-ID,Kunden-ID,Preis-ID,Menge,Währung,Intervall,Betrag,Status,Erstellt (UTC),"
    "Startdatum (UTC),Beendet am (UTC)",
    "French": "ID abonnement,ID client,ID tarif,Quantité,Devise,Intervalle,Montant,Statut,Créé (UTC),"
    "Date de début (UTC),Terminé le (UTC)",
}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    """Every export as a file of its own in one snapshot, of a customer of its own."""
    files = {}
    for export, header in enumerate(SUBSCRIPTION_HEADERS.values()):
        lines = [
            f"sub_{export}{place},cus_{export},price_s,1,usd,month,{amount},active,2026-02-01 00:00,2026-02-01 00:00,"
            for place, amount in enumerate(["225.00", '"225,00"', '"$225.00"', '"225,00 €"'])
        ]
        files[f"stripe/subscriptions-{export}.csv"] = csv(header, *lines)
    return built(tmp_path_factory.mktemp("exports"), {**PLANS, **files})


@pytest.mark.parametrize("export", range(len(SUBSCRIPTION_HEADERS)), ids=SUBSCRIPTION_HEADERS)
def test_a_subscription_is_the_same_whatever_its_export_calls_it(exports: BuildReport, export: int) -> None:
    told = "select customer_id, plan_key, recorded_price_usd, count(*) from marts.contract"
    assert ask(exports, f"{told} where customer_id = 'stripe:cus_{export}' group by all") == [
        (f"stripe:cus_{export}", "starter-monthly", Decimal("225.00"), 3)
    ]  # euros in a column of dollars are neither
    assert ask(exports, "select count(*) from marts.contract") == [(3 * len(SUBSCRIPTION_HEADERS),)]


def test_tables_count_in_cents_and_exports_in_dollars_under_the_same_headers(tmp_path: Path) -> None:
    """Both call it Total; only the export says (UTC) behind its date."""
    for name, text in {
        "export": csv("id,Customer,Status,Currency,Total,Date (UTC)", "in_1,cus_9,paid,usd,299.00,2026-04-01 10:00"),
        "table": csv(
            "id,customer_id,status,currency,total,created,date",
            "in_1,cus_9,paid,usd,29900,2026-04-01 10:00:00.000,2026-04-01 10:00:00.000",
        ),
    }.items():
        report = built(tmp_path / name, {**PLANS, "stripe/invoices.csv": text})
        assert ask(report, "select total_usd, invoiced_on from staging.stripe_invoice") == [
            (Decimal("299.00"), date(2026, 4, 1))
        ], name


def test_the_tables_of_data_pipeline_become_the_same_contract(tmp_path: Path) -> None:
    """Amounts in cents, times as text or seconds, metadata in tables beside them."""
    tables = {
        "customers": csv("id,created,name,batch_timestamp", "cus_9,2026-02-01 00:00:00.000 UTC,Nine,2026-05-31"),
        "subscriptions": csv(
            "id,customer_id,status,currency,created,start_date,ended_at,price_id,discount_coupon_id,discount_start",
            "sub_9,cus_9,active,usd,2026-02-01 00:00:00.000,2026-02-01 00:00:00.000,,price_s,LESS,2026-02-01",
        ),
        "subscription_items": csv(
            "id,subscription_id,price_id,quantity,price_unit_amount,price_recurring_interval,price_recurring_interval_count,created",
            f"si_1,sub_9,price_s,1,29900,month,1,{epoch('2026-02-01')}",
        ),
        "coupons": csv("id,amount_off,created,currency,duration,name,percent_off", "LESS,,2026-01-01,,forever,Less,20"),
        "metadata/customers": csv("customer_id,key,value", "cus_9,customer_id,c-0009", "cus_9,colour,green"),
        "metadata/subscriptions": csv("subscription_id,key,value", "sub_9,plan_id,1"),
    }
    report = built(tmp_path, {**PLANS, **{f"stripe/{name}.csv": text for name, text in tables.items()}})
    row = contract(report)
    assert (row["customer_id"], row["plan_id"], row["started_on"]) == ("c-0009", 1, date(2026, 2, 1))
    assert (row["recorded_price_usd"], row["before_coupons_usd"]) == (Decimal("239.20"), Decimal("299.00"))
    assert account(report, "stripe_metadata")["loaded"] == 3
