"""A change in words: the difference of two books as plain sentences that a founder can forward.

Sentences say what a customer would meet, rail by rail where the rails differ, so they are read from both books and not
only from the paths; similar changes are told together. What no rule here knows is still told: path, was, becomes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, NOTHING_INCLUDED, UNLIMITED, Allowance
from lib.catalog.book import ANY_TIER, RAILS, Book, Dimension, Plan, Unpriced
from lib.catalog.document import BookError, Document
from lib.catalog.names import (
    RAIL_NAMES,
    dimension_name,
    listed,
    money,
    opened,
    plan_name,
    quantity,
    share,
    units,
)
from lib.catalog.price import PERCENTAGES, Band
from lib.catalog.rollout import OwnNotice, Rollout
from lib.catalog.scenario import Change
from lib.money import EXACT, MoneyError, exact

NOTHING_CHANGES = "No price, allowance or reading of the book changes"
_LONGEST = 200  # letters of a value that no rule knows; a page of text is no sentence
_NOT_PER_UNIT = (*PERCENTAGES, "cost_multiple", "flat")

_READINGS: Mapping[str, str] = {
    "bands": "bands are read as {becomes} instead of {was}",
    "thresholds": "band thresholds are counted on {becomes} instead of {was}",
    "threshold_unit": "band thresholds count {becomes} instead of {was}",
    "part_units": "part units are {becomes} instead of {was}",
    "stripe_overage": "above the tier Stripe customers pay {becomes} instead of {was}",
    "allowances": "allowances follow {becomes} instead of {was}",
    "marketplace_fee": "the marketplace's fee counts as {becomes} instead of {was}",
}
_READING_WORDS: Mapping[tuple[str, str], str] = {
    ("thresholds", "overage"): "the overage",
    ("thresholds", "usage"): "the whole usage",
    ("threshold_unit", "natural"): "natural units",
    ("threshold_unit", "priced"): "priced units",
    ("part_units", "exact"): "priced exactly",
    ("part_units", "up"): "rounded up",
    ("stripe_overage", "same"): "the same rates as AWS customers",
    ("allowances", "matrix"): "the matrix by tier",
    ("allowances", "uniform"): "the plans database's one column for every tier",
    ("marketplace_fee", "acquisition"): "acquisition cost",
    ("marketplace_fee", "revenue"): "cost of revenue",
}
_COHORTS = {
    "new": "new customers only",
    "renewal": "new customers, and running contracts at their renewal",
    "all": "everybody, each at the first date that contract and rail allow",
}

T = TypeVar("T", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)
Paths = frozenset[str]
Changed = Mapping[str, Change]


@dataclass(frozen=True)
class Said:
    """One sentence and the paths it tells; without words where the paths change nothing that anybody meets."""

    paths: Paths
    words: str = ""


@dataclass(frozen=True)
class Both:
    """The two books of a change."""

    was: Book
    becomes: Book

    def plans(self) -> dict[str, Plan]:
        """Every plan of either book, from the lowest tier up and the shortest term first."""
        plans, tiers = {**self.was.plans, **self.becomes.plans}, {**self.was.tiers, **self.becomes.tiers}
        return dict(sorted(plans.items(), key=lambda one: (tiers[one[1].tier].rank, one[1].months, one[0])))

    def dimensions(self) -> dict[str, Dimension]:
        """Every dimension of either book, in the books' order."""
        return {**self.was.dimensions, **self.becomes.dimensions, **self.was.dimensions}

    def tiers(self) -> dict[str, str]:
        """Every tier of either book with its name, from the lowest up; one that stays by the name it is known by."""
        tiers = {**self.becomes.tiers, **self.was.tiers}
        return {key: tier.name for key, tier in sorted(tiers.items(), key=lambda one: one[1].rank)}

    def named(self, key: str) -> str:
        """A plan by name."""
        book = self.was if key in self.was.plans else self.becomes
        return plan_name(book, book.plans[key])


def change_words(changes: Sequence[Change], was: Book, becomes: Book) -> tuple[str, ...]:
    """The difference of two books → sentences without a full stop, the prices first; one where nothing changes."""
    left = {change.path: change for change in changes}
    sentences: list[str] = []
    for rule in _RULES:
        said = list(rule(Both(was, becomes), left))
        sentences += [one.words for one in said if one.words]
        told = frozenset().union(*(one.paths for one in said))
        left = {path: change for path, change in left.items() if path not in told}
    sentences += [_plainly(change) for change in left.values() if not _is_same(change)]
    return tuple(sentences) or (NOTHING_CHANGES,)


