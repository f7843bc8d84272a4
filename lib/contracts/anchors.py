"""Who keeps a billing day: an upgrade on a rail that keeps anchors joins the period it found running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lib.contracts.contract import Contract, Reach


def keep_anchors(contracts: Mapping[str, Contract], reach: Mapping[str, Reach]) -> dict[str, Contract]:
    """Contracts by id → the same, with the billing day each keeps of the contract it was upgraded from.

    Only where the rail's `on_upgrade` is "keep_anchor" and both are billed by the same number of months; where they
    are not, and on a rail with new anchors, a contract is billed from its own start. Instalments have their own days.
    """
    kept: dict[str, Contract] = {}
    ended: dict[tuple[str, str, date, int], Contract] = {}
    for contract in sorted(contracts.values(), key=lambda one: (one.started_on, one.contract_id)):
        before = ended.get((contract.customer_id, contract.rail, contract.started_on, contract.months))
        has_own_days = contract.anchor is not None or bool(contract.offer and contract.offer.instalments)
        if before and not has_own_days and reach[contract.rail].changes.on_upgrade == "keep_anchor":
            contract = replace(contract, anchor=before.anchor or before.started)
        if contract.end_reason == "upgrade" and contract.ended_on:
            ended[contract.customer_id, contract.rail, contract.ended_on, contract.months] = contract
        kept[contract.contract_id] = contract
    return {key: kept[key] for key in contracts}
