"""Where a customer stands in land and expand, and what to offer it next."""

from __future__ import annotations

from dataclasses import dataclass

from lib.playbook.pages import ADD_ON, ALLOWANCE, CHEAPER_TIER, RENEWAL, SAVINGS, Expansion, Lever, Playbook


@dataclass(frozen=True)
class Account:
    """What is on file of one customer of one product: its add-ons, and whether a saving of it was measured.

    `renews` says that a renewal or an expiry comes within the days the playbook looks ahead, `is_short` that an
    allowance of its is near or over, `is_cheaper_above` that the same month costs less on the next tier. `segment` is
    None where no deal names one.
    """

    product: str
    add_ons: frozenset[str] = frozenset()
    has_savings: bool = False
    renews: bool = False
    is_short: bool = False
    is_cheaper_above: bool = False
    segment: str | None = None


def standing_step(playbook: Playbook, account: Account) -> Expansion | None:
    """The last step that something on file shows; None where nothing does, or the papers name none for the product."""
    shown = [step for step in _steps(playbook, account) if _is_shown(step, account)]
    return shown[-1] if shown else None


def next_step(playbook: Playbook, account: Account) -> Expansion | None:
    """The step to take next: the one after where the customer stands, which of a renewal is the renewal's own.

    None where the papers name no steps for the product.
    """
    steps = _steps(playbook, account)
    if account.renews and (own := next((one for one in steps if one.shown_by == RENEWAL), None)):
        return own
    stands = standing_step(playbook, account)
    later = [one for one in steps if stands is None or one.step > stands.step]
    return later[0] if later else None


def lever(playbook: Playbook, account: Account) -> Lever | None:
    """The first lever of the product that applies and that the customer does not hold already."""
    return next((one for one in playbook.levers if _applies(one, account)), None)


def _applies(one: Lever, account: Account) -> bool:
    if one.product != account.product or (one.add_on and one.add_on in account.add_ons):
        return False
    if one.segments and account.segment not in one.segments:
        return False
    return {ALLOWANCE: account.is_short, CHEAPER_TIER: account.is_cheaper_above}.get(one.when, True)


def _steps(playbook: Playbook, account: Account) -> list[Expansion]:
    own = (one for one in playbook.expansion if one.product == account.product)
    return sorted(own, key=lambda one: one.step)


def _is_shown(step: Expansion, account: Account) -> bool:
    if step.shown_by == SAVINGS:
        return account.has_savings
    return step.shown_by == ADD_ON and any(name in account.add_ons for name in step.add_ons)