def claim_changes(claims: Document, reworded: Document) -> tuple[Change, ...]:
    """What we say by claim, and what a scenario says instead → its changed words, to be told with a book's changes."""
    words = {key: (claims.get(key, {}).get("words"), entry.get("words")) for key, entry in reworded.items()}
    return tuple(
        Change(f"claims.{key}.words", was, becomes)
        for key, (was, becomes) in words.items()
        if becomes is not None and becomes != was
    )


def reach_words(rollout: Rollout, names: Mapping[str, str] | None = None) -> str:
    """Who a scenario reaches, and after which notice of its own; `names` are names of the values that it asks for."""
    known = {**RAIL_NAMES, **(names or {})}
    asked = [
        f"{fact} is {_either([known.get(value, value) for value in values])}" for fact, values in rollout.where.items()
    ]
    who = f"{_COHORTS[rollout.cohort]}{f', where {listed(asked)}' if asked else ''}"
    return "; ".join([f"Reaches {who}", *(_notice_words(rail, own) for rail, own in rollout.notice.items())])


def _either(values: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(values[:-1]), *values[-1:]]))


def _notice_words(rail: str, own: OwnNotice) -> str:
    lands = "" if own.lands_on == "any_day" else f", landing on the {own.lands_on.replace('_of_', ' of a ')}"
    notice = f"a notice of {own.days} days{lands}" if own.days is not None else ""
    notice = f"the notice of {own.name}" if own.name else notice
    freeze = f"no running contract before {own.freeze_until:%Y-%m-%d}" if own.freeze_until else ""
    return f"on {RAIL_NAMES[rail]} {' and '.join(filter(None, [notice, freeze]))}"


# What comes and what goes


def _comings_and_goings(both: Both, changed: Changed) -> Iterator[Said]:
    for section, news in (("tiers", _tier_news), ("plans", _plan_news), ("dimensions", _dimension_news)):
        old, new = getattr(both.was, section), getattr(both.becomes, section)
        for key in [*new, *(key for key in old if key not in new)]:
            if (key in old) != (key in new):
                yield Said(_below(changed, f"{section}.{key}"), news(both, key))


def _below(changed: Changed, path: str) -> Paths:
    return frozenset(one for one in changed if one.startswith(f"{path}."))


def _tier_news(both: Both, key: str) -> str:
    if key not in both.becomes.tiers:
        return f"The tier {both.was.tiers[key].name} goes"
    below = [tier for tier in both.becomes.tiers.values() if tier.rank < both.becomes.tiers[key].rank]
    place = f", above {max(below, key=lambda tier: tier.rank).name}" if below else ", below all others"
    return f"New tier: {both.becomes.tiers[key].name}{place}"


def _plan_news(both: Both, key: str) -> str:
    book = both.becomes if key in both.becomes.plans else both.was
    plan, name = book.plans[key], both.named(key)
    if book is both.was:
        return f"{name} is no longer sold ({_price_words(plan.list_price)} before)"
    return f"New {'' if plan.is_public else 'hidden '}plan: {name}, {_price_words(plan.list_price)}"


def _price_words(price: Decimal | Unpriced) -> str:
    if isinstance(price, Decimal):
        return money(price)
    return "priced by contract" if price is Unpriced.BY_CONTRACT else "its price not set yet"


def _dimension_news(both: Both, key: str) -> str:
    book = both.becomes if key in both.becomes.dimensions else both.was
    item = book.dimensions[key]
    prices = _own_prices(item)
    if book is both.was:
        return opened(f"{dimension_name(item)} are no longer sold ({prices} before)")
    floor = "" if item.tier_floor == ANY_TIER else f", from {book.tiers[item.tier_floor].name} up"
    return f"New dimension: {dimension_name(item)}, {prices}{floor}"


def _own_prices(item: Dimension) -> str:
    """A dimension's own bands; by the name of its model where that is no price of a unit."""
    if (model := item.terms.get("model")) in _NOT_PER_UNIT:
        return f"priced as {str(model).replace('_', ' ')}"
    is_plain = not {"convert", "per_event"} & item.terms.keys()
    return _bands_words(item.bands, _per(item, item.unit_size)) if is_plain else "at a price of its own"


# Rail by rail: what is the same on both is said once


