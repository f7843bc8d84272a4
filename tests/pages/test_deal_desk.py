"""The deal desk as seller and founder see it; every number beside one that the test works out by itself."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from lib.desk import Desk
from lib.desk.offered_to import companies, start_tier
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, seen, value

CENT = Decimal("0.01")
VELLOCITY = "select deal_id from marts.deal where not is_closed and product = 'vellocity' and has_aws_account = 'yes'"
EXAMPLE = {"offer_years": "3 years", "offer_base": "Off the annual price"}
PLAIN = {"offer_years": "1 year", "offer_base": "No discount", "offer_tier": "Command"}


def picked(app: AppTest) -> str:
    return str(app.selectbox(key="offer_company").value)


def ways(app: AppTest) -> set[str]:
    """The pages that the body of the page leads to."""
    return {link.proto.page for link in app.main.get("page_link")}


def opened_for(ask: Ask, **address: str) -> AppTest:
    (deal,) = ask(VELLOCITY + " order by deal_id limit 1")[0]
    return opened("deal_desk", offer_deal=deal, **address)


def table(app: AppTest, column: str) -> list[dict[str, object]]:
    """The rows of the one table that has a column."""
    [found] = [frame.value for frame in app.dataframe if column in frame.value]
    return [dict(row) for row in found.to_dict("records")]


def test_the_title_answers_for_the_offer_of_the_papers_own_example(ask: Ask) -> None:
    # 25 % off Command's annual price for three years: 29,992.50 a year, which is $30.0k in a title.
    app = opened_for(ask)
    app.button(key="offer_as_in_the_papers").click().run()
    ((annual,),) = ask("select price_usd from marts.plan where plan_key = 'command_plus-annual'")
    assert annual * Decimal("0.75") == Decimal("29992.50")
    assert "A 3-year offer to " in headline(app)
    assert " at $30.0k a year keeps " in headline(app)
    assert headline(app).endswith("; needs the approval of a founder and finance")
    assert value(app, "Contract value") == "$90.0k"


def test_an_offer_opens_with_a_year_at_the_annual_list_price_which_nobody_must_approve(ask: Ask) -> None:
    ((annual,),) = ask("select price_usd from marts.plan where plan_key = 'command_plus-annual'")
    app = opened_for(ask)
    assert "A 1-year offer to " in headline(app)
    assert headline(app).endswith("; nobody must approve it")
    assert f"${annual:,.2f} a year is **0.00% off the annual price**" in said(app)
    assert "recorded nowhere" not in said(app)


def test_the_list_of_approvals_says_how_many_cannot_be_decided_as_its_title_does() -> None:
    app = opened("deal_desk", offer_customer="c-0036")
    verdicts = [row["verdict"] for row in table(app, "who")]
    assert verdicts.count("? undecided") == 4 and "✗ needed" not in verdicts
    assert headline(app).endswith("; 4 approvals cannot be decided")
    assert "Nobody must approve so far; 4 cannot be decided yet" in [seen(one.value) for one in app.subheader]


def test_the_list_of_approvals_says_both_who_must_agree_and_what_cannot_be_decided() -> None:
    app = opened("deal_desk", offer_customer="c-0036", **EXAMPLE, offer_discount="25")
    verdicts = [row["verdict"] for row in table(app, "who")]
    needed, undecided = verdicts.count("✗ needed"), verdicts.count("? undecided")
    assert needed and undecided
    [told] = [seen(one.value) for one in app.subheader if "for approval" in one.value]
    assert told.startswith(f"{needed} rule") and told.endswith(f"; {undecided} cannot be decided yet")


def test_what_the_deal_says_stands_beside_the_value_of_the_contract(ask: Ask) -> None:
    ((deal, amount),) = ask(
        "select deal_id, amount_usd from marts.deal where not is_closed and product = 'vellocity' "
        "and amount_usd is not null order by amount_usd desc limit 1"
    )
    words = said(opened("deal_desk", offer_deal=deal))
    assert f"The deal says ${amount:,.2f}, this offer $39,990.00 in all" in words
    assert "whether of a year or of the whole contract" in words


def test_the_page_says_that_aws_holds_the_first_band_alone(ask: Ask) -> None:
    """The list's words cost $0.0010, above 100,000 less; with one own price there is nothing to say."""
    told = "AWS holds one price of a dimension: Words at $0.0010, the first band's."
    assert told in said(opened_for(ask))
    assert told not in said(opened_for(ask, offer_words_price="0.0009"))


