"""The deal desk's register, its comparable offers and what a seller takes along; numbers by the test's own SQL."""

from datetime import date
from decimal import Decimal

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Ask
from tests.pages.test_deal_desk import EXAMPLE
from tests.pages.visit import headline, opened, said, value

AS_OF = date(2026, 10, 31)


def table(app: AppTest, *columns: str) -> list[dict[str, object]]:
    """The rows of the one table that has some columns."""
    [found] = [frame.value for frame in app.dataframe if set(columns) <= set(frame.value)]
    return [dict(row) for row in found.to_dict("records")]


def register() -> AppTest:
    return opened("deal_desk", deal_view="Offers by status")


def test_the_title_says_what_is_out_and_what_has_expired(ask: Ask) -> None:
    # 89,977.50 and 92,000.00 are out; of the two the renewal ends first, on 11 November.
    [(company,)] = ask(
        "select customer_name from marts.customer join marts.offer using (customer_id) where offer_id = 'offer-open04'"
    )
    app = register()
    assert headline(app).startswith("2 private offers over $182k can still be accepted, ")
    assert f"{company}'s for 11 more days" in headline(app)
    assert headline(app).endswith("; 1 has expired")


def test_every_offer_stands_where_the_files_and_the_day_say(ask: Ask) -> None:
    told = {row["offer"]: row["standing"] for row in table(register(), "standing", "commitment_usd")}
    files = ask("select offer_id, status, expires_on from marts.offer")
    signs = {"draft": "○ draft", "sent": "● sent", "accepted": "✓ accepted"}
    expected = {
        key: "✗ expired" if status == "sent" and expires and expires < AS_OF else signs[status]
        for key, status, expires in files
    }
    assert told == expected and len(told) == 10


def test_the_cards_add_up_to_the_files(ask: Ask) -> None:
    app = register()
    [(accepted, worth, left)] = ask(
        "select count(*), sum(price_usd), sum(price_usd - invoiced_usd) from marts.offer where status = 'accepted'"
    )
    assert (value(app, "Accepted"), value(app, "Sent"), value(app, "Expired")) == (str(accepted), "2", "1")
    assert (worth, left, value(app, "To be invoiced")) == (Decimal("448616.50"), Decimal(0), "$0")
    assert value(app, "Told differently") == "1"


def test_whether_an_offer_could_be_express_is_a_column() -> None:
    # Enterprise has no public price, so no rate card holds it; of the others nobody set how large they may be.
    told = {row["offer"]: (row["tier"], row["express"]) for row in table(register(), "standing", "commitment_usd")}
    assert {words for tier, words in told.values() if tier == "Enterprise"} == {"cannot be express"}
    assert {words for tier, words in told.values() if tier != "Enterprise"} == {"unknown"}


def test_what_ends_within_thirty_days_and_within_ninety(ask: Ask) -> None:
    def expected(days: int) -> int:
        [(count,)] = ask(
            "select count(*) filter (where status = 'sent' and expires_on between date '2026-10-31' and "
            "date '2026-10-31' + cast(? as integer)) + count(*) filter (where status = 'accepted' and ends_on between "
            "date '2026-10-31' and date '2026-10-31' + cast(? as integer)) from marts.offer",
            days,
            days,
        )
        return int(count)

    app = register()
    soon = table(app, "what", "left_days")
    assert len(soon) == expected(30) > 0
    assert [row["left_days"] for row in soon] == sorted(row["left_days"] for row in soon)  # type: ignore[type-var]
    later = opened("deal_desk", deal_view="Offers by status", offers_within="90 days")
    assert len(table(later, "what", "left_days")) == expected(90) > expected(30)


def test_one_standing_is_looked_at_alone() -> None:
    app = opened("deal_desk", deal_view="Offers by status", offers_standing="Expired")
    [row] = table(app, "standing", "commitment_usd")
    assert (row["offer"], row["why"]) == ("offer-open03", "expired on 23 Sep 2026, and our file still says sent")


def test_a_rail_on_which_no_offer_is_made_says_so() -> None:
    app = opened("deal_desk", deal_view="Offers by status", focus_rail="Stripe")
    assert headline(app).startswith("0 private offers are ")


