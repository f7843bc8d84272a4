"""How the text of one field is read before it is judged: units, clocks and spellings that sources use.

A reading turns one text into another and loses nothing; text that it cannot read is a ValueError that says why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial

Reading = Callable[[str], str]

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_CURRENCY = re.compile(r"[$\s\u00a0\u202f']|\b(USD|US)\b")  # what an amount is decorated with
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?|[+-]?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
_EPOCH = re.compile(r"\d{1,11}", re.ASCII)  # seconds, to the year 5138
_MOMENT = re.compile(r"\d{9,11}", re.ASCII)  # seconds since 1973 or later: 20260201 is no such number
_YES, _NO = ("yes", "true", "1", "y", "ja", "oui"), ("no", "false", "0", "n", "nein", "non")
_NONE = ("not available", "not applicable", "not provided")  # what AWS's reports write instead of nothing
_MINOR_DECIMALS, _PERCENT_DECIMALS = 2, 2


def minor(text: str) -> str:
    """Cents → dollars, exactly: "124900" → "1249.00", "0.1" → "0.001"."""
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"is not a number of cents: {text}")
    return format(Decimal(text).scaleb(-_MINOR_DECIMALS), "f")


def amount(text: str) -> str:
    """An amount as people print it → plain: "$1,249.00", "1.249,00 €" and "225,00" are clear, "1,249" is not."""
    bare = _CURRENCY.sub("", text)
    if bare.startswith("(") and bare.endswith(")"):  # how accountants write a negative amount
        bare = f"-{bare[1:-1]}"
    marks = [mark for mark in bare if mark in ",."]
    if len(marks) == 1 and re.search(r"^[+-]?[1-9]\d{0,2},\d{3}$", bare):
        raise ValueError(f"may be thousands or a fraction: {text}; export it as 1249.00")
    plain = _plain(bare, marks)
    if plain is None:
        raise ValueError(f"is not an amount: {text}")
    return plain


def _plain(bare: str, marks: list[str]) -> str | None:
    if _PLAIN.fullmatch(bare):
        return bare
    if len(marks) == 1 and re.fullmatch(r"[+-]?\d+,\d+", bare):
        return bare.replace(",", ".")
    if _GROUPED.fullmatch(bare):
        point = marks[-1] if marks.count(marks[-1]) == 1 else ""
        whole, _, part = bare.rpartition(point) if point else (bare, "", "")
        return re.sub("[,.]", "", whole) + (f".{part}" if point else "")
    return None


def given(text: str) -> str:
    """A text that may say in words that there is none, as AWS's reports do → the text, or nothing."""
    return "" if " ".join(text.split()).casefold() in _NONE else text


def given_amount(text: str) -> str:
    """An amount that may say in words that there is none."""
    return amount(text) if given(text).strip() else ""


