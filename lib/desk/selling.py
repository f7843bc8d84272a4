"""On what terms every contract's sales are made, read once from the marts: whoever works out a rail's fee asks here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.rails import PRIVATE, PUBLIC, Terms

if TYPE_CHECKING:
    from lib.desk.desk import Desk

_RENEWS = "RENEW"


def sale_terms(desk: Desk) -> dict[str, Terms]:
    """What the marketplace's feeds say of every agreement, by its id: its offer, value, predecessor, and who sold it.

    A contract that is not among them is sold by public offer.
    """
    offers = {row["contract_id"]: row["offer_id"] for row in desk.warehouse.rows("contract")}
    resold = {row["agreement_id"] for row in desk.warehouse.rows("marketplace_line", is_resold=True)}
    return {
        row["agreement_id"]: Terms(
            offer=PRIVATE if offers.get(row["agreement_id"]) else PUBLIC,
            contract_value=row["agreement_value_usd"],
            renewal=row["intent"] == _RENEWS and bool(offers.get(row["preceding_agreement_id"])),
            channel_partner=row["agreement_id"] in resold,
        )
        for row in desk.warehouse.rows("marketplace_agreement")
    }