def test_both_readings_of_the_discount_stand_on_the_page(ask: Ask) -> None:
    words = said(opened_for(ask, **EXAMPLE))
    assert "$29,992.50 a year is **25.00% off the annual price** of $39,990.00" in words
    assert "**37.50% off twelve monthly prices** of $3,999.00" in words
    assert "That somebody agreed is recorded nowhere yet" in words


def test_a_discount_that_everybody_has_is_told_as_none(ask: Ask) -> None:
    words = said(opened_for(ask, offer_base="Off twelve monthly prices", offer_discount="10"))
    assert "8.00% above the annual price" in words
    assert "This is no private-offer discount" in words


def test_a_customers_offer_is_priced_on_its_own_last_year(ask: Ask) -> None:
    """Own arithmetic over the marts: images of a Command customer, of which 100 a month are included, at $0.05."""
    ((customer,),) = ask(
        "select customer_id from marts.contract where tier = 'command' and rail = 'aws' and ended_on is null "
        "and started_on < date '2025-10-01' order by customer_id limit 1"
    )
    app = opened("deal_desk", offer_customer=customer, **PLAIN)
    used = ask(
        "select usage_month, sum(quantity) from marts.usage_month join marts.contract using (contract_id) "
        "where contract.customer_id = ? and dimension = 'images' and usage_month >= date '2025-11-01' "
        "group by 1 order by 1",
        customer,
    )
    assert len(used) == 12
    amounts = [
        (max(quantity - 100, Decimal(0)) * Decimal("0.05")).quantize(CENT, ROUND_HALF_UP) for _, quantity in used
    ]
    (november,) = [row for row in table(app, "line") if row["line"] == "Images"]
    assert november["amount_usd"] == float(amounts[0])  # November of last year is November to come
    assert "own last full months" in said(app)


def test_what_aws_keeps_is_its_band_of_every_invoice(ask: Ask) -> None:
    # A year of Command at list, 39,990.00, upfront and new: 3 % are 1,199.70; as a renewal 1.5 %, 599.85.
    for told, fee in (("A new offer", "$1,199.70"), ("A renewal", "$599.85")):
        app = opened_for(ask, **PLAIN, offer_renewal=told)
        (row,) = table(app, "for")
        assert (row["amount_usd"], row["fee_usd"]) == (39990.0, float(fee[1:].replace(",", "")))


def test_a_link_names_a_deal_or_a_customer_and_is_then_the_picked_companys(ask: Ask) -> None:
    ((deal, company),) = ask(
        "select deal_id, company_name from marts.deal where not is_closed and product = 'vellocity' "
        "order by amount_usd limit 1"
    )
    app = opened("deal_desk", offer_deal=deal)
    assert picked(app) == f"{company}, deal {deal}"
    assert "offer_deal" not in app.query_params
    assert app.query_params["offer_company"] == f"{company}, deal {deal}"


def test_a_link_to_nobody_says_so(ask: Ask) -> None:
    app = opened("deal_desk", offer_deal="no-such-deal")
    assert "who is no customer and no open deal" in app.warning[0].value
    assert app.metric


def test_the_second_product_has_no_prices_to_offer(ask: Ask) -> None:
    ((deal,),) = ask("select deal_id from marts.deal where not is_closed and product = 'control_plane' limit 1")
    app = opened("deal_desk", offer_deal=deal)
    assert headline(app).startswith("No offer to ")
    assert "the prices of Control plane are not set" in headline(app)
    assert not app.metric
    assert "would rate a month of Control plane, but open no offer here yet" in said(app)
    assert ways(app) == {"pipeline", "segments", "savings"}


def test_an_offer_for_a_deal_leads_back_to_it_and_one_for_a_customer_to_none(ask: Ask) -> None:
    ((deal, company, customer),) = ask(
        "select deal_id, company_name, (select min(customer_id) from marts.contract where ended_on is null) "
        "from marts.deal where not is_closed and product = 'vellocity' order by deal_id limit 1"
    )
    (link,) = opened("deal_desk", offer_deal=deal).main.get("page_link")
    assert (link.proto.label, link.proto.page) == ("Back to the deal", "pipeline")
    assert parse_qs(link.proto.query_string)["pipeline_deal"] == [f"{company} ({deal})"]
    assert not opened("deal_desk", offer_customer=customer).main.get("page_link")