def epoch(text: str) -> str:
    """Seconds since 1970 → a UTC time: "1767225600" → "2026-01-01T00:00:00Z"."""
    if not _EPOCH.fullmatch(text):
        raise ValueError(f"is not a number of seconds since 1970: {text}")
    return datetime.fromtimestamp(int(text), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch_day(text: str) -> str:
    """Seconds since 1970 → the UTC day."""
    return epoch(text)[:10]


def table_moment(text: str) -> str:
    """A UTC time, or seconds since 1970 → a UTC time: tables print either, some with UTC behind it."""
    return epoch(text) if _MOMENT.fullmatch(text) else text.removesuffix(" UTC")


def table_day(text: str) -> str:
    """A UTC time, or seconds since 1970 → the UTC day."""
    return day(table_moment(text))


def minor_total(text: str) -> str:
    """A JSON list of amounts in cents → their sum in dollars: '[{"amount":250},{"amount":5}]' → "2.55"."""
    try:
        listed = json.loads(text, parse_float=str, parse_constant=str)
        cents = [int(entry["amount"]) for entry in listed] if isinstance(listed, list) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        cents = None
    if cents is None:
        raise ValueError(f"is not a list of amounts in cents: {text}")
    return minor(str(sum(cents)))


def day(text: str) -> str:
    """A date or a UTC time → its day; what is no date is left for its kind to say so."""
    return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d([T ].*)?", text, re.ASCII) else text


def moment(text: str) -> str:
    """Seconds since 1970, with a fraction or without → a UTC time; what is a time already stays as it is."""
    whole, point, part = text.partition(".")
    if not _EPOCH.fullmatch(whole) or (point and not part.isdecimal()):
        return text
    return epoch(whole).replace("Z", f".{part}Z" if part.strip("0") else "Z")


def yes_no(text: str) -> str:
    """True and false as a source spells them → yes or no; anything else stays as it is, which means unknown."""
    word = text.strip().casefold()
    return "yes" if word in _YES else "no" if word in _NO else text


def number(text: str) -> str:
    """A number with an exponent, as some writers print small ones → plain decimals: "1E-3" → "0.001"."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return format(value, "f") if value.is_finite() and abs(value.adjusted()) < 40 else text


_ISO_DAY = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)([T ].*)?", re.ASCII)
_POINTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})([, ].*)?", re.ASCII)  # 31.05.2026: always the day first
_SLASHED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})([, ].*)?", re.ASCII)
DAY_FIRST, MONTH_FIRST = "day first", "month first"
DATES = (DAY_FIRST, MONTH_FIRST, "year first")


def local_day(text: str, dates: str | None = None) -> str:
    """A day as its exporter's country writes it → 2026-05-31; the time of day is left out.

    05/04/2026 is one day in April and another in May: it is read only where `dates` says which stands first.
    """
    if found := _ISO_DAY.fullmatch(text):
        return "-".join(found.groups()[:3])
    if found := _POINTED_DAY.fullmatch(text):
        return _written_day(text, found[3], found[2], found[1])
    found = _SLASHED_DAY.fullmatch(text)
    if not found:
        return text
    first, second, year = found.groups()[:3]
    if dates not in (DAY_FIRST, MONTH_FIRST) and first != second:
        raise ValueError(
            f'may be a day in two months: {text}; write dates = "{MONTH_FIRST}" or "{DAY_FIRST}" in the block of its '
            "source in sources.toml"
        )
    return _written_day(text, year, *((second, first) if dates == DAY_FIRST else (first, second)))


def in_order(reading: str | None, dates: str | None) -> str | None:
    """The name of a reading where dates stand in an order: its own name where it minds none."""
    ordered = f"{reading}, {dates}"
    return ordered if ordered in READINGS else reading


def _written_day(text: str, year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise ValueError(f"is no day: {text}") from None


_CURRENCY_OF_SIGN = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR"}
_DOLLARS = re.compile(r"US ?\$|\$ ?US\b")
_CODE = re.compile(r"(?<![A-Z])[A-Z]{3}(?![A-Z])")


def currency(text: str) -> str:
    """An amount as people print it → the currency written beside it: "1.249,00 €" is EUR, "1249.00" says none."""
    bare = _DOLLARS.sub("$", text)
    told = {*_CODE.findall(bare), *(code for sign, code in _CURRENCY_OF_SIGN.items() if sign in bare)}
    if len(told) > 1:
        raise ValueError(f"is in {' and '.join(sorted(told))} at once: {text}")
    return next(iter(told), "")


def bare_amount(text: str) -> str:
    """An amount in whatever currency is written beside it → the plain number; which currency is a column of its own."""
    return amount(re.sub(f"[{''.join(_CURRENCY_OF_SIGN)}]", "", _CODE.sub("", _DOLLARS.sub("$", text))))


def percent(text: str) -> str:
    """A percentage, its sign written or not → a fraction, exactly: "25" and "25%" are 0.25."""
    bare = text.removesuffix("%").strip()
    if not _PLAIN.fullmatch(bare):
        raise ValueError(f"is not a percentage: {text}")
    return format(Decimal(bare).scaleb(-_PERCENT_DECIMALS).normalize(), "f")


def chance(text: str) -> str:
    """A probability as a fraction, or a percentage with its sign → a fraction; 25 alone is left, and is no chance."""
    return percent(text) if text.endswith("%") else text


READINGS: dict[str, Reading] = {
    "minor": minor,
    "amount": amount,
    "epoch": epoch,
    "epoch_day": epoch_day,
    "table_moment": table_moment,
    "table_day": table_day,
    "minor_total": minor_total,
    "day": day,
    "given": given,
    "given_amount": given_amount,
    "moment": moment,
    "yes_no": yes_no,
    "number": number,
    "bare_amount": bare_amount,
    "currency": currency,
    "local_day": local_day,
    **{f"local_day, {dates}": partial(local_day, dates=dates) for dates in DATES},
    "percent": percent,
    "chance": chance,
}
