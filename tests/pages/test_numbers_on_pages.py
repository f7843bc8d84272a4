"""A recorded figure on a page equals SQL of the test's own; a would-be figure equals arithmetic done by hand."""

import tomllib
from decimal import ROUND_HALF_UP, Decimal

from tests.conftest import ROOT
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, value

AS_OF = "2026-10-31"
RUNNING = f"started_on <= date '{AS_OF}' and (ended_on is null or ended_on > date '{AS_OF}')"
MRR = "recorded_price_usd / case term when 'monthly' then 1 else 12 end"
PERSONA = """
    case
        when has_aws_account = 'no' and (is_partner = 'yes' or is_seller = 'yes') then 'unknown'
        when integrator is not null and is_seller <> 'yes' then 'unknown'
        when is_seller = 'yes' and integrator = 'unknown' then 'unknown'
        when is_seller = 'yes' and integrator is null then 'seller_self_managed'
        when is_seller = 'yes' then 'seller_3pi'
        when has_aws_account = 'no' then 'not_on_aws'
        when is_seller = 'unknown' then 'unknown'
        when is_partner = 'yes' then 'aws_partner'
        when is_partner = 'unknown' or has_aws_account = 'unknown' then 'unknown'
        else 'aws_customer'
    end
"""


def thousands(amount: object) -> str:
    """$412k, for amounts between a hundred thousand and a million."""
    return f"${Decimal(str(amount)).quantize(Decimal(1000), ROUND_HALF_UP) / 1000:.0f}k"


def millions(amount: object) -> str:
    return f"${Decimal(str(amount)) / 10**6:.2f}M"


def test_segments(ask: Ask) -> None:
    [(customers, mrr, aws)] = ask(
        f"select count(distinct customer_id), sum({MRR}), count(*) filter (rail = 'aws') from marts.contract "
        f"where {RUNNING}"
    )
    app = opened("segments")
    assert headline(app).startswith(f"{customers} customers pay {thousands(mrr)} a month")
    assert value(app, "MRR") == thousands(mrr)
    assert value(app, "Billed by AWS") == f"{100 * aws / customers:.0f}%"
    assert [card.delta for card in app.metric if card.label == "Billed by AWS"] == [f"of {customers} customers"]


def test_persona_mix(ask: Ask) -> None:
    """What is recorded; what may come is held to the command line in tests/test_forecast_verb.py."""
    [(mrr,)] = ask(f"select sum({MRR}) from marts.contract where {RUNNING}")
    assert value(opened("persona_mix"), "MRR today") == thousands(mrr)


def test_pipeline(ask: Ask) -> None:
    beliefs = tomllib.loads((ROOT / "data" / "assumptions" / "base.toml").read_text(), parse_float=Decimal)
    chances = {stage: belief["value"] for stage, belief in beliefs["stage_probability"].items()}
    """Of each product by itself: nothing on the page adds up two."""
    open_deals = (
        "select stage, count(*), sum(amount_usd) from marts.deal where not is_closed and product = ? group by 1"
    )
    late_deals = (
        "select count(*), sum(amount_usd) from marts.deal "
        f"where not is_closed and close_on < date '{AS_OF}' group by product order by product"
    )
    app = opened("pipeline")
    for product, name in (("control_plane", "Control plane"), ("vellocity", "Vellocity")):
        rows = ask(open_deals, product)
        [card] = [card for card in app.metric if card.label == name]
        assert card.value == millions(sum(amount * chances[stage] for stage, _, amount in rows))
        assert card.delta == f"of {millions(sum(amount for _, _, amount in rows))}, expected"
    [(open_now,)] = ask("select count(*) from marts.deal where not is_closed")
    assert value(app, "Open deals") == str(open_now)
    late = ask(late_deals)
    assert value(app, "Overdue") == str(sum(count for count, _ in late))
    assert f"{sum(count for count, _ in late)} are past the close date" in headline(app)
    [overdue] = [card for card in app.metric if card.label == "Overdue"]
    assert not overdue.delta and all(thousands(held) in overdue.proto.help.replace("\\", "") for _, held in late)


def test_what_each_way_of_being_paid_keeps_of_the_public_prices() -> None:
    app = opened("fee_absorption", fees_view="What moving costs")
    [heading] = [block.value for block in app.subheader if "US card" in block.value]
    # (0.036 × 299 + 0.30) ÷ 299 and (0.036 × 39,990 + 0.30) ÷ 39,990
    told = heading.replace("\\", "")
    assert told == "AWS Marketplace keeps 3.00% of a list price, a US card 3.70% of $299.00 and 3.60% of $39,990.00"
    words = said(app)
    assert "cost the same at no price; for a seller who bills without Stripe Billing, at $300.00." in words
    [table] = [block.value for block in app.dataframe if "ach_rate" in block.value.columns]
    assert [round(rate, 2) for rate in table["ach_rate"]][:3] == [1.5, 1.03, 0.87]  # 299, 1,499 and 2,990 a year


def test_fee_absorption(ask: Ask) -> None:
    [(aws_gross, aws_fee), (stripe_gross, stripe_fee)] = ask(
        "select sum(gross_usd), sum(fee_usd) from marts.settlement "
        "where settled_month between date '2025-11-01' and date '2026-10-01' group by rail order by rail"
    )
    app = opened("fee_absorption")
    assert value(app, "AWS keeps") == f"{100 * aws_fee / aws_gross:.2f}%"
    assert value(app, "Stripe keeps") == f"{100 * stripe_fee / stripe_gross:.2f}%"
    assert value(app, "Fees kept") == thousands(aws_fee + stripe_fee)
    assert value(app, "Gross settled") == millions(aws_gross + stripe_gross)
    assert headline(app).endswith(f"{thousands(aws_fee + stripe_fee)} of fees in the last 12 months, none passed on")


