"""The chart of accounts: which account of data/accounts.toml takes what of a month's journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.catalog.document import nearest
from lib.refusal import Refusal

ROLES = ("cash", "accrued", "prepaid_fees", "accrued_fees", "taxes", "deferred", "revenue", "refunds", "other_charges")
KINDS = ("asset", "liability", "income", "expense")
READINGS = ("acquisition", "revenue")  # of the book's setting marketplace_fee


class AccountsError(Refusal):
    """A chart of accounts that cannot take a journal; the message says which key and what to write."""


@dataclass(frozen=True)
class Account:
    """One account: its number, its name, whether it is an asset, liability, income or expense, and what it is for."""

    number: str
    name: str
    kind: str
    purpose: str


@dataclass(frozen=True)
class Chart:
    """Every account by the role it plays; of a rail its receivable, and its fee by the reading of the fee."""

    accounts: Mapping[str, Account]
    roles: Mapping[str, Account]
    receivables: Mapping[str, Account]
    fees: Mapping[tuple[str, str], Account]

    def receivable(self, rail: str) -> Account:
        """What a rail owes us; a rail without an account is refused."""
        if rail not in self.receivables:
            raise AccountsError(f"data/accounts.toml has no [rails.{rail}]; {nearest(rail, self.receivables)}")
        return self.receivables[rail]

    def fee(self, rail: str, reading: str) -> Account:
        """What a rail keeps, as the book reads the marketplace's fee."""
        self.receivable(rail)
        return self.fees[rail, reading]


def parse(document: Mapping[str, Any]) -> Chart:
    """The document of data/accounts.toml → the chart; what is missing or unknown is refused by its key."""
    accounts = {number: _account(number, block) for number, block in _part(document, "accounts").items()}
    roles = _part(document, "roles")
    _insist("[roles]", roles, ROLES)
    rails = _part(document, "rails")
    for rail, block in rails.items():
        _insist(f"[rails.{rail}]", block, ("receivable", "fee"))
        _insist(f"[rails.{rail}] fee", block["fee"], READINGS)
    return Chart(
        accounts=accounts,
        roles={role: _named(accounts, number, f"[roles] {role}") for role, number in roles.items()},
        receivables={
            key: _named(accounts, one["receivable"], f"[rails.{key}] receivable") for key, one in rails.items()
        },
        fees={
            (rail, reading): _named(accounts, block["fee"][reading], f"[rails.{rail}] fee.{reading}")
            for rail, block in rails.items()
            for reading in READINGS
        },
    )


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    if not isinstance(part, Mapping) or not part:
        raise AccountsError(f"data/accounts.toml has no [{name}]; write it as data/README.md shows")
    return part


def _account(number: str, block: Mapping[str, Any]) -> Account:
    _insist(f"[accounts.{number}]", block, ("name", "kind", "for"))
    if block["kind"] not in KINDS:
        right = nearest(str(block["kind"]), KINDS)
        raise AccountsError(f"data/accounts.toml, [accounts.{number}]: kind cannot be {block['kind']!r}; {right}")
    return Account(number, block["name"], block["kind"], block["for"])


def _insist(where: str, block: object, keys: tuple[str, ...]) -> None:
    """Refuse a block that lacks one of some keys, or has one beside them."""
    if not isinstance(block, Mapping):
        raise AccountsError(f"data/accounts.toml, {where} is no block; it has the keys {', '.join(keys)}")
    for missing in [key for key in keys if key not in block]:
        raise AccountsError(f"data/accounts.toml, {where} has no {missing!r}; add it")
    for unknown in [key for key in block if key not in keys]:
        raise AccountsError(f"data/accounts.toml, {where} has the key {unknown!r}; {nearest(unknown, keys)}")


def _named(accounts: Mapping[str, Account], number: object, where: str) -> Account:
    if number not in accounts:
        raise AccountsError(f"data/accounts.toml, {where} is {number!r}; {nearest(str(number), accounts)}")
    return accounts[str(number)]
