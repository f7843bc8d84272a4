"""Stripe's API, read by the real client from a stand-in over HTTP: every object once, exactly, whatever goes wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stripe import StripeClient

from lib.sources.kinds import Visit
from lib.sources.refusal import PullRefused
from lib.sources.stripe_api import Patience, fetch
from lib.sources.stripe_api.listings import LISTINGS
from tests.conftest import ROOT
from tests.servers.ports import free_port
from tests.servers.stripe import KEY, Failure, StandIn, serving

Object = dict[str, Any]
HASTE = Patience(tries=3, first_wait=0.01, timeout=5.0)
DAY = date(2026, 10, 31)


def price(number: int, **more: Any) -> Object:
    """A price; a tiered one is given its tiers."""
    words = {"id": f"price_{number}", "object": "price", "created": 1_700_000_000 + number, "currency": "usd"}
    return {**words, "product": "prod_1", "recurring": {"interval": "month"}, "unit_amount_decimal": "10", **more}


def subscription(number: int, items: int = 1, status: str = "active", **more: Any) -> Object:
    """A subscription of so many items."""
    sold = [
        {
            "id": f"si_{number}_{place}",
            "object": "subscription_item",
            "current_period_end": 1_702_000_000,
            "current_period_start": 1_700_000_000,
            "discounts": [],
            "price": price(place),
            "quantity": 1,
            "subscription": f"sub_{number}",
        }
        for place in range(items)
    ]
    words = {"id": f"sub_{number}", "object": "subscription", "created": 1_700_000_000 + number, "customer": "cus_1"}
    return {**words, "discounts": [], "items": sold, "status": status, **more}


def discounted(owner: Object) -> Object:
    """A subscription with a discount on its first item, which is shown, and on its last, which is asked for."""
    for place, name in ((0, "di_on_the_first"), (-1, "di_on_the_last")):
        item = owner["items"][place]
        item["discounts"] = [{**DISCOUNT, "id": name, "subscription": None, "subscription_item": item["id"]}]
    return owner


def invoice(number: int, lines: int = 1) -> Object:
    """An invoice of so many lines."""
    billed = [
        {
            "id": f"il_{number}_{place}",
            "object": "line_item",
            "amount": 100 + place,
            "invoice": f"in_{number}",
            "pricing": {"type": "price_details", "price_details": {"price": "price_1", "product": "prod_1"}},
        }
        for place in range(lines)
    ]
    return {"id": f"in_{number}", "object": "invoice", "created": 1_700_000_000 + number, "lines": billed}


TIERS = [
    {"up_to": 400_000, "unit_amount": None, "unit_amount_decimal": "0.08", "flat_amount": None},
    {"up_to": None, "unit_amount": None, "unit_amount_decimal": "0.000123456789", "flat_amount": 500},
]
DISCOUNT = {
    "id": "di_1",
    "object": "discount",
    "start": 1_700_000_000,
    "end": None,
    "subscription": "sub_2",
    "source": {"type": "coupon", "coupon": "HALF"},
}
COUPON = {"id": "HALF", "object": "coupon", "created": 1_700_000_000, "percent_off": 12.5, "duration": "forever"}
SCHEDULE = {
    "id": "sub_sched_1",
    "object": "subscription_schedule",
    "created": 1_700_000_000,
    "subscription": "sub_1",
    "status": "active",
    "phases": [
        {"start_date": 1_700_000_000, "end_date": 1_702_000_000, "items": [{"price": "price_1", "quantity": 1}]},
        {
            "start_date": 1_702_000_000,
            "end_date": 1_704_000_000,
            "items": [{"price": "price_2", "quantity": 1}, {"price": "price_3", "quantity": 2}],
        },
    ],
}
CHARGED = {
    "id": "txn_1",
    "object": "balance_transaction",
    "created": 1_700_000_000,
    "exchange_rate": 0.9213000000000001,
    "fee_details": [{"amount": 59, "type": "stripe_fee"}, {"amount": 10, "type": "tax"}],
    "source": {"id": "ch_1", "object": "charge", "payment_intent": {"id": "pi_1"}},
}


def world() -> dict[str, list[Object]]:
    """More of everything than fits on a page or in an embedded list, and one of each thing that is told apart."""
    return {
        "products": [{"id": "prod_1", "object": "product", "created": 1, "name": 'Zoë\'s\n"plan" \u2028'}],
        "prices": [*(price(number) for number in range(250)), price(250, tiers=TIERS, tiers_mode="graduated")],
        "coupons": [COUPON],
        "subscriptions": [
            discounted(subscription(1, items=23)),
            subscription(2, discounts=[DISCOUNT]),
            subscription(3, status="canceled"),
            subscription(4, status="incomplete_expired"),
        ],
        "subscription_schedules": [SCHEDULE],
        "invoices": [*(invoice(number) for number in range(100)), invoice(100, lines=10), invoice(101, lines=130)],
        "balance_transactions": [CHARGED],
    }


@pytest.fixture
def server() -> Iterator[StandIn]:
    with serving(world()) as running:
        yield running


def visit(server: StandIn, target: Path, key: str = KEY, **settings: str) -> Visit:
    """A visit of the stand-in; what was told on the way is dropped."""
    target.mkdir(exist_ok=True)
    return Visit(
        "stripe",
        {"endpoint": server.url, **settings},
        {"STRIPE_API_KEY": key},
        target,
        None,
        DAY,
        lambda _what, _s: None,
    )


def fetched(target: Path, name: str) -> list[Object]:
    """The objects of one file."""
    return [json.loads(line) for line in (target / "api" / f"{name}.jsonl").read_text().splitlines()]


def ids(target: Path, name: str) -> list[str]:
    return [entry["id"] for entry in fetched(target, name)]


def refusal(server: StandIn, target: Path, key: str = KEY, **settings: str) -> str:
    """The sentence with which a visit ends."""
    with pytest.raises(PullRefused) as refused:
        fetch(visit(server, target, key, **settings), HASTE)
    sentence = str(refused.value)
    assert key not in sentence
    assert "\n" not in sentence
    return sentence


# The shapes, as the library of today reads them


def test_the_client_finds_what_it_expects_where_it_expects_it(server: StandIn) -> None:
    client = StripeClient(KEY, base_addresses={"api": server.url}, max_network_retries=0)
    plain, expanded = client.v1.prices.list(), client.v1.prices.list({"limit": 1, "expand": ["data.tiers"]})
    assert "tiers" not in plain.data[0]
    assert [tier.unit_amount_decimal for tier in expanded.data[0].tiers or ()] == [
        Decimal("0.08"),
        Decimal("0.000123456789"),
    ]
    assert [entry.id for entry in client.v1.subscriptions.list().data] == ["sub_2", "sub_1"]
    everything = client.v1.subscriptions.list({"status": "all"}).data
    assert [entry.status for entry in everything] == ["incomplete_expired", "canceled", "active", "active"]
    assert everything[2].discounts == ["di_1"]
    assert everything[3]["items"].has_more is True
    assert everything[3]["items"].data[0].current_period_end == 1_702_000_000
    line = client.v1.invoices.retrieve("in_101").lines.data[0]
    assert line.pricing and line.pricing.price_details and line.pricing.price_details.price == "price_1"


def test_the_clients_own_paging_finds_every_object_once(server: StandIn) -> None:
    client = StripeClient(KEY, base_addresses={"api": server.url}, max_network_retries=0)
    found = [entry.id for entry in client.v1.prices.list({"limit": 100}).auto_paging_iter()]
    assert found == [f"price_{number}" for number in reversed(range(251))]


# Every object once


def test_every_object_comes_once_newest_first(server: StandIn, tmp_path: Path) -> None:
    fetch(visit(server, tmp_path), HASTE)
    assert ids(tmp_path, "prices") == [f"price_{number}" for number in reversed(range(251))]
    assert ids(tmp_path, "subscriptions") == ["sub_4", "sub_3", "sub_2", "sub_1"]
    assert ids(tmp_path, "invoices") == [f"in_{number}" for number in reversed(range(102))]
    assert {path.stem for path in (tmp_path / "api").iterdir()} == {name for entry in LISTINGS for name in entry.files}


def test_the_rest_of_an_embedded_list_is_asked_for_only_where_there_is_more(server: StandIn, tmp_path: Path) -> None:
    fetch(visit(server, tmp_path), HASTE)
    items = [f"si_1_{place}" for place in range(23)]
    assert sorted(ids(tmp_path, "subscription_items")) == sorted([*items, "si_2_0", "si_3_0", "si_4_0"])
    assert len(ids(tmp_path, "invoice_lines")) == len(set(ids(tmp_path, "invoice_lines"))) == 100 + 10 + 130
    assert [asked.params["starting_after"] for asked in server.asked("/v1/invoices/in_101/lines")] == [
        "il_101_9",
        "il_101_109",
    ]
    assert not server.asked("/v1/invoices/in_100/lines")
    assert len(server.asked("/v1/subscription_items")) == 1


def test_tiers_fees_discounts_and_phases_have_rows_of_their_own(server: StandIn, tmp_path: Path) -> None:
    fetch(visit(server, tmp_path), HASTE)
    assert [(row["price"], row["position"], row["tier"]["up_to"]) for row in fetched(tmp_path, "price_tiers")] == [
        ("price_250", 0, 400_000),
        ("price_250", 1, None),
    ]
    assert [(row["position"], row["fee"]["type"]) for row in fetched(tmp_path, "fee_details")] == [
        (0, "stripe_fee"),
        (1, "tax"),
    ]
    assert fetched(tmp_path, "subscription_discounts") == [DISCOUNT]
    assert [row["id"] for row in fetched(tmp_path, "item_discounts")] == ["di_on_the_first", "di_on_the_last"]
    assert [(row["position"], row["item"]["price"]) for row in fetched(tmp_path, "schedule_phase_items")] == [
        (0, "price_1"),
        (1, "price_2"),
        (1, "price_3"),
    ]
    assert fetched(tmp_path, "balance_transactions")[0]["source"]["payment_intent"] == "pi_1"


def test_no_digit_of_a_number_is_lost_and_no_line_is_broken(server: StandIn, tmp_path: Path) -> None:
    fetch(visit(server, tmp_path), HASTE)
    assert fetched(tmp_path, "price_tiers")[1]["tier"]["unit_amount_decimal"] == "0.000123456789"
    assert fetched(tmp_path, "coupons")[0]["percent_off"] == "12.5"
    assert fetched(tmp_path, "balance_transactions")[0]["exchange_rate"] == "0.9213000000000001"
    assert fetched(tmp_path, "products")[0]["name"] == 'Zoë\'s\n"plan" \u2028'
    assert (tmp_path / "api" / "products.jsonl").read_bytes().isascii()


def test_every_question_names_the_version_the_account_and_no_more_than_a_page(server: StandIn, tmp_path: Path) -> None:
    fetch(visit(server, tmp_path, account="acct_1AbC"), HASTE)
    assert {asked.version for asked in server.log} == {"2026-10-28.endive"}
    assert {asked.account for asked in server.log} == {"acct_1AbC"}
    assert {asked.params["limit"] for asked in server.log} == {"100"}


# What goes wrong on the way


@pytest.mark.parametrize(
    "failure",
    [
        Failure(status=429, headers={"Retry-After": "0"}),
        Failure(status=500),
        Failure(status=503, body="<html>"),
        Failure(status=409),
        Failure(status=400, headers={"Stripe-Should-Retry": "true"}),
        Failure(drops=True),
    ],
)
def test_what_passes_is_asked_again(server: StandIn, tmp_path: Path, failure: Failure) -> None:
    server.fail(3, failure)
    fetch(visit(server, tmp_path), HASTE)
    asked = [entry.params.get("starting_after") for entry in server.asked("/v1/prices")]
    assert asked == [None, "price_151", "price_151", "price_51"]
    assert len(set(ids(tmp_path, "prices"))) == len(ids(tmp_path, "prices")) == 251


def test_an_answer_that_is_too_slow_is_asked_for_again(server: StandIn, tmp_path: Path) -> None:
    server.fail(2, Failure(seconds=1.0))
    fetch(visit(server, tmp_path), Patience(tries=3, first_wait=0.01, timeout=0.5))
    assert len(ids(tmp_path, "prices")) == 251


def test_a_rate_limit_is_waited_for_as_long_as_it_asks(server: StandIn, tmp_path: Path) -> None:
    server.fail(1, Failure(status=429, headers={"Retry-After": "1"}))
    before = time.monotonic()
    fetch(visit(server, tmp_path), HASTE)
    assert time.monotonic() - before >= 1.0


def test_waits_double_and_end() -> None:
    patience = Patience()
    assert [patience.wait(tries, {}) for tries in range(1, 6)] == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert patience.wait(1, {"retry-after": "7"}) == 7.0
    assert patience.wait(1, {"retry-after": "3600"}) == 60.0
    assert patience.wait(1, {"retry-after": "Thu, 26 Nov 2026 01:00:00 GMT"}) == 0.5


def test_patience_ends(server: StandIn, tmp_path: Path) -> None:
    for nth in (1, 2, 3):
        server.fail(nth, Failure(status=429))
    assert "too many requests" in refusal(server, tmp_path)
    assert len(server.log) == 3


def test_stripe_may_say_that_asking_again_is_of_no_use(server: StandIn, tmp_path: Path) -> None:
    server.fail(1, Failure(status=500, headers={"Stripe-Should-Retry": "false"}))
    assert "status 500" in refusal(server, tmp_path)
    assert len(server.log) == 1


# What a reader can mend


def test_a_wrong_key_is_named_by_its_place_and_not_shown(server: StandIn, tmp_path: Path) -> None:
    sentence = refusal(server, tmp_path, "rk_live_another_0000000000")
    assert "does not know the key in STRIPE_API_KEY" in sentence


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("pk_live_000000000000", "a publishable key, which may read nothing"),
        ("whsec_0000000000", "no key of Stripe's API"),
        ("sk_live_0000 0000", "no key of Stripe's API"),
        ("sk_live_0000\r\nX: 1", "no key of Stripe's API"),
    ],
)
def test_what_is_no_key_is_never_sent(server: StandIn, tmp_path: Path, key: str, words: str) -> None:
    assert words in refusal(server, tmp_path, key)
    assert not server.log


def test_a_test_key_is_noted(server: StandIn, tmp_path: Path) -> None:
    server.keys.add("sk_test_0000000000")
    asked = visit(server, tmp_path, "sk_test_0000000000")
    fetch(asked, HASTE)
    assert asked.notes == ["STRIPE_API_KEY is a test key, so these are Stripe's test objects and nobody's money"]


def test_a_missing_permission_is_named(server: StandIn, tmp_path: Path) -> None:
    server.forbidden = {"credit_notes"}
    sentence = refusal(server, tmp_path, account="acct_1AbC")
    assert "may not read credit notes; give it the permission Credit notes: Read" in sentence
    assert "acct_1AbC" in sentence
    assert ids(tmp_path, "invoices")  # what came before is kept for the next pull


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"endpoint": "api.stripe.com"}, "write an address like https://api.stripe.com"),
        ({"endpoint": "https://api.stripe.com/v1"}, "write an address like https://api.stripe.com"),
        ({"endpoint": "http://stripe.example"}, "would send the key in the clear"),
        ({"account": "cus_1"}, "write a connected account's id like acct_1AbC"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_before_anything_is_asked(
    server: StandIn, tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    sentence = refusal(server, tmp_path, **settings)
    assert words in sentence and "[stripe]" in sentence
    assert not server.log


def test_a_timeout_is_written_in_whole_seconds(server: StandIn, tmp_path: Path) -> None:
    with pytest.raises(PullRefused, match=r"timeout_seconds is 'soon'; write whole seconds"):
        fetch(visit(server, tmp_path, timeout_seconds="soon"))


def test_an_endpoint_where_nobody_answers_is_named(server: StandIn, tmp_path: Path) -> None:
    place = f"127.0.0.1:{free_port()}"
    sentence = refusal(server, tmp_path, endpoint=f"http://{place}")
    assert (
        f"{place} cannot be reached for products (connection refused); check the network and the endpoint" in sentence
    )


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure(status=200, body="<html>welcome</html>"), "does not answer like Stripe when asked for products"),
        (Failure(status=404, body="<html>nothing</html>"), "does not answer like Stripe when asked for products"),
        (Failure(status=200, body='{"object":"product"}'), "gives no list of products"),
        (Failure(status=200, body="[1]"), "gives no list of products"),
        (Failure(status=200, body='{"data":[1,2],"has_more":false}'), "gives no list of products"),
        (Failure(status=200, body='{"data":[],"has_more":true}'), "goes round in circles"),
        (
            Failure(status=400, body='{"error":{"type":"invalid_request_error","message":"No. Such. Thing."}}'),
            "400: No)",
        ),
    ],
)
def test_what_is_not_stripe_is_named(server: StandIn, tmp_path: Path, failure: Failure, words: str) -> None:
    server.fail(1, failure)
    sentence = refusal(server, tmp_path)
    assert words in sentence and "[stripe]" in sentence


def test_another_version_of_the_api_is_refused(server: StandIn, tmp_path: Path) -> None:
    server.version = "2019-03-14"
    assert "answers in Stripe's API version 2019-03-14, and the desk reads 2026-10-28.endive" in refusal(
        server, tmp_path
    )


# What was broken off goes on

PULLING = """
import sys
from datetime import date
from pathlib import Path
from lib.sources.kinds import Visit
from lib.sources.stripe_api import Patience, fetch
url, key, target = sys.argv[1:]
visit = Visit("stripe", {"endpoint": url}, {"STRIPE_API_KEY": key}, Path(target), None, date(2026, 10, 31), print)
fetch(visit, Patience(tries=1, timeout=60.0))
"""


@pytest.mark.parametrize("nth", [3, 13])  # the second page of prices; the second page of the longest invoice's lines
def test_a_pull_that_was_killed_goes_on_where_it_stopped(server: StandIn, tmp_path: Path, nth: int) -> None:
    server.fail(nth, Failure(seconds=20.0))
    command = [sys.executable, "-c", PULLING, server.url, KEY, str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(1500):
        if len(server.log) >= nth or process.poll() is not None:
            break
        time.sleep(0.02)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = len(server.log)
    fetch(visit(server, tmp_path), HASTE)
    again = [asked.path for asked in server.log[before:]]
    assert "/v1/products" not in again
    assert len(ids(tmp_path, "prices")) == len(set(ids(tmp_path, "prices"))) == 251
    assert len(ids(tmp_path, "invoice_lines")) == len(set(ids(tmp_path, "invoice_lines"))) == 240
    assert [entry.params.get("starting_after") for entry in server.asked("/v1/prices")].count(None) == 1


def broken_off(server: StandIn, target: Path, nth: int) -> None:
    """A pull that ends in a refusal at its nth question."""
    server.fail(nth, Failure(status=400))
    with pytest.raises(PullRefused):
        fetch(visit(server, target), HASTE)


def test_what_was_written_after_the_cursor_is_cut_off(server: StandIn, tmp_path: Path) -> None:
    broken_off(server, tmp_path, 3)
    with (tmp_path / "api" / "prices.jsonl.part").open("a") as part:
        part.write('{"id":"price_150"}\n{"id":"pri')
    fetch(visit(server, tmp_path), HASTE)
    assert ids(tmp_path, "prices") == [f"price_{number}" for number in reversed(range(251))]


@pytest.mark.parametrize("damage", ["gone", "no cursor", "shorter", "of another account"])
def test_a_list_whose_remains_cannot_be_trusted_begins_again(server: StandIn, tmp_path: Path, damage: str) -> None:
    broken_off(server, tmp_path, 3)
    part, cursor = tmp_path / "api" / "prices.jsonl.part", tmp_path / "api" / ".prices.cursor"
    if damage == "gone":
        part.unlink()
    elif damage == "no cursor":
        cursor.write_text("{")
    elif damage == "shorter":
        os.truncate(part, 10)
    settings = {"account": "acct_1"} if damage == "of another account" else {}
    fetch(visit(server, tmp_path, **settings), HASTE)
    assert ids(tmp_path, "prices") == [f"price_{number}" for number in reversed(range(251))]


def test_a_list_whose_last_object_was_deleted_begins_again(server: StandIn, tmp_path: Path) -> None:
    broken_off(server, tmp_path, 3)
    server.objects["prices"] = [entry for entry in server.objects["prices"] if entry["id"] != "price_151"]
    fetch(visit(server, tmp_path), HASTE)
    assert ids(tmp_path, "prices") == [f"price_{number}" for number in reversed(range(251)) if number != 151]


def test_a_list_that_was_whole_but_not_named_yet_is_not_asked_again(server: StandIn, tmp_path: Path) -> None:
    fetch(visit(server, tmp_path), HASTE)
    folder, asked = tmp_path / "api", len(server.asked("/v1/prices"))
    first = (folder / "prices.jsonl").read_bytes()
    broken_off(server, tmp_path / "other", 5)  # the last page of prices is answered by the fourth question
    assert (tmp_path / "other" / "api" / "prices.jsonl").read_bytes() == first
    assert not (tmp_path / "other" / "api" / ".prices.cursor").exists()
    fetch(visit(server, tmp_path), HASTE)
    assert len(server.asked("/v1/prices")) == 2 * asked


def test_two_pulls_of_the_same_objects_write_the_same_bytes(server: StandIn, tmp_path: Path) -> None:
    for name in ("one", "two"):
        fetch(visit(server, tmp_path / name), HASTE)
    for path in (tmp_path / "one" / "api").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / "api" / path.name).read_bytes()