def test_what_the_marketplace_absorbs_is_measured_against_a_card(ask: Ask) -> None:
    """3.0 % of each sale, less 2.9 % + $0.30 of a card and 0.7 % of Stripe Billing, each fee rounded to cents."""
    [(absorbed,)] = ask(
        "select sum(round(gross_usd * 0.03, 2) - round(gross_usd * 0.029 + 0.30, 2) - round(gross_usd * 0.007, 2)) "
        "from marts.settlement where rail = 'aws' and gross_usd > 0 "
        "and settled_month between date '2025-11-01' and date '2026-10-01'"
    )
    assert absorbed < -10_000
    assert value(opened("fee_absorption"), "Absorbed, AWS") == f"−${-absorbed / 1000:.1f}k"


def test_sources(ask: Ask) -> None:
    [(read, loaded, rejected)] = ask("select sum(lines_read), sum(loaded), sum(rejected) from marts.source_status")
    [(conflicts,)] = ask("select count(*) from raw.conflict")
    app = opened("sources")
    assert (value(app, "Lines read"), value(app, "Loaded")) == (f"{read:,}", f"{loaded:,}")
    assert value(app, "Rejected") == f"{rejected:,}"
    assert f"{conflicts:,} conflicting copies" in said(app)
    [(events, customers)] = ask(
        "select sum(event_count), count(distinct customer_id) from marts.usage_month where contract_id is null"
    )
    assert f"{events} events of {customers} customers fall outside any contract" in said(app)


def test_sources_counts_invoiced_lines_in_one_denominator(ask: Ask) -> None:
    """A line is a contract, a kind, a plan or dimension and a period; what was never invoiced is not among them."""
    [(invoiced,)] = ask(
        "select count(*) from (select distinct contract_id, kind, coalesce(dimension, plan_key), "
        "coalesce(usage_month, period_start_on) from marts.invoice_line)"
    )
    assert f" of {invoiced:,} invoiced lines match to the cent, " in headline(opened("sources"))


def test_discount_honesty(ask: Ask) -> None:
    """A year costs ten months of twelve: 1 - 10/12 = 16.67 %. Clean prices for 20 % are 120, 600 and 1,600 lower."""
    [(starter, accelerate, command)] = ask(
        "select count(*) filter (plan_key = 'starter-annual'), count(*) filter (plan_key = 'accelerate-annual'), "
        f"count(*) filter (plan_key = 'command_plus-annual') from marts.contract where {RUNNING} and offer_id is null"
    )
    cost = 120 * starter + 600 * accelerate + 1600 * command
    app = opened("discount_honesty")
    assert headline(app).startswith("1 published claim is false: “Save 20%” delivers 16.67%")
    assert value(app, "False") == "1"
    assert value(app, "Cost to mend") == f"${Decimal(cost) / 1000:.1f}k"


def test_overage() -> None:
    """The example month on Accelerate, annual, by hand.

    base      14,990 / 12                                  = 1,249.17
    words     300,000 over: 100 x 0.001 + 200 x 0.0008     =     0.26
    images    320 over x 0.05                              =    16.00
    audio     60 over x 0.01                               =     0.60
    requests  15,000 over: 15 x 0.01                       =     0.15
    credits   130 over x 0.10                              =    13.00
    overage                                                =    30.01
    """
    app = opened("overage")
    assert headline(app) == (
        "Accelerate, annual is the cheapest plan for this month: $1,279.18, $1,249.17 base and $30.01 overage"
    )
    assert (value(app, "Cheapest total"), value(app, "Base fee"), value(app, "Overage")) == (
        "$1,279.18",
        "$1,249.17",
        "$30.01",
    )


def test_overage_follows_what_is_typed() -> None:
    """Twenty seats on Accelerate are ten over, ten x $29 = $290 more than the example month."""
    app = opened("overage", overage_team_seats="20")
    assert value(app, "Overage") == "$320.01"
    app.number_input(key="overage_team_seats").set_value(8).run()
    assert value(app, "Overage") == "$30.01"


def test_price_change_on_a_rate(ask: Ask) -> None:
    """Images at six cents: every image line over its allowance, at 0.06 and at 0.05, each rounded once."""
    rows = ask(
        """
        select coalesce(try_cast(own.allowance as decimal(18, 6)), 100) as allowance, own.allowance, c.tier, u.quantity
        from marts.usage_month u
        join marts.contract c using (contract_id)
        left join marts.private_offer_allowance own on own.offer_id = c.offer_id and own.dimension = u.dimension
        where u.dimension = 'images' and u.usage_month between date '2025-11-01' and date '2026-10-01'
          and c.tier is not null and own.allowance is distinct from 'unlimited'
          and (c.tier <> 'enterprise' or own.allowance is not null)
        """
    )
    cents = Decimal("0.01")

    def line(over: Decimal, price: str) -> Decimal:
        return (over * Decimal(price)).quantize(cents, ROUND_HALF_UP)

    overs = [max(quantity - allowance, Decimal(0)) for allowance, _, _, quantity in rows]
    delta = sum(line(over, "0.06") - line(over, "0.05") for over in overs)
    app = opened("price_change", scenario="images-at-six-cents")
    assert value(app, "Could move") == "+" + thousands(delta)
    assert headline(app).startswith(f"Images at six cents could bring {thousands(delta)} in 12 months")


def test_price_change_is_nothing_where_nothing_changes() -> None:
    """Honest 20 lowers annual prices alone: nobody pays more."""
    app = opened("price_change", scenario="honest-20")
    assert value(app, "Pay more") == "0"
    assert value(app, "Sharpest rise") == "none"
