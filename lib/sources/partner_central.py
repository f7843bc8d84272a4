"""AWS Partner Central: every opportunity we share with AWS, as JSON lines in opportunities.jsonl.

One line is one GetOpportunity answer, with what ListOpportunities says of it as Summary. SoftwareRevenue in it is what
we earn; ExpectedCustomerSpend is what the customer spends at AWS, and nothing of ours.
"""

from __future__ import annotations

from lib.sources.addresses import nearest
from lib.sources.aws_calls import Calls, Document, calls, line, pages
from lib.sources.gathering import Batches, gather
from lib.sources.kinds import Visit
from lib.sources.refusal import PullRefused

PREFIX = "partnercentral"  # of the actions in IAM
CATALOGS = ("AWS", "Sandbox")
FILE = "opportunities.jsonl"
PAGE = 100


def fetch(visit: Visit) -> None:
    """The opportunities of a catalog, AWS unless the block says Sandbox → JSON lines in the target."""
    where, catalog = f"[{visit.name}]", visit.settings.get("catalog", CATALOGS[0])
    if catalog not in CATALOGS:
        raise PullRefused(f"{where}: catalog is {catalog!r}; the nearest is {nearest(catalog, CATALOGS)!r}")
    visit.progress(visit.name, 0.0)
    with calls(visit, "partnercentral-selling", PREFIX) as selling:

        def batches(at: str | None) -> Batches:
            request = {"Catalog": catalog, "MaxResults": PAGE}
            for found, token in pages(selling, "ListOpportunities", "OpportunitySummaries", "NextToken", at, **request):
                yield [_opportunity(selling, catalog, summary) for summary in found], token

        gather(visit.target / FILE, batches)
    visit.progress(visit.name, 1.0)


def _opportunity(selling: Calls, catalog: str, summary: Document) -> Document:
    key = summary["Id"]
    answer = selling.ask("GetOpportunity", Catalog=catalog, Identifier=key)
    return line("GetOpportunity", key, answer, Summary=summary)
