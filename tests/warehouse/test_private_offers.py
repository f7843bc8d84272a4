"""Private offers come in with their own terms, or without: what a file lacks is absent and never zero."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lib.catalog.document import BookError
from lib.catalog.price import Band
from lib.contracts import Contract, ContractError, Instalment, MultiYear
from lib.desk import Desk, changes
from lib.market import recurring_contract
from lib.revenue import recurring
from lib.revenue import yearly as of_a_year
from lib.warehouse.build import BuildRefused
from lib.warehouse.read import Warehouse
from tests.warehouse.hand_world import APRIL, BILLING, STRIPE, WORLD, feed, version
from tests.warehouse.worlds import World, account, ask, built

PLAIN = "offer_id,customer_id,plan_key,price_usd,accepted_on,starts_on,ends_on"
OFFERS = "company/private_offers.csv"
PRICES = {
    "company/private_offer_prices.csv": (
        "offer_id,dimension,from_quantity,unit_price_usd\n"
        "offer-private,words,100000,0.0005\noffer-private,words,0,0.0007\noffer-other,words,0,0.0001\n"
    )
}
INSTALMENTS = {
    "company/private_offer_instalments.csv": (
        "offer_id,due_on,amount_usd\noffer-private,2026-10-20,34000.00\noffer-private,2026-04-20,50000.00\n"
    )
}


def offers(header: str, row: str) -> World:
    return {OFFERS: f"{header}\noffer-private,c-0003,enterprise-custom,{row}\n"}


def contract_three(folder: Path, *parts: World) -> Contract:
    """The contract that holds the private offer, as a desk opens it."""
    world = dict(WORLD)
    for part in parts:
        world |= part
    built(folder, world)
    return Desk.open(folder / "warehouse").population.contracts["agmt-3"]


def test_an_offer_without_own_terms_has_a_price_and_nothing_else(tmp_path: Path) -> None:
    offer = contract_three(tmp_path, offers(PLAIN, "84000.00,2026-04-18,2026-04-20,")).offer
    assert offer is not None
    assert (offer.price, offer.bands, offer.monthly_minimum, offer.multi_year, offer.instalments) == (
        Decimal("84000.00"),
        {},
        None,
        None,
        (),
    )


def test_an_offers_terms_are_read_from_their_columns_and_feeds(tmp_path: Path) -> None:
    header = f"{PLAIN},monthly_minimum_usd,multi_year_discount,years"
    row = ",2026-04-18,2026-04-20,,250.00,0.25,3"
    contract = contract_three(tmp_path, offers(header, row), PRICES)
    assert contract.offer is not None
    assert contract.offer.price is None
    assert contract.offer.monthly_minimum == Decimal("250.00")
    assert contract.offer.multi_year == MultiYear(3, Decimal("0.25"))
    assert contract.offer.bands == {
        "words": (Band(Decimal(0), Decimal("0.0007")), Band(Decimal(100000), Decimal("0.0005")))
    }
    assert (contract.months, contract.term) == (36, "three_year")


def test_a_file_may_lack_some_of_the_optional_columns(tmp_path: Path) -> None:
    contract = contract_three(tmp_path, offers(f"{PLAIN},years", "84000.00,,2026-04-20,,2"))
    assert contract.offer is not None
    assert (contract.months, contract.offer.price, contract.offer.monthly_minimum) == (24, Decimal("84000.00"), None)


@pytest.mark.parametrize(("years", "mrr"), [("", "7000"), ("1", "7000"), ("2", "3500"), ("5", "1400")])
def test_recurring_revenue_spreads_an_offers_price_over_its_years(tmp_path: Path, years: str, mrr: str) -> None:
    """$84,000 stand on the agreement: 7,000 a month over one year, 3,500 over two, 1,400 over five."""
    report = built(tmp_path, {**WORLD, **offers(f"{PLAIN},years", f"84000.00,,2026-04-20,,{years}")})
    [row] = [row for row in Warehouse(report.path).rows("contract") if row["contract_id"] == "agmt-3"]
    assert recurring([recurring_contract(row)], date(2026, 5, 1)).mrr == Decimal(mrr)


def test_a_discount_without_years_is_one_for_a_year(tmp_path: Path) -> None:
    contract = contract_three(tmp_path, offers(f"{PLAIN},multi_year_discount", ",,2026-04-20,,0.1"))
    assert contract.offer is not None
    assert contract.offer.multi_year == MultiYear(1, Decimal("0.1"))


def test_an_offer_is_paid_in_the_instalments_of_its_feed(tmp_path: Path) -> None:
    offer = contract_three(tmp_path, offers(PLAIN, "84000.00,,2026-04-20,"), INSTALMENTS).offer
    assert offer is not None
    assert offer.instalments == (
        Instalment(date(2026, 4, 20), Decimal("50000.00")),
        Instalment(date(2026, 10, 20), Decimal("34000.00")),
    )


def part_billed(begins: str, ends: str, amount: str) -> str:
    """One instalment of agmt-3, invoiced on the first day of the period that it is paid for."""
    line = f"acct-3,prod-1,offer-private,agmt-3,{amount},USD,INV-{begins},{begins},INV-{begins},li-1"
    event = f"be-{begins},INVOICED,{begins},SELLER_REV_SHARE,{line},{begins},{ends}"
    return version(APRIL, begins, "", f"{event},agmt-3/enterprise-custom/{begins[:10]}")


TWENTIETH = "2026-04-20T00:00:00Z"


@pytest.mark.parametrize(
    ("years", "parts", "ends", "yearly"),
    [
        ("3", {"2026-04-20": 28_000, "2027-04-20": 28_000, "2028-04-20": 28_000}, "2027-04-19T23:59:59Z", 28_000),
        (
            "1",
            dict.fromkeys(("2026-04-20", "2026-07-20", "2026-10-20", "2027-01-20"), 21_000),
            "2026-07-19T23:59:59Z",
            84_000,
        ),
    ],
    ids=["three years by the year", "a year by the quarter"],
)
def test_an_instalment_is_a_part_of_the_price_and_never_all_of_it(
    tmp_path: Path, years: str, parts: dict[str, int], ends: str, yearly: int
) -> None:
    """$84,000 over three years are 28,000 a year, paid yearly (one part ÷ 3 would be 9,333.33); over one 84,000."""
    paid = "".join(f"offer-private,{due},{amount}.00\n" for due, amount in parts.items())
    line = part_billed(TWENTIETH, ends, f"{parts['2026-04-20']}.00")
    world = {
        **WORLD,
        **offers(f"{PLAIN},years", f"84000.00,,2026-04-20,,{years}"),
        "company/private_offer_instalments.csv": f"offer_id,due_on,amount_usd\n{paid}",
        **feed("BillingEventFeed", "05", BILLING, line),
    }
    built(tmp_path, world)
    desk = Desk.open(tmp_path / "warehouse")
    rows = [row for row in desk.warehouse.rows("recurring_month") if row["contract_id"] == "agmt-3"]
    assert {row["recurring_month"]: of_a_year(row["price_usd"], row["term"]) for row in rows} == {
        date(2026, 4, 1): yearly,
        date(2026, 5, 1): yearly,
    }
    assert [one.arr for one in changes.paying_on(desk, date(2026, 5, 15)).paid if one.customer_id == "c-0003"] == [
        yearly
    ]


def test_instalments_that_miss_the_price_are_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"offer-private is paid in instalments of 84000\.00 in all and its price"):
        contract_three(tmp_path, offers(PLAIN, "84000.01,,2026-04-20,"), INSTALMENTS)


def test_unit_prices_without_a_band_from_zero_are_refused_in_one_sentence(tmp_path: Path) -> None:
    path = "company/private_offer_prices.csv"
    holed = {path: PRICES[path].replace(",0,0.0007", ",5,0.0007")}
    with pytest.raises(BookError, match=r"offer offer-private, words\.bands must begin with a band from 0"):
        contract_three(tmp_path, offers(PLAIN, "84000.00,,2026-04-20,"), holed)


@pytest.mark.parametrize("slip", ["monthly_minimum", "multi_year_discounts", "year"])
def test_a_mistyped_optional_header_is_refused_and_not_overlooked(tmp_path: Path, slip: str) -> None:
    with pytest.raises(BuildRefused, match=r"which data/feeds declares for raw\.private_offer; the nearest header"):
        contract_three(tmp_path, offers(f"{PLAIN},{slip}", "84000.00,,2026-04-20,,1"))


def test_a_header_in_other_case_and_punctuation_is_the_column(tmp_path: Path) -> None:
    offer = contract_three(tmp_path, offers(f"{PLAIN},Monthly minimum (USD)", "84000.00,,2026-04-20,,1")).offer
    assert offer is not None
    assert offer.monthly_minimum == 1


def test_a_column_nobody_declared_is_none_of_them(tmp_path: Path) -> None:
    assert contract_three(tmp_path, offers(f"{PLAIN},remarks", "84000.00,,2026-04-20,,by hand")).offer is not None


def test_a_discount_that_is_no_fraction_costs_its_line(tmp_path: Path) -> None:
    header = f"{PLAIN},multi_year_discount"
    two = f"{header}\noffer-private,c-0003,enterprise-custom,84000.00,,2026-04-20,,25\n"
    report = built(tmp_path, {**WORLD, OFFERS: f"{two}offer-2,c-0003,enterprise-custom,84000.00,,2026-04-20,,0.25\n"})
    assert ask(report, "select line, reason from raw.reject where feed = 'private_offer'") == [
        (2, "multi_year_discount is not a fraction below 1 like 0.25: 25")
    ]


def test_a_feed_that_need_never_come_is_missing_only_where_it_came_once(tmp_path: Path) -> None:
    never = built(tmp_path, WORLD, date(2026, 5, 29))
    assert account(never, "private_offer_price")["is_missing"] is False
    assert account(never, "private_offer")["is_missing"] is True
    told = {state.feed: state.is_missing for state in Desk.open(tmp_path / "warehouse").sources()}
    assert told["private_offer"] and "private_offer_price" not in told
    came = built(tmp_path, {**WORLD, **PRICES}, date(2026, 5, 30))
    assert account(came, "private_offer_price")["loaded"] == 3
    gone = built(tmp_path, WORLD, date(2026, 5, 31))
    assert account(gone, "private_offer_price")["is_missing"] is True


def test_a_subscription_keeps_the_time_of_day_at_which_it_changed(tmp_path: Path) -> None:
    path = "stripe/subscriptions.csv"
    evening = str(STRIPE[path]).replace("2026-03-10 00:00,2026-04-15 00:00,", "2026-03-10 18:30,2026-04-15 06:00,")
    evening = evening.replace("2026-04-15 00:00,upgrade", "2026-04-15 06:00:01,upgrade")
    built(tmp_path, {**WORLD, path: evening})
    contract = Desk.open(tmp_path / "warehouse").population.contracts["sub_1"]
    assert contract.started_at == datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
    assert contract.ended_at == datetime(2026, 4, 15, 6, 0, 1, tzinfo=UTC)
    assert (contract.started_on, contract.ended_on) == (date(2026, 3, 10), date(2026, 4, 15))
