"""What contracts bring: billed periods, their credits, seats and offers, and the book that governs each.

A contract is one stay of a customer on one plan: a Stripe subscription or an AWS agreement. A change of plan
ends one contract and begins another. Read `contract` for the nouns, then `billed`; `changes` and `seats` say what a
change in the middle of a period brings, `governing` which book's prices count, `shelf` which dated changes have reached
it, `anchors` who keeps a billing day.
"""

from lib.contracts.anchors import keep_anchors
from lib.contracts.billed import BilledPeriod, base_amount, billed_periods, periods_of, term_price
from lib.contracts.changes import ChangeLine, Move, PlanChange, change_plan, change_plans
from lib.contracts.contract import Changes, Contract, Reach
from lib.contracts.governing import governing_list, governing_rates
from lib.contracts.included import allowance_of, minimum_of, price_of
from lib.contracts.offer import ContractError, Instalment, MultiYear, Offer
from lib.contracts.seats import SeatChange, SeatCharge, seat_charges, seats_amount
from lib.contracts.shelf import (
    BEFORE,
    GRANDFATHERED,
    IN_NOTICE,
    LOCKED,
    PREPAID,
    REPRICED,
    STATES,
    Layer,
    Ruling,
    Shelf,
    Term,
    Waiting,
    listed_state,
    rated_state,
)

__all__ = [
    "BEFORE",
    "GRANDFATHERED",
    "IN_NOTICE",
    "LOCKED",
    "PREPAID",
    "REPRICED",
    "STATES",
    "BilledPeriod",
    "ChangeLine",
    "Changes",
    "Contract",
    "ContractError",
    "Instalment",
    "Layer",
    "Move",
    "MultiYear",
    "Offer",
    "PlanChange",
    "Reach",
    "Ruling",
    "SeatChange",
    "SeatCharge",
    "Shelf",
    "Term",
    "Waiting",
    "allowance_of",
    "base_amount",
    "billed_periods",
    "change_plan",
    "change_plans",
    "governing_list",
    "governing_rates",
    "keep_anchors",
    "listed_state",
    "minimum_of",
    "periods_of",
    "price_of",
    "rated_state",
    "seat_charges",
    "seats_amount",
    "term_price",
]
