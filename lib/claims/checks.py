"""The checks: each is one function of a claim and the evidence, and CHECKS names them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from lib.catalog.allowance import NOT_OFFERED
from lib.catalog.book import ANY_TIER, RAILS, Book, Unpriced
from lib.catalog.document import BookError, found
from lib.catalog.price import Band
from lib.claims.absorbing import fee_absorbed
from lib.claims.agreeing import automatic_discounts, places_agree
from lib.claims.claim import WHERE, Claim, ClaimError, Evidence
from lib.claims.conditional import conditional
from lib.claims.entry import allowance_table, band_list, names, price_table, word
from lib.claims.finding import (
    CONTRADICTORY,
    NOT_REPRESENTABLE,
    OVERSTATED,
    TRUE,
    UNDERSTATED,
    UNVERIFIABLE,
    Finding,
    finding,
)
from lib.claims.known import check_subject
from lib.claims.many_years import many_years
from lib.claims.remedies import remedies
from lib.claims.rising import allowances_rise
from lib.claims.rounding import plain, shown
from lib.claims.yearly import YARDSTICKS, by_rule, held_against, least, unpriced, years
from lib.money import exact, text


@dataclass(frozen=True)
class Check:
    """One way to judge a claim: the function, the keys a claim must have for it, and how its value is read."""

    judge: Callable[[Claim, Evidence], Finding]
    needs: tuple[str, ...] = ()
    read: Callable[[Any], Any] = word


def judge(claim: Claim, evidence: Evidence) -> Finding:
    """One claim and the evidence → its finding; remedies come without cost."""
    if claim.product != evidence.book.product and claim.check != "unmeasured":
        return finding(claim, evidence, UNVERIFIABLE, f"the open book is of {evidence.book.product}")
    try:
        check_subject(claim, evidence)
        return CHECKS[claim.check].judge(claim, evidence)
    except BookError as problem:
        raise ClaimError(f"{WHERE}, claims.{claim.id}: {problem}") from None


def _yearly_number(claim: Claim, evidence: Evidence) -> Finding:
    stick, measured = YARDSTICKS[claim.check], years(claim, evidence.book)
    gaps = [f"{where}: it has no list price, or its tier none by the month" for where in unpriced(claim, measured)]
    if not measured:
        return finding(claim, evidence, UNVERIFIABLE, "no year to measure", gaps, text(claim.value))
    verdicts = by_rule(claim, measured)
    if gaps:
        verdicts = {rule: it if it == OVERSTATED else UNVERIFIABLE for rule, it in verdicts.items()}
    sums = [f"{year.where}: {stick.how(year)} = {_shown(claim, stick.measure(year))} {stick.unit}" for year in measured]
    verdict, delivered = verdicts[claim.rounding], _shown(claim, least(claim, measured))
    return replace(
        finding(claim, evidence, verdict, delivered, [*sums, *gaps], text(claim.value)),
        unit=stick.unit,
        rounding_rule=claim.rounding,
        by_rule=verdicts,
        remedies=remedies(claim, evidence.book, evidence.papers),
    )


def _shown(claim: Claim, value: Fraction) -> str:
    return shown(value, claim.value, YARDSTICKS[claim.check].unit)


def _dimension_count(claim: Claim, evidence: Evidence) -> Finding:
    dimensions = evidence.book.dimensions
    verdict = held_against(claim.value, Decimal(len(dimensions)))
    listed = f"the book has {', '.join(dimensions)}"
    return finding(claim, evidence, verdict, str(len(dimensions)), [listed], text(claim.value))


def _same_everywhere(claim: Claim, evidence: Evidence) -> Finding:
    said = {key: _places(key, printed, evidence) for key, printed in claim.value.items()}
    gaps = [evidence.stripe_gaps[key] for key in said if key in evidence.stripe_gaps]
    lines = [_said(key, at) for key, at in said.items()]
    if differing := [key for key, at in said.items() if len(set(at.values())) > 1]:
        return finding(claim, evidence, CONTRADICTORY, f"places differ on {', '.join(differing)}", [*lines, *gaps])
    if gaps:
        return finding(claim, evidence, UNVERIFIABLE, f"no Stripe price for {len(gaps)} plans", [*lines, *gaps])
    return finding(claim, evidence, TRUE, "the same in every place", lines)


def _places(key: str, printed: Decimal, evidence: Evidence) -> dict[str, Decimal | Unpriced]:
    """Every place that prices a plan, and the price there."""
    prices: dict[str, Decimal | Unpriced] = {"these words": printed}
    prices |= {f"the book on {rail}": evidence.book.list_price(rail, key) for rail in RAILS}
    return prices | ({"Stripe": evidence.stripe_prices[key]} if key in evidence.stripe_prices else {})


def _said(key: str, prices: Mapping[str, Decimal | Unpriced]) -> str:
    texts = (f"{place} {plain(it) if isinstance(it, Decimal) else it.value}" for place, it in prices.items())
    return f"{key}: {', '.join(texts)}"


def _hidden(claim: Claim, evidence: Evidence) -> Finding:
    """Neither a plan nor any other of its tier is public: a year in public view shows the tier as a month does."""
    plans = evidence.book.plans
    tiers = {evidence.book.plan(key).tier for key in claim.applies_to}
    if public := [key for key, plan in plans.items() if plan.tier in tiers and plan.is_public]:
        return finding(claim, evidence, CONTRADICTORY, f"public in the book: {', '.join(public)}")
    return finding(claim, evidence, TRUE, f"hidden in the book: {', '.join(claim.applies_to)}")


def _tier_floor(claim: Claim, evidence: Evidence) -> Finding:
    promised, places = _tiers_from(evidence.book, claim.value), _tiers_served(claim, evidence)
    if not places:
        missing = f"no dimension of the book and no statement says which tiers get {claim.subject}"
        return finding(claim, evidence, UNVERIFIABLE, "unknown", [missing])
    everywhere, anywhere = frozenset.intersection(*places.values()), frozenset.union(*places.values())
    verdict = _held_against_sets(promised, everywhere, anywhere)
    lines = [f"{place}: {_tier_names(evidence.book, tiers)}" for place, tiers in places.items()]
    served = anywhere if verdict == UNDERSTATED else everywhere
    return finding(claim, evidence, verdict, _tier_names(evidence.book, served), lines)


def _tiers_served(claim: Claim, evidence: Evidence) -> dict[str, frozenset[str]]:
    """Which tiers get the claim's subject, by the place that says so."""
    book, key = evidence.book, claim.subject
    if key in book.dimensions:
        by_floor = frozenset(tier for tier in book.tiers if book.is_offered(tier, key))
        return {"tier floor in the book": by_floor, **_by_allowance(book, key)}
    said = (statement for statement in evidence.papers.statements if statement.subject == key)
    return {statement.place: _tiers_from(book, str(statement.value)) for statement in said}


