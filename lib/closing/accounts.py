"""The chart of accounts: which account of data/accounts.toml takes what of a month's journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lib.catalog.document import nearest, shown
from lib.refusal import Refusal

ASSET, LIABILITY, INCOME, EXPENSE = KINDS = ("asset", "liability", "income", "expense")
# What kind of account can play a role; who counts refunds as an expense keeps the same books.
ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cash": (ASSET,),
        "accrued": (ASSET,),
        "prepaid_fees": (ASSET,),
        "accrued_fees": (LIABILITY,),
        "taxes": (LIABILITY,),
        "deferred": (LIABILITY,),
        "revenue": (INCOME,),
        "refunds": (INCOME, EXPENSE),
        "other_charges": (EXPENSE,),
    }
)
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
    _insist("[roles]", roles, tuple(ROLES))
    rails = _part(document, "rails")
    for rail, block in rails.items():
        _insist(f"[rails.{rail}]", block, ("receivable", "fee"))
        _insist(f"[rails.{rail}] fee", block["fee"], READINGS)
    chart = Chart(
        accounts=accounts,
        roles={role: _named(accounts, roles[role], f"[roles] {role}", kinds) for role, kinds in ROLES.items()},
        receivables={
            rail: _named(accounts, block["receivable"], f"[rails.{rail}] receivable", (ASSET,))
            for rail, block in rails.items()
        },
        fees={
            (rail, reading): _named(accounts, block["fee"][reading], f"[rails.{rail}] fee.{reading}", (EXPENSE,))
            for rail, block in rails.items()
            for reading in READINGS
        },
    )
    _insist_on_one_each(chart)
    return chart


def _insist_on_one_each(chart: Chart) -> None:
    """Every role and receivable has an account of its own, which no fee is booked on; fees may share one."""
    taken: dict[str, str] = {}
    own = {f"[roles] {role}": account for role, account in chart.roles.items()}
    own |= {f"[rails.{rail}] receivable": account for rail, account in chart.receivables.items()}
    for where, account in own.items():
        _insist_on_free(where, account, taken)
        taken[account.number] = where
    for (rail, reading), account in chart.fees.items():
        _insist_on_free(f"[rails.{rail}] fee.{reading}", account, taken)


def _insist_on_free(where: str, account: Account, taken: Mapping[str, str]) -> None:
    if other := taken.get(account.number):
        raise AccountsError(
            f"data/accounts.toml, {where} is {account.number!r}, which {other} is too; give each an account of its own"
        )


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    if not isinstance(part, Mapping) or not part:
        raise AccountsError(f"data/accounts.toml has no [{name}]; write it as data/README.md shows")
    return part


def _account(number: str, block: Mapping[str, Any]) -> Account:
    where = f"[accounts.{number}]"
    _insist(where, block, ("name", "kind", "for"))
    for key, value in block.items():
        if not isinstance(value, str) or not value:
            raise AccountsError(f"data/accounts.toml, {where}: {key} is {shown(value)}; write a text")
    if block["kind"] not in KINDS:
        right = nearest(block["kind"], KINDS)
        raise AccountsError(f"data/accounts.toml, {where}: kind cannot be {block['kind']!r}; {right}")
    return Account(number, block["name"], block["kind"], block["for"])


def _insist(where: str, block: object, keys: tuple[str, ...]) -> None:
    """Refuse a block that lacks one of some keys, or has one beside them."""
    if not isinstance(block, Mapping):
        raise AccountsError(f"data/accounts.toml, {where} is no block; it has the keys {', '.join(keys)}")
    for missing in [key for key in keys if key not in block]:
        raise AccountsError(f"data/accounts.toml, {where} has no {missing!r}; add it")
    for unknown in [key for key in block if key not in keys]:
        raise AccountsError(f"data/accounts.toml, {where} has the key {unknown!r}; {nearest(unknown, keys)}")


def _named(accounts: Mapping[str, Account], number: object, where: str, kinds: tuple[str, ...]) -> Account:
    """The account of a number, if it is of a kind that can play the part."""
    if not isinstance(number, str) or number not in accounts:
        raise AccountsError(f"data/accounts.toml, {where} is {shown(number)}; {nearest(number, accounts)}")
    account = accounts[number]
    if account.kind not in kinds:
        raise AccountsError(
            f"data/accounts.toml, {where} is {number!r}, which is of kind {account.kind}; it takes {' or '.join(kinds)}"
        )
    return account