def test_past_offers_stand_beside_one_that_is_built(ask: Ask) -> None:
    [(deal,)] = ask(
        "select deal_id from marts.deal where not is_closed and product = 'vellocity' and has_aws_account = 'yes' "
        "order by deal_id limit 1"
    )
    app = opened("deal_desk", offer_deal=deal, **EXAMPLE)
    [row] = table(app, "shares", "year_usd")  # one offer of Command is on file, the very one of the papers
    assert (row["offer"], row["shares"], row["year_usd"]) == ("offer-open02", "term and size", 29992.5)
    assert (row["annual_rate"], row["monthly_rate"]) == (25.0, 37.5)
    assert row["margin"] == "nobody agreed to it"
    assert "1 offer is too few to call any price usual" in said(app)


def test_an_accepted_offer_leaves_what_its_buyer_left(ask: Ask) -> None:
    [(deal,)] = ask(
        "select deal_id from marts.deal where not is_closed and product = 'vellocity' and has_aws_account = 'yes' "
        "order by deal_id limit 1"
    )
    app = opened("deal_desk", offer_deal=deal, offer_tier="Enterprise", offer_price="84000", offer_years="1 year")
    rows = {row["offer"]: row for row in table(app, "shares", "year_usd")}
    assert set(rows) == {"offer-open04", *(f"offer-private0{number}" for number in (1, 2, 3, 5, 6))}
    assert all(str(rows[key]["margin"]).endswith("%") for key in rows if key != "offer-open04")


def test_a_seller_takes_a_term_sheet_and_a_request_along(ask: Ask) -> None:
    [(customer,)] = ask(
        "select customer_id from marts.contract join marts.customer using (customer_id) where tier = 'command' "
        "and rail = 'aws' and ended_on is null and aws_account_id is not null order by customer_id limit 1"
    )
    app = opened("deal_desk", offer_customer=customer)
    names = {button.label: button for button in app.get("download_button")}
    assert not names["Term sheet"].proto.disabled
    assert not names["Catalog request"].proto.disabled
    assert "sent as VALIDATE, AWS checks it and changes nothing" in said(app)


def test_a_request_nobody_can_send_says_what_is_missing(ask: Ask) -> None:
    [(deal, company)] = ask(
        "select deal_id, company_name from marts.deal where not is_closed and product = 'vellocity' "
        "and has_aws_account = 'yes' order by deal_id limit 1"
    )
    app = opened("deal_desk", offer_deal=deal)
    names = {button.label: button for button in app.get("download_button")}
    assert names["Catalog request"].proto.disabled and not names["Term sheet"].proto.disabled
    assert f"the AWS account id of {company} is not on file" in said(app).replace("\\", "")


def test_a_built_offer_is_kept_sent_and_withdrawn(ask: Ask) -> None:
    [(deal, company)] = ask(
        "select deal_id, company_name from marts.deal where not is_closed and product = 'vellocity' "
        "and has_aws_account = 'yes' order by deal_id limit 1"
    )
    app = opened("deal_desk", offer_deal=deal, **EXAMPLE)
    app.button(key="offer_keep").click().run()
    assert [error.value.replace("\\", "") for error in app.error] == ["who saves the offer is empty; write it out"]
    app.text_input(key="offer_who").set_value("Ada Bauer").run()
    app.button(key="offer_keep").click().run()
    assert f"saved-1 is kept as a draft for {company}" in app.success[0].value.replace("\\", "")

    listed = register()
    rows = {row["offer"]: row for row in table(listed, "standing", "commitment_usd")}
    assert (rows["saved-1"]["standing"], rows["saved-1"]["value_usd"]) == ("○ draft", 89977.5)
    assert value(listed, "Drafts") == "2"
    listed.text_input(key="offer_followed_by").set_value("Ada Bauer").run()
    listed.button(key="offer_send").click().run()
    assert value(listed, "Sent") == "3"
    listed.button(key="offer_send").click().run()
    assert "cannot be sent now" in listed.info[0].value
    listed.button(key="offer_withdraw").click().run()
    told = {row["offer"]: row["standing"] for row in table(listed, "standing", "commitment_usd")}
    assert told["saved-1"] == "withdrawn" and value(listed, "Sent") == "2"


def test_a_past_offer_shows_the_days_it_was_sent_and_accepted(ask: Ask) -> None:
    files = {key: days for key, *days in ask("select offer_id, sent_on, accepted_on from marts.offer")}
    told = table(opened("deal_desk", offer_customer="c-0036", offer_tier="Enterprise"), "shares", "offer")
    told += table(opened("deal_desk", offer_customer="c-0036", offer_tier="Command"), "shares", "offer")
    assert any(row["offer"] == "offer-open04" for row in told)
    for row in told:
        days = [None if row[key] is None or row[key] != row[key] else row[key] for key in ("sent_on", "accepted_on")]
        assert days == files[row["offer"]], row["offer"]