def _by_allowance(book: Book, key: str) -> dict[str, frozenset[str]]:
    """Which tiers are offered a dimension by what they include of it, for each rail where rails differ."""
    offered = {
        rail: frozenset(tier for tier in book.tiers if book.allowance(rail, tier, key) != NOT_OFFERED) for rail in RAILS
    }
    if len(set(offered.values())) == 1:
        return {"allowances in the book": offered[RAILS[0]]}
    return {f"allowances in the book on {rail}": tiers for rail, tiers in offered.items()}


def _tiers_from(book: Book, floor: str) -> frozenset[str]:
    rank = 0 if floor == ANY_TIER else found(floor, book.tiers, f"the {book.id} book has no tier").rank
    return frozenset(tier.key for tier in book.tiers.values() if tier.rank >= rank)


def _tier_names(book: Book, tiers: frozenset[str]) -> str:
    return ", ".join(tier.name for tier in sorted(book.tiers.values(), key=lambda t: t.rank) if tier.key in tiers)


def _held_against_sets(promised: frozenset[str], everywhere: frozenset[str], anywhere: frozenset[str]) -> str:
    """Tiers that are promised something beside those that every place serves, and those that any place does."""
    is_short, is_more = not promised <= everywhere, not anywhere <= promised
    if is_short and is_more:
        return CONTRADICTORY
    if is_short:
        return OVERSTATED
    return UNDERSTATED if is_more else TRUE


