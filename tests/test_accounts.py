"""The chart of accounts: what is missing or misspelt is refused by its key."""

import copy
from typing import Any

import pytest

from lib import closing
from tests.specification import read


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(read("data/accounts.toml"))


def test_every_account_is_used_and_every_role_and_rail_has_one(document: dict[str, Any]) -> None:
    chart = closing.parse(document)
    used = {*chart.roles.values(), *chart.receivables.values(), *chart.fees.values()}
    assert used == set(chart.accounts.values())
    assert set(chart.receivables) == set(read("data/rails.toml")["rails"])


def test_the_reading_of_the_fee_moves_the_marketplace_and_never_stripe(document: dict[str, Any]) -> None:
    chart = closing.parse(document)
    assert chart.fee("aws", "acquisition").name == "Marketplace fees (acquisition)"
    assert chart.fee("aws", "revenue").name == "Marketplace fees (cost of revenue)"
    assert chart.fee("stripe", "acquisition") == chart.fee("stripe", "revenue")


def test_a_rail_without_accounts_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(closing.AccountsError, match=r"no \[rails.azure\]"):
        closing.parse(document).receivable("azure")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("roles.cash", None, r"\[roles\] has no 'cash'; add it"),
        ("roles.cahs", "1000", r"\[roles\] has the key 'cahs'; .*'cash'"),
        ("roles.cash", "10000", r"\[roles\] cash is '10000'; .*'1000'"),
        ("accounts.1000.kind", "assets", r"kind cannot be 'assets'; .*'asset'"),
        ("accounts.1000.name", None, r"\[accounts.1000\] has no 'name'"),
        ("rails.aws.fee.revenue", None, r"\[rails.aws\] fee has no 'revenue'"),
        ("rails.aws.receivable", 1210, r"\[rails.aws\] receivable is 1210"),
        ("rails", None, r"has no \[rails\]"),
        ("roles.cash", "2100", r"\[roles\] cash is '2100', which is of kind liability; it takes asset"),
        ("roles.refunds", "1000", r"\[roles\] refunds is '1000', which is of kind asset; it takes income or expense"),
        ("roles.deferred", "2200", r"\[roles\] deferred is '2200', which \[roles\] taxes is too"),
        ("roles.deferred", "4000", r"\[roles\] deferred is '4000', which is of kind income; it takes liability"),
        ("rails.aws.receivable", "1220", r"receivable is '1220', which \[rails.aws\] receivable is too"),
        ("rails.stripe.receivable", "1000", r"\[rails.stripe\] receivable is '1000', which \[roles\] cash is too"),
        ("rails.stripe.fee.revenue", "5900", r"fee.revenue is '5900', which \[roles\] other_charges is too"),
        ("rails.aws.fee.revenue", "4900", r"fee.revenue is '4900', which is of kind income; it takes expense"),
        ("roles.cash", [], r"\[roles\] cash is \[\]"),
        ("accounts.1000.name", [], r"\[accounts.1000\]: name is \[\]; write a text"),
        ("accounts.1000.kind", [], r"\[accounts.1000\]: kind is \[\]; write a text"),
        ("accounts.1000", "Cash", r"\[accounts.1000\] is no block"),
    ],
)
def test_a_chart_that_cannot_take_a_journal_is_refused(
    document: dict[str, Any], path: str, value: object, words: str
) -> None:
    *parents, last = path.split(".")
    block = document
    for name in parents:
        block = block[name]
    if value is None:
        del block[last]
    else:
        block[last] = value
    with pytest.raises(closing.AccountsError, match=words):
        closing.parse(document)