def _by_rail(
    both: Both, read: Callable[[Book, str, Key], T], keys: Mapping[Key, Paths]
) -> dict[str, dict[Key, tuple[T, T]]]:
    """Keys → rail, or "" where the rails agree, → each key that moves with what it was and what it becomes."""
    moved: dict[str, dict[Key, tuple[T, T]]] = {}
    for key in keys:
        moves = {rail: (read(both.was, rail, key), read(both.becomes, rail, key)) for rail in RAILS}
        shared = {"": moves[RAILS[0]]} if len(set(moves.values())) == 1 else moves
        for rail, move in shared.items():
            if move[0] != move[1]:
                moved.setdefault(rail, {})[key] = move
    return moved


def _changing(changed: Changed, section: str, key: str, *fields: str) -> Paths:
    """The changed paths of a key's fields, for every rail and on one."""
    places = ["", *(f"rails.{rail}." for rail in RAILS)]
    paths = (f"{place}{section}.{key}.{field}" for place in places for field in fields)
    return frozenset(path for path in paths if path in changed)


def _on(rail: str, words: str) -> str:
    return f"On {RAIL_NAMES[rail]}, {words}" if rail else opened(words)


# A fee that goes into every price of a rail


def _passing_on(both: Both, changed: Changed) -> Iterator[Said]:
    """One sentence where a rail's fee goes into its prices and all of them rise alike; else each is told below."""
    for rail in RAILS:
        prices = _below(changed, f"rails.{rail}.plans") | _below(changed, f"rails.{rail}.dimensions")
        if prices and both.was.absorbs(rail) and not both.becomes.absorbs(rail):
            pairs = _price_pairs(both, rail)
            rises = {share(was, becomes) for was, becomes in pairs.values() if was or becomes}
            if len(rises) == 1 and all(was <= becomes for was, becomes in pairs.values()):
                (name, (was, becomes)), rise = next(iter(pairs.items())), rises.pop().strip(" ()+")
                words = f"every one rises by {rise}, {name} from {money(was)} to {money(becomes)}"
                paths = prices | frozenset({f"rails.{rail}.absorb"})
                yield Said(paths, f"{RAIL_NAMES[rail]} prices pass the fee on: {words}")


