"""What each response does to the bills: one function each, (people, beliefs, paid) → bills and who moved.

Bills are m × n USD, expected; who moved is n, the expected share of each customer. A bill keeps its month: a term that
changes changes how much is billed, not when. What is scaled stays zero where a customer is no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.money import USD
from lib.response.assumptions import Response
from lib.response.people import Floats, People

Effect = tuple[Floats, Floats]
_COIN = float(USD.coin)
_NOISE = 1e-9  # a ratio of bills is never known closer: +25 % must not be more than 25 % for some and not for others


@dataclass(frozen=True, eq=False)
class Paid:
    """What the responses before this one left: `bills` m × n, USD; `changed_plan` n, shares of customers."""

    bills: Floats
    changed_plan: Floats


def plan_switch(people: People, beliefs: Response, paid: Paid) -> Effect:
    """Whoever saves more under the proposed book than is forgone under today's, and friction, takes the cheapest plan.

    What a customer forgoes today is its revealed inertia, never below zero; the saving must exceed it and the friction
    by a cent at least, so that under an unchanged book nobody moves. From the exposure on every bill is the cheapest
    plan's part of the chosen one's.
    """
    cheapest = _cheapest(people.option_proposed, people.own_proposed)
    inertia = people.own_baseline - _cheapest(people.option_baseline, people.own_baseline)
    saving = people.own_proposed - cheapest
    friction = beliefs["friction_rate"] * people.own_proposed + beliefs["friction_usd_per_month"]
    moves = people.is_exposed & (people.chosen >= 0) & (saving - inertia - friction >= _COIN)
    return _scaled(people, paid.bills, _ratio_where(moves, cheapest, people.own_proposed)), moves.astype(np.float64)


def term_switch(people: People, beliefs: Response, paid: Paid) -> Effect:
    """Per point of added saving a share of monthly customers goes annual; per point of lost saving annual ones go back.

    Who goes annual pays the proposed saving less; who goes back pays what twelve months cost.
    """
    saving = np.nan_to_num(people.annual_saving_proposed)
    added = np.nan_to_num(100 * (people.annual_saving_proposed - people.annual_saving_baseline))
    to_annual = np.clip(added * beliefs["to_annual_per_point"], 0, 1)
    to_monthly = np.clip(-added * beliefs["to_monthly_per_point"], 0, 1)
    share = np.where(people.is_monthly, to_annual, to_monthly) * people.is_exposed
    change = np.where(people.is_monthly, -saving, saving / (1 - saving))
    return _scaled(people, paid.bills, 1 + share * change), share


def rail_switch(people: People, beliefs: Response, paid: Paid) -> Effect:
    """Per point by which the other rail becomes cheaper than today a share of those who may use it moves there.

    The gap is (own - other) / own, in points; who moves pays the other rail's price of the same plan.
    """
    is_priced = np.isfinite(people.other_rail_baseline) & np.isfinite(people.other_rail_proposed)
    may_move = people.is_exposed & people.other_rail_open & is_priced
    may_move &= (people.own_baseline > 0) & (people.own_proposed > 0)
    was = _ratio_where(may_move, people.other_rail_baseline, people.own_baseline)
    becomes = _ratio_where(may_move, people.other_rail_proposed, people.own_proposed)
    share = np.clip(100 * (was - becomes) * beliefs["moves_per_point"], 0, 1)
    return _scaled(people, paid.bills, 1 + share * (becomes - 1)), share


def usage(people: People, beliefs: Response, paid: Paid) -> Effect:
    """Constant elasticity on the marginal price, for units above the allowance; none where today's price is zero.

    The bill changes by units x the proposed price in every month with a bill, at most by all overage. Whoever changed
    plan has another plan's overage, which is not known here, and is left out.
    """
    is_priced = (people.marginal_baseline > 0) & (people.marginal_proposed > 0)
    ratio = _ratio_where(is_priced, people.marginal_proposed, people.marginal_baseline)
    units = np.maximum(people.overage_quantity * (ratio ** beliefs["elasticity"] - 1), -people.overage_quantity)
    share = np.any(units != 0, axis=1) * people.is_exposed * (1 - paid.changed_plan)
    less = -(units * people.marginal_proposed).sum(axis=1) * share
    is_billed = people.reached * (paid.bills > 0)
    return paid.bills - is_billed * np.minimum(less, paid.bills), share


def churn(people: People, beliefs: Response, paid: Paid) -> Effect:
    """Customers who met another bill leave more often from that month on: logit h' = logit h + shift.

    The shift is (beta x ln(bill'/bill) + the shock's extra) x the tenure's factor, bills summed from the exposure on.
    Its pulse share counts in the exposure month only, the rest in every month from then on. Who stays against who
    would have stayed is (1 - h') / (1 - h) = 1 / (1 + h (e^shift - 1)) each month: bills are of customers still there.
    """
    ratio = _bill_ratio(people, paid.bills, beliefs["counted_up_to_rise"])
    beta = np.where(ratio > 1, beliefs["beta_rises"], beliefs["beta_falls"])
    shock = np.where(ratio - 1 > beliefs["shock_rise"] + _NOISE, beliefs["shock_extra"], 0)
    shift = (beta * np.log(ratio) + shock) * beliefs["tenure_factor_per_year"] ** (people.tenure_months / 12)
    shift = np.where(people.is_new, 0, shift)
    first, later = np.expm1(shift), np.expm1(shift * (1 - beliefs["pulse_share"]))
    added_odds = people.reached * later + people.met * (first - later)
    stays = np.cumprod(1 / (1 + people.churn_rate * added_odds), axis=0)
    return paid.bills * stays, 1 - stays[-1]


def conversion(people: People, beliefs: Response, paid: Paid) -> Effect:
    """The count of customers who are new under the proposed price x (bill'/bill) ^ elasticity; nobody else answers so.

    Who moved is the part that did not sign, negative where more did.
    """
    ratio = _bill_ratio(people, paid.bills, beliefs["counted_up_to_rise"])
    signs = np.where(people.is_new, ratio ** beliefs["elasticity"], 1)
    return _scaled(people, paid.bills, signs), 1 - signs


def _cheapest(options: Floats, own: Floats) -> Floats:
    """The cheapest plan that serves the usage; the own one where there is nothing to choose."""
    least: Floats = np.min(options, axis=1, initial=np.inf, where=~np.isnan(options))
    return np.minimum(least, own)


def _ratio_where(condition: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], over: Floats, under: Floats) -> Floats:
    """over / under where the condition holds, else 1."""
    return np.divide(over, under, out=np.ones_like(under), where=condition)


def _bill_ratio(people: People, bills: Floats, counted_up_to: float) -> Floats:
    """Each customer's bills from the exposure on over today's: at most 1 + the rise counted, at least its inverse."""
    was, becomes = people.paid_after, (bills * people.reached).sum(axis=0)
    without = np.where((was <= 0) & (becomes > 0), np.inf, 1.0)
    ratio = np.where(was > 0, _ratio_where(was > 0, becomes, was), without)
    return np.clip(ratio, 1 / (1 + counted_up_to), 1 + counted_up_to)


def _scaled(people: People, bills: Floats, factor: Floats) -> Floats:
    return bills + bills * (people.reached * (factor - 1))
