"""What is arranged rather than drawn: private offers, the deleted plan, and customers left at the old price."""

from dataclasses import replace
from datetime import date
from typing import Any

from world.contract import Contract
from world.people import Customer
from world.pricelist import CENTS, scaled
from world.setting import Setting


def lives(setting: Setting, buyers: list[Customer]) -> dict[int, list[Contract]]:
    """Give some customers a fixed life: private offers on AWS, one deleted plan on Stripe."""
    offers = [offer for offer in setting.recipe["offer"] if offer["starts_on"] >= setting.window.first_on]
    on_aws = [buyer for buyer in buyers if buyer.rail == "aws"]
    order = setting.stream("arranged").permutation(len(on_aws))
    fixed = {
        on_aws[i].number: _offered(setting, on_aws[i], number, offer)
        for i, (number, offer) in zip(order, enumerate(offers, 1), strict=False)
    }
    return {**fixed, **_on_deleted_plan(setting, [buyer for buyer in buyers if buyer.payment_method == "card"])}


def with_old_prices(setting: Setting, rows: list[Contract]) -> list[Contract]:
    """Plant the billing fault: the first fitting Stripe stays keep the first list's price for ever."""
    wanted = list(setting.recipe["faults"]["kept_at_old_price"])
    changed = setting.prices.lists[-1].effective
    marked = []
    for row in rows:
        is_running = row.ended is None and row.customer.rail == "stripe" and row.started < changed
        is_hit = is_running and row.plan_key in wanted
        if is_hit:
            wanted.remove(row.plan_key)
        marked.append(replace(row, is_kept_at_old_price=is_hit))
    return marked


def _on_plan(setting: Setting, buyer: Customer, plan_key: str, started: date) -> Contract:
    plan = setting.prices.plans[plan_key]
    return Contract(buyer, 1, plan_key, plan["tier"], plan["term"], started)


def _offered(setting: Setting, buyer: Customer, number: int, offer: dict[str, Any]) -> list[Contract]:
    """Accept an offer, after a self-serve stay where the offer began as an upgrade."""
    contract = replace(
        _on_plan(setting, buyer, offer["plan_key"], offer["starts_on"]),
        offer_id=f"offer-private{number:02d}",
        offer_cents=scaled(offer["price"], CENTS),
        own_allowances=offer["allowances"],
    )
    before = offer.get("before")
    if not before or before["started_on"] < setting.window.first_on:
        return [contract]
    first = _on_plan(setting, buyer, before["plan_key"], before["started_on"])
    return [replace(first, ended=contract.started, end_reason="upgrade"), replace(contract, serial=2)]


def _on_deleted_plan(setting: Setting, payers: list[Customer]) -> dict[int, list[Contract]]:
    started = setting.recipe["faults"]["deleted_plan"]["started_on"]
    if not payers or started < setting.window.first_on:
        return {}
    payer = payers[len(payers) // 2]
    return {payer.number: [_on_plan(setting, payer, "deleted-plan", started)]}
