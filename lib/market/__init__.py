"""Who we sell to, and what the records about them leave unsaid.

Read `sold_to` for customers and deals with persona, advised rail and money; `unsaid` for what a reader must be told
of the records behind them.
"""

from lib.market.sold_to import (
    FACTS,
    Advice,
    ClosedDeal,
    Customer,
    Deal,
    about,
    advice,
    closed_deals,
    customers,
    deals,
    next_action,
    open_rails,
    persona,
    product_bought,
    recurring_contract,
    stranger,
)
from lib.market.unsaid import agreement_findings, contract_findings, findings, integrator_findings

__all__ = [
    "FACTS",
    "Advice",
    "ClosedDeal",
    "Customer",
    "Deal",
    "about",
    "advice",
    "agreement_findings",
    "closed_deals",
    "contract_findings",
    "customers",
    "deals",
    "findings",
    "integrator_findings",
    "next_action",
    "open_rails",
    "persona",
    "product_bought",
    "recurring_contract",
    "stranger",
]