def test_a_minimum_that_is_none_is_refused_in_the_title(ask: Ask) -> None:
    enterprise = {"offer_tier": "Enterprise", "offer_price": "0", "offer_minimum_of": "A month"}
    app = opened_for(ask, **enterprise, offer_minimum="3999")
    assert "an Enterprise minimum of $3,999.00 a month is not above the public price of Command" in headline(app)
    app = opened_for(ask, **enterprise, offer_minimum="3999.01")
    assert "No such offer" not in headline(app)


def test_enterprise_says_what_it_still_lacks(ask: Ask) -> None:
    assert "write a price per year" in headline(opened_for(ask, offer_tier="Enterprise"))
    app = opened_for(ask, offer_tier="Enterprise", offer_price="96000")
    assert "is not complete: say what it includes of" in headline(app)
    assert value(app, "Floor of a year") == "not measurable"


def test_a_customers_own_offer_is_what_its_next_one_starts_from(ask: Ask, desk: Desk) -> None:
    ((customer, price),) = ask(
        "select customer_id, price_usd from marts.private_offer where plan_key = 'enterprise-custom' "
        "order by price_usd desc limit 1"
    )
    app = opened("deal_desk", offer_customer=customer)
    assert app.selectbox(key="offer_tier").value == "Enterprise"
    assert "is not complete" not in headline(app)
    (first, *_) = table(app, "for")
    assert first["amount_usd"] == float(price)
    assert next(one for one in companies(desk) if one.key == customer).is_renewal
    assert "AWS takes it for a renewal" in said(app)
    assert f" at ${price:,.2f} a year." in said(app)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"offer_ramp": "a lot", "offer_years": "3 years"}, "cannot be read; write 3 percentages, as in 60, 80, 100"),
        ({"offer_ramp": "50, 100"}, "write one for each year"),
        ({"offer_words": "many"}, "write a quantity or one of"),
        ({"offer_words_price": "cheap"}, "write an amount as in 0.05"),
    ],
)
def test_what_cannot_be_read_is_answered_in_a_sentence(ask: Ask, written: dict[str, str], words: str) -> None:
    app = opened_for(ask, **written)
    assert headline(app).startswith("No such offer: ")
    assert words in headline(app)
    assert not app.exception


def test_what_is_retired_stops_with_the_term_and_what_falls_after_it_is_said(ask: Ask) -> None:
    """100,000 a year leave 25,000 below the ceiling, in one year and no second for the invoice that follows it."""
    ((customer,),) = ask(
        "select customer_id from marts.contract where tier = 'command' and rail = 'aws' and ended_on is null "
        "and started_on < date '2025-10-01' order by customer_id limit 1"
    )
    app = opened("deal_desk", offer_customer=customer, **PLAIN, offer_commitment="100000")
    (year,) = table(app, "if_deployed_usd")
    assert (year["ceiling_usd"], year["if_deployed_usd"]) == (25_000.0, 25_000.0)
    assert "usage of the last month, is invoiced after the term has ended" in said(app)


def test_that_something_extra_is_taken_to_cost_nothing_is_said(ask: Ask) -> None:
    app = opened_for(ask, offer_extra="Dedicated tenancy", offer_extra_price="12000")
    assert "Something extra costs nothing to serve here" in said(app)


def test_a_customer_has_nothing_to_pay_back(ask: Ask) -> None:
    ((customer,),) = ask("select customer_id from marts.contract where tier = 'command' and ended_on is null limit 1")
    [card] = [one for one in opened("deal_desk", offer_customer=customer, **PLAIN).metric if one.label == "Payback"]
    assert (card.value, card.delta) == ("none", "won already")
    assert value(opened_for(ask, **PLAIN), "Payback").endswith(" mo")


def test_an_offer_starts_in_a_month_to_come_of_the_day_that_is_asked_for(ask: Ask) -> None:
    """The snapshot is of 31 October; opened on 26 November, the first of November is past."""
    for day, first in (("2026-10-31", "Nov 2026"), ("2026-11-26", "Dec 2026")):
        app = opened_for(ask, **PLAIN, as_of=day)
        assert app.selectbox(key="offer_start").options[0] == first
        rules = [row for frame in app.dataframe if "rule" in frame.value for row in frame.value.to_dict("records")]
        (start,) = [row for row in rules if row["rule"] == "Days left until its first day"]
        assert start["verdict"] == "✓ kept"