def _included(claim: Claim, evidence: Evidence) -> Finding:
    book, dimension = evidence.book, claim.subject
    for tier in claim.value:
        found(tier, book.tiers, f"the {book.id} book has no tier")
    said = {(rail, tier): book.allowance(rail, tier, dimension) for rail in RAILS for tier in claim.value}
    wrong = [f"{tier} on {rail}: {it}" for (rail, tier), it in said.items() if it != claim.value[tier]]
    if wrong:
        return finding(claim, evidence, CONTRADICTORY, "the book includes other quantities", wrong)
    return _as_far_as_it_holds(claim, evidence, "included quantities", "its rate card has a price and no quantity")


def _volume_bands(claim: Claim, evidence: Evidence) -> Finding:
    book, key = evidence.book, claim.subject
    found(key, book.dimensions, f"the {book.id} book has no dimension")
    promised = tuple(Band(start, price) for start, price in claim.value)
    for rail in RAILS:
        if (bands := book.written_bands(rail, key)) != promised:
            priced = ", ".join(map(_band_text, bands))
            said = f"the book has other bands: {priced}"
            return finding(claim, evidence, CONTRADICTORY, said, [f"{key} on {rail}: {priced}"])
    return _as_far_as_it_holds(claim, evidence, "volume bands", "its rate card holds one price per dimension")


def _band_text(band: Band) -> str:
    fee = f" and {plain(band.flat_fee)} once" if band.flat_fee else ""
    return f"{plain(band.unit_price)}{fee} from {plain(band.from_quantity)}"


def _as_far_as_it_holds(claim: Claim, evidence: Evidence, feature: str, because: str) -> Finding:
    """A claim that the book keeps: true, unless its surface has no field for such a thing."""
    surface = evidence.papers.surfaces[claim.surface]
    if feature in surface.cannot_hold:
        return finding(claim, evidence, NOT_REPRESENTABLE, f"{surface.name} cannot hold {feature}: {because}")
    return finding(claim, evidence, TRUE, f"{feature} as in the book")


def _said_elsewhere(claim: Claim, evidence: Evidence) -> Finding:
    said = [statement for statement in evidence.papers.statements if statement.subject == claim.subject]
    lines = [f"{statement.place}: {statement.value} ({statement.source})" for statement in said]
    if not said:
        return finding(claim, evidence, UNVERIFIABLE, f"no other place speaks of {claim.subject}")
    others = {str(statement.value) for statement in said}
    verdict = TRUE if others == {str(claim.value)} else CONTRADICTORY
    return finding(claim, evidence, verdict, ", ".join(sorted(others)), lines, str(claim.value))


def _unmeasured(claim: Claim, evidence: Evidence) -> Finding:
    return finding(claim, evidence, UNVERIFIABLE, "not measured by this check", [f"needs {claim.needs}"])


_YEARLY = Check(_yearly_number, ("value", "rounding", "applies_to"), exact)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "annual_saving": _YEARLY,
        "free_months": _YEARLY,
        "monthly_equivalent": _YEARLY,
        "dimension_count": Check(_dimension_count, ("value",), exact),
        "same_everywhere": Check(_same_everywhere, ("value",), price_table),
        "fee_absorbed": Check(fee_absorbed, ("subject", "applies_to")),
        "hidden": Check(_hidden, ("applies_to",)),
        "tier_floor": Check(_tier_floor, ("subject", "value")),
        "included": Check(_included, ("subject", "value"), allowance_table),
        "volume_bands": Check(_volume_bands, ("subject", "value"), band_list),
        "allowances_rise": Check(allowances_rise),
        "said_elsewhere": Check(_said_elsewhere, ("subject", "value")),
        "many_years": Check(many_years, ("value", "years", "base"), exact),
        "places_agree": Check(places_agree, ("subject", "value"), names),
        "automatic_discounts": Check(automatic_discounts),
        "conditional": Check(conditional, ("value",), names),
        "unmeasured": Check(_unmeasured, ("needs",)),
    }
)
