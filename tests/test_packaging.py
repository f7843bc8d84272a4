"""What a book says of its tiers beside prices, on a book small enough to read, and how a scenario sets what is open."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.book import Book, parse
from lib.catalog.document import BookError
from lib.catalog.scenario import Scenario, ScenarioError, merged, overlay
from lib.kernel.bills import bills, terms_of
from lib.kernel.cube import Segment, Used, cube
from lib.outcome import rate_usage
from lib.simulator.bill import bill
from tests.specification import read

D = Decimal
JUNE = date(2026, 6, 1)


def document() -> dict[str, Any]:
    priced: dict[str, Any] = {"tier_floor": "any", "metered": True, "model": "per_unit"}
    open_price = [{"from": 0, "unit_price": "not set"}]
    return {
        "id": "small",
        "product": "small",
        "effective": JUNE,
        "currency": "USD",
        "tiers": {"free": {"name": "Free", "rank": 1}, "paid": {"name": "Paid", "rank": 2}},
        "plans": {
            "free-monthly": {"tier": "free", "term": "monthly", "list_price": 0},
            "paid-monthly": {"tier": "paid", "term": "monthly", "list_price": "not set"},
        },
        "dimensions": {
            "calls": {"name": "Calls", "unit": "call", "unit_size": 1000, **priced, "bands": open_price},
            "words": {"name": "Words", "unit": "word", "unit_size": 1, **priced, "bands": open_price},
            "support": {
                "name": "Support",
                "unit": "dollar of fee",
                "unit_size": 100,
                "tier_floor": "paid",
                "metered": False,
                "model": "percentage",
                "counted_on": "base_fee",
                "bands": open_price,
            },
        },
        "allowances": {
            "free": {"calls": 100, "words": "not set", "support": "not offered"},
            "paid": {"calls": 1000, "words": "not set", "support": 0},
        },
        "over_limit": {"free": {"calls": "block"}, "paid": {"calls": "charge"}},
        "commitments": {},
        "alternatives": {
            "usage": {"name": "Usage", "of": ["calls", "words"], "billed": "not set", "source": "this test"}
        },
        "entitlements": {
            "seats": {
                "name": "Seats",
                "unit": "seat",
                "tiers": {"free": 1, "paid": "unlimited"},
                "source": "this test",
            },
            "audit": {"name": "Audit", "tiers": {"free": "not included"}, "source": "this test"},
        },
        "revenue_share": {
            "name": "Share",
            "parts": [D("0.7"), D("0.3")],
            "our_rate": D("0.3"),
            "source": "this test",
        },
    }


def paths(block: object) -> Iterator[tuple[str, ...]]:
    """Every place in a block, by its keys."""
    for key, inner in block.items() if isinstance(block, dict) else ():
        yield (key,)
        yield from ((key, *rest) for rest in paths(inner))


SET: dict[str, Any] = {
    "plans": {"paid-monthly": {"list_price": 250}},
    "alternatives": {"usage": {"billed": "calls"}},
    "dimensions": {
        "calls": {"bands": [{"from": 0, "unit_price": 2}]},
        "support": {"bands": [{"from": 0, "unit_price": 15}]},
    },
}


BOUGHT: dict[str, Any] = {"commitments": {"paid": {"calls": {"size": 2500, "discount_percent": 12}}}}


def small(*changes: dict[str, Any]) -> Book:
    changed = document()
    for change in changes:
        changed = merged(changed, change)
    return parse(changed)


def lines(book: Book, plan: str, usage: dict[str, str]) -> dict[str, tuple[str, str | None]]:
    charges = bill(book, "aws", plan, {key: D(value) for key, value in usage.items()}).charges
    return {key: (one.status, None if one.amount is None else str(one.amount)) for key, one in charges.items()}


def test_nothing_has_an_amount_while_nothing_is_set_but_what_is_included_or_refused():
    assert lines(small(), "paid-monthly", {"calls": "1000"}) == {"calls": ("within_allowance", "0.00")}
    assert lines(small(), "paid-monthly", {"calls": "1001"}) == {"calls": ("not_set", None)}
    assert lines(small(), "paid-monthly", {"words": "1"}) == {"words": ("not_set", None)}
    assert lines(small(), "free-monthly", {"calls": "101"}) == {"calls": ("blocked", "0.00")}
    found = bill(small(), "aws", "paid-monthly", {"calls": D(1001), "support": D(1)})
    assert found.total is None
    assert found.obstacles == (
        "the price is not set",
        "the price of calls is not set",
        "the price of support is not set",
    )


def test_a_scenario_s_prices_make_a_bill():
    # 250 + 500 calls above 1,000 at 2 a thousand = 1.00 + 15 % of 250 = 37.50
    found = bill(small(SET), "aws", "paid-monthly", {"calls": D(1500), "words": D(9), "support": D(1)})
    assert [(key, one.status, str(one.amount)) for key, one in found.charges.items()] == [
        ("calls", "rated", "1.00"),
        ("words", "not_billed", "0.00"),
        ("support", "rated", "37.50"),
    ]
    assert found.total == D("288.50")


def test_the_same_usage_is_billed_by_either_count_and_never_by_both():
    by_words = small(
        SET,
        {
            "alternatives": {"usage": {"billed": "words"}},
            "dimensions": {"words": {"bands": [{"from": 0, "unit_price": D("0.5")}]}},
            "allowances": {"paid": {"words": 10}},
        },
    )
    usage = {"calls": "1500", "words": "14"}
    assert lines(by_words, "paid-monthly", usage) == {"calls": ("not_billed", "0.00"), "words": ("rated", "2.00")}
    assert lines(small(SET), "paid-monthly", usage) == {"calls": ("rated", "1.00"), "words": ("not_billed", "0.00")}


def test_a_wall_stands_whichever_count_is_billed():
    by_words = small(SET, {"alternatives": {"usage": {"billed": "words"}}})
    assert lines(by_words, "free-monthly", {"calls": "101"}) == {"calls": ("blocked", "0.00")}


def test_a_usage_file_and_the_kernel_rate_as_the_bill_does():
    book = small(SET, BOUGHT)
    # 9,000 less 1,000 included and 2,500 bought are 5,500 above at 2 a thousand = 11
    assert lines(book, "paid-monthly", {"calls": "9000"}) == {"calls": ("rated", "11.00")}
    rated = rate_usage(book, "aws", "paid-monthly", [("acme", "calls", JUNE, D(9000))])
    assert [(one.charge.status, one.charge.amount) for one in rated] == [("rated", D("11.00"))]
    used = Used("acme", "one", Segment("aws", "paid"), JUNE, "calls", D(9000))
    assert bills(cube([used]), terms_of(book)).total == D("11.00")


def test_what_is_bought_ahead_is_owed_at_its_discount_whether_used_or_not():
    for used in ("0", "3500"):
        found = bill(small(SET, BOUGHT), "aws", "paid-monthly", {"calls": D(used)})
        # 2,500 at 2 a thousand = 5, less 12 % = 4.40
        assert (dict(found.committed), found.overage, found.total) == ({"calls": D("4.40")}, 0, D("254.40"))


def test_a_discount_that_nobody_set_leaves_the_commitment_without_an_amount():
    open_discount = {"commitments": {"paid": {"calls": {"discount_percent": "not set"}}}}
    found = bill(small(SET, BOUGHT, open_discount), "aws", "paid-monthly", {"calls": D(9000)})
    assert (found.total, found.known) == (None, D("261.00"))  # 250 + 11
    assert found.obstacles == ("what the commitment to calls costs is not set",)


def test_a_commitment_is_its_tier_s_alone_and_of_the_count_that_is_billed():
    assert lines(small(SET, BOUGHT), "free-monthly", {"calls": "101"}) == {"calls": ("blocked", "0.00")}
    by_words = small(SET, BOUGHT, {"alternatives": {"usage": {"billed": "words"}}})
    assert dict(bill(by_words, "aws", "paid-monthly", {}).committed) == {}


def test_a_contract_s_quantity_is_what_it_commits_to_and_what_nobody_set_stays_so():
    for word, expected in (("by contract", "2500"), ("not set", "not set"), ("not offered", "not offered")):
        book = small(SET, BOUGHT, {"allowances": {"paid": {"calls": word}}})
        assert str(book.allowance("aws", "paid", "calls")) == expected


def test_who_needs_a_price_that_is_not_set_is_told_so_by_name():
    with pytest.raises(BookError, match=r"the small book has no price for calls: .* set dimensions.calls.bands"):
        small().price("aws", "calls")
    used = Used("acme", "one", Segment("aws", "paid"), JUNE, "calls", D(1))
    with pytest.raises(BookError, match="no price for calls"):
        bills(cube([used]), terms_of(small()))
    with pytest.raises(BookError, match="no price for calls"):
        small().written_bands("aws", "calls")


def test_entitlements_are_numbers_or_words_and_what_is_not_said_is_not_set():
    found = small().packaging.entitlements
    assert dict(found["seats"].tiers) == {"free": D(1), "paid": "unlimited"}
    assert dict(found["audit"].tiers) == {"free": "not included", "paid": "not set"}
    assert [found["seats"].over("free", D(used)) for used in (0, 1, 3)] == [0, 0, 2]
    assert found["seats"].over("paid", D(3)) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"over_limit": {"gold": {"calls": "block"}}}, "over_limit names a tier the book does not have: 'gold'"),
        ({"over_limit": {"free": {"cals": "block"}}}, "did you mean 'calls'?"),
        ({"over_limit": {"free": {"calls": "stop"}}}, "over_limit.free.calls is 'stop'"),
        ({"over_limit": {"free": "block"}}, "over_limit.free must be a block by dimension"),
        ({"alternatives": {"usage": {"billed": "letters"}}}, "alternatives.usage.billed is 'letters'"),
        ({"alternatives": {"usage": {"of": ["calls", "letters"]}}}, "'letters'"),
        ({"alternatives": {"usage": {"of": ["calls", "calls"]}}}, "alternatives name 'calls' 2 times"),
        ({"entitlements": {"seats": {"tiers": {"free": "some"}}}}, "entitlements.seats.tiers.free is 'some'"),
        ({"entitlements": {"seats": {"tiers": {"gold": 1}}}}, "'gold'"),
        ({"revenue_share": {"our_rate": D("0.4")}}, "parts of 1, and one of them"),
        ({"revenue_share": {"parts": [D("0.7"), D("0.4")]}}, "parts of 1"),
        ({"commitments": {"paid": {"calls": {"size": 10}}}}, "commitments.paid.calls lacks 'discount_percent'"),
        ({"commitments": {"paid": {"calls": {"size": 9, "discount_percent": 101}}}}, "more off than the whole price"),
        ({"commitments": {"paid": {"calls": {"discount": 10}}}}, "commitments.paid.calls has no key 'discount'"),
        ({"dimensions": {"calls": {"minimum": 5}}}, "its price is not set, so its minimum would stand alone"),
        ({"dimensions": {"calls": {"bands": [{"from": 0, "unit_price": "free"}]}}}, "'free'"),
        ({"dimensions": {"calls": {"counted_on": "fee"}}}, "dimensions.calls.counted_on is 'fee'"),
        ({"allowances": {"free": {"calls": "notset"}}}, "unlimited, not offered, by contract, not set"),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(change, named):
    with pytest.raises(BookError) as refused:
        small(change)
    assert named in str(refused.value)


@pytest.mark.parametrize("section", ["over_limit", "commitments", "alternatives", "entitlements", "revenue_share"])
def test_a_book_that_says_none_of_it_takes_none_of_it_from_a_scenario(section):
    vellocity = parse(read("data/books/2024-11-01.toml"))
    asked = Scenario("slip", "Slip", "us", "why", "2024-11-01", None, {section: {"starter": {"words": "block"}}})
    with pytest.raises(ScenarioError, match=f"changes {section}, and the 2024-11-01 book of vellocity has none"):
        overlay(vellocity, asked)


JUNK = st.one_of(
    st.sampled_from([-1, 0, 7, True, D("0.5"), D("NaN"), "", "not set", "block", "calls", JUNE]),
    st.lists(st.sampled_from([1, "calls", {"from": 0}, {"from": 0, "unit_price": "not set"}, [1]]), max_size=3),
    st.dictionaries(
        st.sampled_from(["free", "calls", "size", "of", "tiers"]), st.sampled_from([1, "calls", {}]), max_size=2
    ),
)
BLOCKS = ("over_limit", "commitments", "alternatives", "entitlements", "revenue_share")
SPOTS = [(block, *path) for block in BLOCKS for path in ((), *paths(merged(document(), BOUGHT)[block]))]


@given(st.sampled_from(SPOTS), JUNK)
def test_whatever_stands_in_a_block_is_read_or_refused_in_one_sentence(spot: tuple[str, ...], junk: object) -> None:
    changed = merged(document(), BOUGHT)
    place: Any = changed
    for key in spot[:-1]:
        place[key] = dict(place[key])
        place = place[key]
    place[spot[-1]] = junk
    try:
        book = parse(changed)
    except BookError as refusal:
        assert "\n" not in str(refusal)
    else:
        assert bill(book, "aws", "free-monthly", {"calls": D(3), "words": D(0)}).obstacles is not None
