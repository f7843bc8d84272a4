"""The CRM's companies: the customers of both products as sales knows them."""

from datetime import date, timedelta
from pathlib import Path

from world.facts import Change, as_known
from world.people import Customer
from world.tables import write

HEADER = [
    "Company ID", "Company name", "Country", "Region", "Product", "AWS account", "AWS account ID", "AWS partner",
    "AWS Marketplace seller", "Wants consolidated billing", "Marketplace integrator", "Stripe customer ID",
    "Create Date", "ICP segment",
]  # fmt: skip
CREATED = HEADER.index("Create Date")
MOST_WEEKS_KNOWN = 8


def write_companies(
    path: Path,
    first: dict[Customer, date],
    second: dict[Customer, date],
    segments: dict[str, str],
    changes: list[Change],
    seen_on: date,
) -> None:
    """Write the customers of both products; only the first's hold contracts, only the second's a segment, by name.

    Their facts are those of the evening: what was changed later is taken back.
    """
    numbered = sorted(first, key=lambda person: person.number)
    rows = [_company(as_known(person, changes, seen_on), "vellocity", first[person], "") for person in numbered]
    rows += [_company(person, "control_plane", on, segments[person.name]) for person, on in second.items()]
    known = [row for row in rows if str(row[CREATED]) <= seen_on.isoformat()]
    write(path, HEADER, known)


def _company(person: Customer, product: str, since: date, segment: str) -> list[object]:
    known = since - timedelta(weeks=1 + person.number % MOST_WEEKS_KNOWN)
    return [
        person.id, person.name, person.country, person.region, product, person.has_account, person.aws_account_id,
        person.is_partner, person.is_seller, person.wants_consolidated, person.integrator,
        person.stripe_id if product == "vellocity" else "", known.isoformat(), segment,
    ]  # fmt: skip
