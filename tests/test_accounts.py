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
