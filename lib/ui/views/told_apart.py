"""Two blocks of Discount honesty: what the papers say in two ways, and who is billed off list."""

from collections.abc import Sequence

import pandas as pd

from lib.claims.finding import NOTE, Finding
from lib.off_list import OFF_LIST, PRIVATE_OFFERS, OffList
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend

MEANWHILE = "meanwhile: "
NO_BOOK = "in no book"
_SUBJECT_HEADERS = {
    "subject": "Subject",
    "weight": "Weight",
    "one_place": "One place says",
    "other_place": "Another says",
    "meanwhile": "Until it is decided",
}
_CUSTOMER_HEADERS = {
    "customer": "Customer",
    "plan_key": "Plan",
    "rail": "Rail",
    "standing": "May it be",
    "list_usd": "List price",
    "billed_usd": "Billed",
    "coupons_usd": "Of it by coupon",
    "monthly_usd": "Below list, a month",
    "yearly_usd": "Below list, a year",
}


def papers(found: Sequence[Finding], legend: Legend) -> None:
    """What the papers say of one subject in two places: contradictions first, then tensions that can both stand."""
    told = _in_two_ways(found)
    if told:
        tensions = sum(one.severity == NOTE for one in told)
        cards.heading(
            f"The papers say {numbers.counted(len(told), 'thing')} in two ways: {len(told) - tensions} contradict each "
            f"other, {tensions} can both stand"
        )
        cards.table(subjects(found), "honesty_papers", _SUBJECT_HEADERS, legend)


def subjects(found: Sequence[Finding]) -> pd.DataFrame:
    """The subjects with both places and what the desk does meanwhile."""
    told = sorted(_in_two_ways(found), key=lambda one: one.severity == NOTE)
    return pd.DataFrame(
        {
            "claim": [one.claim for one in told],
            "subject": [_subject(one) for one in told],
            "weight": ["Tension" if one.severity == NOTE else "Contradiction" for one in told],
            "one_place": [one.evidence[-3] for one in told],
            "other_place": [one.evidence[-2] for one in told],
            "meanwhile": [one.evidence[-1].removeprefix(MEANWHILE) for one in told],
        }
    )


def customers(found: Sequence[Finding], off_list: Sequence[OffList], legend: Legend) -> None:
    """Who is billed another price than the list that governs the contract, in dollars; private offers are permitted."""
    off, permitted = (_sentence(found, name) for name in (OFF_LIST, PRIVATE_OFFERS))
    cards.heading(off or "0 customers without a private offer are billed off list")
    if permitted:
        cards.sentence(f"{permitted}; permitted.")
    if off_list:
        cards.table(listed(off_list), "honesty_off_list", _CUSTOMER_HEADERS, legend)
        cards.note(
            "Base fees of a billed period, as the rails bill them today. Without a list price nothing is below it."
        )


def listed(off_list: Sequence[OffList]) -> pd.DataFrame:
    """Contracts off list, those without a private offer first."""
    ordered = sorted(off_list, key=lambda one: one.is_private_offer)
    return pd.DataFrame(
        {
            "customer": [one.customer_id for one in ordered],
            "contract": [one.contract_id for one in ordered],
            "plan_key": [one.plan_key or NO_BOOK for one in ordered],
            "rail": [one.rail for one in ordered],
            "standing": ["Permitted: private offer" if one.is_private_offer else "Forbidden" for one in ordered],
            "list": [one.book for one in ordered],
            "list_usd": frames.column(one.listed for one in ordered),
            "billed_usd": frames.column(one.billed for one in ordered),
            "coupons_usd": frames.column(one.coupons for one in ordered),
            "monthly_usd": frames.column(one.monthly for one in ordered),
            "yearly_usd": frames.column(one.yearly for one in ordered),
        }
    )


def _in_two_ways(found: Sequence[Finding]) -> list[Finding]:
    return [one for one in found if any(line.startswith(MEANWHILE) for line in one.evidence)]


def _subject(one: Finding) -> str:
    if one.kind == "paper":
        return one.words.partition(":")[0]
    return ", ".join(numbers.name(part).lower() if place else numbers.name(part) for place, part in _parts(one))


def _parts(one: Finding) -> list[tuple[int, str]]:
    return list(enumerate(one.claim.split(".")))


def _sentence(found: Sequence[Finding], name: str) -> str:
    """What one of the two findings says in dollars."""
    return next((cards.plain(one.delivered) for one in found if one.claim == name), "")