def test_own_terms_stand_in_the_link_and_in_the_bill(ask: Ask) -> None:
    app = opened_for(ask, **PLAIN, offer_words="unlimited", offer_images="250", offer_images_price="0.04")
    lines = {row["line"]: row for row in table(app, "line")}
    assert lines["Words"]["included"] == "unlimited"
    assert lines["Images"]["included"] == "250"
    assert "at $0.0400" in str(lines["Images"]["reason"])


def test_the_filters_of_sales_narrow_whom_an_offer_is_for(ask: Ask) -> None:
    ((owner,),) = ask("select owner from marts.deal where not is_closed and product = 'vellocity' order by 1 limit 1")
    (deals,) = ask(
        "select count(*) from marts.deal where not is_closed and owner = ? and product = 'vellocity' "
        "and has_aws_account = 'no'",
        owner,
    )[0]
    app = opened("deal_desk", focus_owner=owner, focus_persona="Not on AWS", focus_product="Vellocity")
    options = app.selectbox(key="offer_company").options
    assert sum(", deal " in option for option in options) == deals
    assert f"Customers are shown whatever the owner {owner}" in said(app)


def test_nobody_is_left_is_a_designed_answer() -> None:
    """Who is not on AWS is never advised its marketplace."""
    app = opened("deal_desk", focus_persona="Not on AWS", focus_rail="AWS Marketplace")
    assert headline(app).startswith("0 companies fit what is looked at")
    assert not app.metric


@pytest.mark.parametrize(("role", "may"), [("founder", True), ("sales", True), ("finance", True)])
def test_founders_sales_and_finance_open_it(role: str, may: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_ROLE", role)
    assert bool(opened("deal_desk").metric) is may


def test_two_offers_never_carry_one_fingerprint(ask: Ask) -> None:
    one, other = (opened_for(ask, **EXAMPLE, offer_discount=percent) for percent in ("20", "21"))
    (first,), (second,) = ([line for line in said(app).splitlines() if " · result " in line] for app in (one, other))
    assert first.split(" · result ")[1] != second.split(" · result ")[1]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"offer_audio_minutes_price": "0,05"}, "write an amount as in 0.05"),
        ({"offer_audio_minutes": "1,5"}, "'1,5' is not a number"),
        ({"offer_words_price": "-1"}, "write zero to $100,000,000.00, the largest that AWS takes"),
        ({"offer_words_price": "1e400"}, "write an amount as in 0.05"),
        ({"offer_words_price": "200,000,000"}, "the largest that AWS takes"),
    ],
)
def test_a_comma_and_an_impossible_unit_price_are_refused(ask: Ask, written: dict[str, str], words: str) -> None:
    app = opened_for(ask, **PLAIN, **written)
    assert not app.exception and not app.error
    assert headline(app).startswith("No such offer: ") and words in headline(app)


def test_a_thousand_may_be_grouped(ask: Ask) -> None:
    app = opened_for(ask, **PLAIN, offer_words="1,000,000", offer_images_price="$0.04")
    assert next(row for row in table(app, "line") if row["line"] == "Words")["included"] == "1,000,000"


@pytest.mark.parametrize("asked", [{"offer_price": "0"}, {"offer_expires": "2026-01-15"}])
def test_the_title_says_what_aws_does_not_allow(ask: Ask, asked: dict[str, str]) -> None:
    assert headline(opened_for(ask, **PLAIN, **asked)).endswith(
        "it cannot be made on AWS Marketplace: 1 limit is not kept"
    )


def test_finance_gets_no_link_to_a_page_it_may_not_open(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_ROLE", "finance")
    ((deal,),) = ask("select deal_id from marts.deal where not is_closed and product = 'control_plane' limit 1")
    app = opened("deal_desk", offer_deal=deal)
    assert headline(app).startswith("No offer to ")
    assert not [one for one in app.get("page_link") if "savings" in str(one.proto)] and "(savings)" not in said(app)


def test_an_offer_starts_on_a_tier_that_has_a_price(desk: Desk) -> None:
    """A customer on Enterprise whose private offer nobody has on file: Enterprise has no price to open with."""
    known = next(one for one in companies(desk) if one.tier == "enterprise" and one.own_offer)
    assert start_tier(desk.book, known, "command", "aws") == "enterprise"
    assert start_tier(desk.book, replace(known, own_offer=None), "command", "aws") == "command"