def _price_pairs(both: Both, rail: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Every price of a rail in both books, by a name of its own; none where prices cannot be set side by side."""
    pairs: dict[str, tuple[Decimal, Decimal]] = {}
    for key in both.plans():
        was, becomes = (book.list_price(rail, key) if key in book.plans else None for book in (both.was, both.becomes))
        if isinstance(was, Decimal) and isinstance(becomes, Decimal):
            pairs[both.named(key)] = (was, becomes)
        elif was != becomes:
            return {}
    for key in both.dimensions():
        rates = [_rates(book, rail, key) if key in book.dimensions else None for book in (both.was, both.becomes)]
        if rates[0] is None or rates[1] is None or _shape(rates[0]) != _shape(rates[1]):
            return {}
        for old, new in zip(rates[0].bands, rates[1].bands, strict=True):
            pairs[f"{key} above {old.from_quantity}"] = (old.unit_price, new.unit_price)
            pairs[f"{key} fee above {old.from_quantity}"] = (old.flat_fee, new.flat_fee)
    return pairs


def _shape(rates: _Rates) -> tuple[Decimal, tuple[Decimal, ...]]:
    return rates.size, tuple(band.from_quantity for band in rates.bands)


# List prices


def _list_prices(both: Both, changed: Changed) -> Iterator[Said]:
    staying = (key for key in both.plans() if key in both.was.plans and key in both.becomes.plans)
    keys = {key: paths for key in staying if (paths := _changing(changed, "plans", key, "list_price"))}
    for rail, moves in _by_rail(both, Book.list_price, keys).items():
        free = [key for key, (_, price) in moves.items() if price == 0]
        if len(free) > 1 and _all_free(both.becomes, rail):
            yield Said(_union(keys, free), _on(rail, f"all public list prices become {money(Decimal(0))}"))
            moves = {key: move for key, move in moves.items() if key not in free}
        for key, (was, price) in moves.items():
            yield Said(keys[key], _on(rail, _price_move(both.named(key), was, price)))


def _union(keys: Mapping[Key, Paths], some: Sequence[Key]) -> Paths:
    return frozenset().union(*(keys[key] for key in some))


def _all_free(book: Book, rail: str) -> bool:
    rails = (rail,) if rail else RAILS
    return all(book.list_price(one, plan.key) == 0 for one in rails for plan in book.plans.values() if plan.is_public)


def _price_move(name: str, was: Decimal | Unpriced, price: Decimal | Unpriced) -> str:
    if isinstance(was, Decimal) and isinstance(price, Decimal):
        verb = "rises" if price > was else "falls"
        return f"{name} {verb} from {money(was)} to {money(price)}{share(was, price)}"
    if isinstance(price, Decimal):
        before = "it had none" if was is Unpriced.NOT_SET else "it was priced by contract"
        return f"{name} gets a list price of {money(price)} ({before})"
    before = money(was) if isinstance(was, Decimal) else "no price at all"
    if price is Unpriced.BY_CONTRACT:
        return f"{name} is priced by contract instead of at {before}"
    return f"{name} has no list price any more ({_price_words(was)} before)"


# Unit prices


def _unit_prices(both: Both, changed: Changed) -> Iterator[Said]:
    staying = (key for key in both.dimensions() if key in both.was.dimensions and key in both.becomes.dimensions)
    keys = {key: paths for key in staying if (paths := _changing(changed, "dimensions", key, "bands", "unit_size"))}
    for rail, moves in _by_rail(both, _rates, keys).items():
        for key, (was, becomes) in moves.items():
            for words in _rate_moves(both.becomes.dimensions[key], was, becomes):
                yield Said(keys[key], _on(rail, words))


@dataclass(frozen=True)
class _Rates:
    """What a unit costs: the bands of a price, and how many units they are for; none for a price of another kind."""

    size: Decimal
    bands: tuple[Band, ...]


def _rates(book: Book, rail: str, dimension: str) -> _Rates | None:
    price = book.price(rail, dimension)
    is_per_unit = price.model not in _NOT_PER_UNIT and not price.conversion and not price.per_event
    return _Rates(price.unit_size, price.bands) if is_per_unit else None


def _per(item: Dimension, size: Decimal) -> str:
    return f"per {units(item.unit, size)}"


def _rate_moves(item: Dimension, was: _Rates | None, becomes: _Rates | None) -> Iterator[str]:
    if was is None or becomes is None:
        return
    name, per = dimension_name(item), _per(item, becomes.size)
    old, new = was.bands, becomes.bands
    if was.size != becomes.size:
        yield _size_move(item, was, becomes)
    elif _starts(old) == _starts(new) and _fees(old) == _fees(new):
        yield from (_band_move(name, per, *place) for place in _moved_prices(old, new))
    elif _told(old) == _told(new):
        yield from (_start_move(name, per, *move) for move in zip(old, new, strict=True) if move[0] != move[1])
    elif set(old) < set(new):
        yield from (f"{name}: new band, {_band_words(band, per)}" for band in new if band not in old)
    elif set(new) < set(old):
        yield from (
            f"{name}: the band above {quantity(band.from_quantity)} goes ({_cost(band)} {per})"
            for band in old
            if band not in new
        )
    else:
        yield f"{name}: {_bands_words(new, per)} instead of {_bands_words(old, per)}"


def _starts(bands: Sequence[Band]) -> list[Decimal]:
    return [band.from_quantity for band in bands]


def _fees(bands: Sequence[Band]) -> list[Decimal]:
    return [band.flat_fee for band in bands]


def _told(bands: Sequence[Band]) -> list[tuple[Decimal, Decimal]]:
    return [(band.unit_price, band.flat_fee) for band in bands]


def _moved_prices(old: Sequence[Band], new: Sequence[Band]) -> Iterator[tuple[str, Band, Band]]:
    """Where each price that moves stands among the bands, and the band before and after."""
    for place, (was, becomes) in enumerate(zip(old, new, strict=True)):
        if was.unit_price != becomes.unit_price:
            start = f" above {quantity(was.from_quantity)}"
            end = f" up to {quantity(old[1].from_quantity)}" if len(old) > 1 else ""
            yield start if place else end, was, becomes


def _band_move(name: str, per: str, where: str, was: Band, becomes: Band) -> str:
    prices = f"{money(was.unit_price)} becomes {money(becomes.unit_price)} {per}"
    return f"{name}{where}: {prices}{share(was.unit_price, becomes.unit_price)}"


def _start_move(name: str, per: str, was: Band, becomes: Band) -> str:
    starts = f"starts above {quantity(becomes.from_quantity)} instead of {quantity(was.from_quantity)}"
    return f"{name}: the band at {_cost(was)} {per} {starts}"


def _size_move(item: Dimension, was: _Rates, becomes: _Rates) -> str:
    name, per, before = dimension_name(item), _per(item, becomes.size), _per(item, was.size)
    if was.bands != becomes.bands:
        return f"{name}: {_bands_words(becomes.bands, per)} instead of {_bands_words(was.bands, before)}"
    times = EXACT.divide(was.size, becomes.size)
    is_whole = times > 1 and times == times.to_integral_value()
    effect = f": {quantity(times)} times the price" if is_whole else share(becomes.size, was.size)
    return f"{name} are priced {per} instead of {before}, at the same numbers{effect}"


def _bands_words(bands: Sequence[Band], per: str) -> str:
    first, *others = bands
    return ", ".join(
        [f"{_cost(first)} {per}", *(f"{_cost(band)} above {quantity(band.from_quantity)}" for band in others)]
    )


def _band_words(band: Band, per: str) -> str:
    return f"{_cost(band)} {per} above {quantity(band.from_quantity)}"


def _cost(band: Band) -> str:
    return money(band.unit_price) + (f" and {money(band.flat_fee)} once" if band.flat_fee else "")


# Allowances


Cell = tuple[str, str]  # tier, dimension
_Row = tuple[str, Allowance, Allowance]  # dimension, was, becomes


def _allowances(both: Both, changed: Changed) -> Iterator[Said]:
    cells = ((tier, key) for tier in both.tiers() for key in both.dimensions())
    keys = {cell: paths for cell in cells if (paths := _changing(changed, "allowances", *cell))}
    for rail, moves in _by_rail(both, _included, keys).items():
        rows: dict[str, list[_Row]] = {}
        for (tier, key), (was, becomes) in moves.items():
            if was is not None and becomes is not None:
                rows.setdefault(tier, []).append((key, was, becomes))
        for words, told in _allowance_moves(both, rail, rows):
            yield Said(_union(keys, told), _on(rail, words))


def _included(book: Book, rail: str, cell: Cell) -> Allowance | None:
    """What a tier includes of a dimension; nothing is offered that a book does not have, None is what it cannot say."""
    tier, key = cell
    if tier not in book.tiers or key not in book.dimensions:
        return NOT_OFFERED
    try:
        return book.allowance(rail, tier, key)
    except BookError:  # read as uniform, and the uniform column has no number
        return None


def _allowance_moves(both: Both, rail: str, rows: Mapping[str, Sequence[_Row]]) -> Iterator[tuple[str, list[Cell]]]:
    """What changes by tier → bodies of sentences, each with the cells it tells."""
    left = dict(rows)
    for target in (UNLIMITED, NOTHING_INCLUDED, BY_CONTRACT):
        tiers = [tier for tier in left if _becomes_whole(both.becomes, rail, tier, left[tier], target)]
        if tiers:
            told = [(tier, row[0]) for tier in tiers for row in left.pop(tier)]
            yield f"all allowances of {listed([both.tiers()[tier] for tier in tiers])} become {target}", told
    while left:
        alike = next(iter(left.values()))
        tiers = [tier for tier in left if left[tier] == alike]
        told = [(tier, row[0]) for tier in tiers for row in left.pop(tier)]
        names = [both.tiers()[tier] for tier in tiers]
        yield from ((words, told) for words in _tier_moves(both, names, alike))


def _becomes_whole(book: Book, rail: str, tier: str, rows: Sequence[_Row], target: Allowance) -> bool:
    """Whether all that a tier still offers becomes one thing, in two changes or more."""
    if len(rows) < 2 or any(row[2] != target for row in rows):
        return False
    rails = (rail,) if rail else RAILS
    included = {_included(book, one, (tier, key)) for one in rails for key in book.dimensions}
    return included <= {target, NOT_OFFERED}


def _tier_moves(both: Both, names: Sequence[str], rows: Sequence[_Row]) -> Iterator[str]:
    dimensions = {**both.was.dimensions, **both.becomes.dimensions}
    ending = "s" if len(names) == 1 else ""
    kept = [_cell_words(dimensions[key], was, becomes) for key, was, becomes in rows if becomes != NOT_OFFERED]
    lost = [
        f"{dimension_name(dimensions[key])} ({_allowance_words(was)} before)"
        for key, was, to in rows
        if to == NOT_OFFERED
    ]
    if kept:
        yield f"{listed(names)} include{ending} {listed(kept)}"
    if lost:
        yield f"{listed(names)} no longer offer{ending} {listed(lost)}"


def _allowance_words(allowance: Allowance) -> str:
    """An allowance in a sentence: 50,000, unlimited, by contract."""
    return allowance.kind if allowance.quantity is None else quantity(allowance.quantity)


def _cell_words(item: Dimension, was: Allowance, becomes: Allowance) -> str:
    name = dimension_name(item)
    one = name.removesuffix("s") if becomes.quantity == 1 else name
    amount = f"{name} by contract" if becomes == BY_CONTRACT else f"{_allowance_words(becomes)} {one}"
    is_amount = was.quantity is not None or was == UNLIMITED
    return f"{amount} instead of {_allowance_words(was)}" if is_amount else f"{amount} ({_allowance_words(was)} before)"


# Rails, readings and names


def _absorption(both: Both, changed: Changed) -> Iterator[Said]:
    for rail in RAILS:
        if (path := f"rails.{rail}.absorb") in changed:
            was, becomes = both.was.absorbs(rail), both.becomes.absorbs(rail)
            verb = "no longer pass the fee on" if becomes else "pass the fee on"
            yield Said(frozenset({path}), f"{RAIL_NAMES[rail]} prices {verb}" if was != becomes else "")


def _readings(both: Both, changed: Changed) -> Iterator[Said]:
    for key, sentence in _READINGS.items():
        was, becomes = both.was.settings[key], both.becomes.settings[key]
        if (path := f"settings.{key}") in changed:
            values = {"was": was, "becomes": becomes}
            words = {name: _READING_WORDS.get((key, value), value) for name, value in values.items()}
            yield Said(frozenset({path}), opened(sentence.format(**words)) if was != becomes else "")


def _names(both: Both, changed: Changed) -> Iterator[Said]:
    for key, tier in both.becomes.tiers.items():
        if (path := f"tiers.{key}.name") in changed and key in both.was.tiers:
            yield Said(frozenset({path}), f"The tier {both.was.tiers[key].name} is called {tier.name}")
    for key, plan in both.becomes.plans.items():
        if (path := f"plans.{key}.public") in changed and key in both.was.plans:
            hidden = both.was.plans[key].is_public
            verb = "is taken off the public list" if hidden else "becomes public"
            yield Said(frozenset({path}), f"{both.named(key)} {verb}" if hidden != plan.is_public else "")


def _floors(both: Both, changed: Changed) -> Iterator[Said]:
    for key, item in both.becomes.dimensions.items():
        if (path := f"dimensions.{key}.tier_floor") in changed and key in both.was.dimensions:
            was, becomes = (_floor_words(book, key) for book in (both.was, both.becomes))
            yield Said(frozenset({path}), opened(f"{dimension_name(item)} are sold {becomes} instead of {was}"))


def _floor_words(book: Book, key: str) -> str:
    floor = book.dimensions[key].tier_floor
    return "on every tier" if floor == ANY_TIER else f"from {book.tiers[floor].name} up"


def _claims(_: Both, changed: Changed) -> Iterator[Said]:
    for path, change in changed.items():
        if path.startswith("claims.") and path.endswith(".words"):
            before = "" if change.was is None else f' instead of "{change.was}"'
            yield Said(frozenset({path}), f'We say "{change.becomes}"{before}')


_RULES: tuple[Callable[[Both, Changed], Iterator[Said]], ...] = (
    _passing_on,
    _list_prices,
    _comings_and_goings,
    _unit_prices,
    _allowances,
    _absorption,
    _readings,
    _names,
    _floors,
    _claims,
)


# What no rule knows


def _is_same(change: Change) -> bool:
    """Whether a value says the same, written otherwise: '0.10' and 0.1, or not offered and no word of it."""
    if change.path.startswith("allowances.") and {change.was, change.becomes} == {None, NOT_OFFERED.kind}:
        return True
    try:
        return exact(change.was) == exact(change.becomes)
    except MoneyError:
        return False


def _plainly(change: Change) -> str:
    if change.was is None:
        return f"{change.path} becomes {_shown(change.becomes)} (not in the book before)"
    if change.becomes is None:
        return f"{change.path} is taken out ({_shown(change.was)} before)"
    return f"{change.path} becomes {_shown(change.becomes)} instead of {_shown(change.was)}"


def _shown(value: object) -> str:
    words = " ".join(_told_value(value).split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _told_value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return quantity(Decimal(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_told_value(entry)}" for key, entry in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(_told_value, value))
    return str(value)
