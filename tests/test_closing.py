"""The desk closes a month: its ledger against SQL of the test's own, when it may close, what later snapshots say."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lib import closing
from lib.__main__ import main
from lib.closing import LedgerLine
from lib.decisions import Store
from lib.desk import Desk, DeskError
from lib.desk.closing import closed, last_closable, month_books, readiness, restated
from lib.desk.ledgers import Ledgers, deferred_by_month, ledgers
from tests.warehouse.hand_world import BILLING, MARCH, WORLD, YEAR, billed, csv, feed
from tests.warehouse.worlds import World, built

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
MAY, JUNE, JUNE_30 = date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 30)
REFUNDED = "2026-06-10T00:00:00Z"
NOW = datetime(2026, 11, 6, 9, tzinfo=UTC)

# What every line of the sample has earned before a day, in whole cents: twice the amount times the days, halves up.
EARNED = """
with line as (
    select
        cast(amount_usd * 100 as hugeint) as cents,
        coalesce(usage_month, period_start_on) as start_on,
        case when usage_month is null then period_end_on else usage_month + interval 1 month end as end_on,
        invoiced_on
    from marts.invoice_line
),
served as (
    select
        *,
        date_diff('day', start_on, end_on) as days,
        greatest(least(date_diff('day', start_on, $1), date_diff('day', start_on, end_on)), 0) as done
    from line
)
select
    coalesce(sum(sign(cents) * ((2 * abs(cents) * done + days) // (2 * days))), 0) as earned,
    coalesce(sum(cents) filter (where invoiced_on < $1), 0) as asked,
    coalesce(sum(sign(cents) * ((2 * abs(cents) * done + days) // (2 * days))) filter (where invoiced_on >= $1), 0)
        as accrued
from served
"""

Sql = Callable[..., list[tuple]]


@pytest.fixture(scope="module")
def sample(desk: Desk) -> Ledgers:
    return ledgers(desk)


@pytest.fixture(scope="module")
def september(sample: Ledgers) -> tuple[LedgerLine, ...]:
    return sample.ledger(SEPTEMBER)


@pytest.fixture
def sql(desk: Desk) -> Iterator[Sql]:
    connection = duckdb.connect(str(desk.warehouse.path), read_only=True)
    yield lambda query, *values: connection.execute(query, values).fetchall()
    connection.close()


def cents(amount: object) -> Decimal:
    return Decimal(int(str(amount))) / 100


# The sample


def test_what_is_earned_deferred_and_accrued_is_what_sql_makes_of_the_lines(
    september: tuple[LedgerLine, ...], sql: Sql
) -> None:
    [(before, _, _)], [(earned, asked, accrued)] = sql(EARNED, SEPTEMBER), sql(EARNED, OCTOBER)
    sums = closing.totals(september)
    assert sums["recognised"] == cents(earned - before)
    assert sums["accrued"] == cents(accrued)
    assert sums["deferred"] == cents(asked - (earned - accrued))
    assert sums["deferred"] > 0 and sums["accrued"] > 0


def test_everything_invoiced_is_earned_by_month_or_still_deferred(sample: Ledgers, sql: Sql) -> None:
    """Σ recognised over all months + deferred at the last = Σ invoiced, over the lines that are no usage."""
    base = {
        (rail, invoice)
        for rail, invoice in sql("select distinct rail, invoice_id from marts.invoice_line where kind <> 'usage'")
    }
    base -= set(sql("select distinct rail, invoice_id from marts.invoice_line where kind = 'usage'"))
    own = [course for course in sample.courses if (course.rail, course.reference) in base]
    months = [
        date(2024 + number // 12, number % 12 + 1, 1) for number in range(10, 34)
    ]  # November 2024 to October 2026
    lines = [closing.totals(closing.ledger(own, month)) for month in months]
    [(asked,)] = sql(
        "select sum(amount_usd) from marts.invoice_line as line where not exists (select 1 from marts.invoice_line as "
        "usage where usage.rail = line.rail and usage.invoice_id = line.invoice_id and usage.kind = 'usage')"
    )
    assert sum(line["recognised"] for line in lines) + lines[-1]["deferred"] == asked
    assert lines[-1]["deferred"] == sum(deferred_of(own, date(2026, 11, 1)))


def deferred_of(own: list[closing.Course], before: date) -> list[Decimal]:
    return [closing.deferred(course, before) for course in own]


def test_a_month_of_the_ledger_is_what_the_rails_wrote_in_it(september: tuple[LedgerLine, ...], sql: Sql) -> None:
    """Gross, fee and payouts of September, each from the mart that holds it."""
    sums = closing.totals(september)
    [(gross,)] = sql(
        "select sum(amount_usd + discount_usd) from marts.invoice_line "
        "where invoiced_on between '2026-09-01' and '2026-09-30'"
    )
    [(fee,)] = sql("select sum(fee_usd) from marts.settlement where settled_on between '2026-09-01' and '2026-09-30'")
    [(paid,)] = sql(
        "select sum(net_usd) from marts.settlement where disbursed_on between '2026-09-01' and '2026-09-30'"
    )
    assert (sums["gross"], sums["fee"], sums["paid_out"]) == (gross, fee, paid)


def test_the_journal_balances_and_moves_the_books_from_month_to_month(
    sample: Ledgers, september: tuple[LedgerLine, ...]
) -> None:
    entries = sample.journal(SEPTEMBER)
    assert all(entry.debits == entry.credits > 0 for entry in entries)
    accounts = {one.name: debit - credit for one, (debit, credit) in closing.by_account(entries).items()}
    assert sum(accounts.values()) == 0
    before, after = closing.totals(sample.ledger(date(2026, 8, 1))), closing.totals(september)
    grown = {column: after[column] - before[column] for column in closing.BALANCES}
    assert accounts["Deferred revenue"] == -grown["deferred"]
    assert accounts["Accrued revenue"] == grown["accrued"]
    assert accounts["Prepaid fees"] == grown["prepaid_fee"] and accounts["Accrued fees"] == -grown["accrued_fee"]
    owed = accounts["Receivable – AWS Marketplace"] + accounts["Receivable – Stripe"]
    assert owed == grown["receivable"] and accounts["Revenue"] == -after["recognised"]


def test_what_is_deferred_by_month_ends_with_the_ledgers(sample: Ledgers, september: tuple[LedgerLine, ...]) -> None:
    by_month = deferred_by_month(sample, SEPTEMBER)
    assert next(iter(by_month)) == date(2024, 11, 1) and len(by_month) == 23
    assert sum(by_month[SEPTEMBER].values()) == closing.totals(september)["deferred"]


def test_a_month_can_be_closed_once_its_usage_is_invoiced(desk: Desk) -> None:
    """The sample ends on 31 October: September's usage was invoiced on 4 October, October's will be on 4 November."""
    assert last_closable(desk) == SEPTEMBER and readiness(desk, SEPTEMBER).is_ready
    [why] = readiness(desk, OCTOBER).reasons
    assert why.startswith("2026-10 cannot be closed with a snapshot of 2026-10-31: its usage is invoiced on 2026-11-04")


def test_a_stale_source_keeps_every_month_open(desk: Desk) -> None:
    late = Desk(desk.warehouse, desk.data, date(2026, 11, 20))
    told = readiness(late, SEPTEMBER).reasons
    assert len(told) == 6 and all(
        "is 20 days old, and 7 may pass; bring it with: python -m lib pull" in one for one in told
    )


# A world written by hand


@pytest.fixture(scope="module")
def world(desk_folder: Path) -> World:
    """Four customers, under the price list of the sample."""
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    return {**WORLD, **{f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}}


def opened(folder: Path, world: World, day: date = JUNE_30) -> Desk:
    return Desk.open(built(folder, world, day).path.parent)


def june(*events: str) -> World:
    return feed("BillingEventFeed", "06", BILLING, *events)


BACK = june(
    billed("be-3", "INVOICED", REFUNDED, "SELLER_REV_SHARE_REFUND", "-1000.00", "CM-1", YEAR),
    billed("be-4", "INVOICED", REFUNDED, "AWS_REV_SHARE_REFUND", "30.00", "LF-2", YEAR),
    billed("be-5", "INVOICED", MARCH, "SELLER_TAX_SHARE", "50.00", "INV-1", YEAR),
)


@pytest.fixture(scope="module")
def storied(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Desk]:
    """The hand-written world, and: of c-0002's year 1,000.00 come back on 10 June with 30.00 of the fee, and 50.00 were
    its tax; in_6 asks for 8.91 of tax; 50.00 by card belong to no invoice.
    """
    invoices = str(WORLD["stripe/invoices.csv"]).replace("usd,99.00,2026-05-12", "usd,107.91,2026-05-12")
    more = "txn_9,charge,ch_9,5000,175,4825,usd,2026-05-20T00:00:00Z,2026-05-22T00:00:00Z,charge,card"
    balance = csv(str(WORLD["stripe/balance_transactions.csv"]).rstrip("\n"), more)
    told = {"stripe/invoices.csv": invoices, "stripe/balance_transactions.csv": balance, **BACK}
    desk = opened(tmp_path_factory.mktemp("storied"), {**world, **told})
    yield desk
    desk.warehouse.close()


def line(desk: Desk, month: date, reference: str) -> LedgerLine:
    [found] = [one for one in ledgers(desk).ledger(month) if one.reference == reference]
    return found


def test_a_refund_and_a_tax_have_their_own_columns_and_months(storied: Desk) -> None:
    """A year of Starter at 2,990.00 from 1 March 2026; on 10 June 1,000.00 come back, and 30.00 of the fee.

    Before 1 June 92 of 365 days are earned: 753.643… = 753.64. Before the 10th 101: 827.369… = 827.37, so 2,162.63 are
    deferred; less 1,000.00 are 1,162.63 over the 264 days left, of which June has 21: 92.481… = 92.48.
    The fee: 89.70 x 101 / 365 = 24.82 used up, 64.88 left; less 30.00 are 34.88 x 21 / 264 = 2.77.
    Owed: 2,990.00 + 50.00 - 1,000.00 - 59.70 - 2,900.30 paid out on 1 April.
    """
    march, in_june = line(storied, date(2026, 3, 1), "INV-1"), line(storied, JUNE, "INV-1")
    assert (march.gross, march.tax, march.fee, march.refund) == (
        Decimal("2990.00"),
        Decimal("50.00"),
        Decimal("89.70"),
        0,
    )
    assert march.recognised == Decimal("253.95")  # 2,990 x 31 / 365 = 253.945…
    assert (in_june.gross, in_june.tax) == (0, 0)
    assert (in_june.refund, in_june.fee) == (Decimal("-1000.00"), Decimal("-30.00"))
    assert in_june.recognised == Decimal("827.37") + Decimal("92.48") - Decimal("753.64")
    assert in_june.deferred == Decimal("1162.63") - Decimal("92.48")
    assert in_june.prepaid_fee == Decimal("34.88") - Decimal("2.77")
    assert in_june.receivable == Decimal("-920.00")


def test_usage_is_of_its_month_and_a_tax_at_stripe_is_above_the_lines(storied: Desk) -> None:
    """in_4: 1.15 of March's words, invoiced on 4 April and never paid. in_6: 99.00 and 8.91 of tax, paid on 30 May."""
    march, april = line(storied, date(2026, 3, 1), "in_4"), line(storied, date(2026, 4, 1), "in_4")
    assert (march.recognised, march.accrued, march.gross) == (Decimal("1.15"), Decimal("1.15"), 0)
    assert (april.recognised, april.accrued, april.gross) == (0, 0, Decimal("1.15"))
    assert april.receivable == Decimal("1.15")
    in_may = line(storied, MAY, "in_6")
    assert (in_may.gross, in_may.tax) == (Decimal("99.00"), Decimal("8.91"))
    assert in_may.fee == Decimal("3.17") and in_may.recognised == Decimal("63.87")  # 99 x 20 / 31 = 63.870…
    # the fee came 18 days after the invoice: no cost before its day, then as the month's days: 3.17 x 20 / 31 = 2.045…
    assert in_may.recognised_fee == Decimal("2.05")


def test_a_charge_without_an_invoice_is_named_and_in_no_ledger(storied: Desk) -> None:
    """50.00 by card of which no invoice line is on file: nobody can say what was earned of it when."""
    found = ledgers(storied)
    assert found.gaps == (
        "1 charge of $50.00 belongs to no invoice whose lines are on file: it is in no ledger, and nor are its fees "
        "and payouts",
    )
    assert "ch_9" not in {one.reference for one in found.ledger(MAY)}


def abroad(*events: str) -> World:
    """Events of INV-1 as those of an invoice in euros."""
    return june(*(event.replace(",USD,", ",EUR,").replace("INV-1", "INV-9") for event in events))


def test_money_in_another_currency_is_in_no_ledger_and_in_no_settlement_and_named(
    tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,000.00 euros invoiced and 100.00 of them given back; 30.00 of fee."""
    euros = abroad(
        billed("be-3", "INVOICED", REFUNDED, "SELLER_REV_SHARE", "1000.00", "INV-9", YEAR),
        billed("be-4", "INVOICED", REFUNDED, "AWS_REV_SHARE", "-30.00", "LF-9", YEAR),
        billed("be-5", "INVOICED", REFUNDED, "SELLER_REV_SHARE_REFUND", "-100.00", "CM-9", YEAR),
    )
    desk = opened(tmp_path, {**world, **euros})
    told = "1 invoice of AWS in another currency than USD, of EUR 900.00 before fees"
    assert ledgers(desk).gaps == (told,) and desk.payouts(desk.parity()).gaps == (told,)
    assert "INV-9" not in {one.reference for one in ledgers(desk).courses}
    desk.warehouse.close()
    monkeypatch.setenv("DECISIONS_DB_URL", f"sqlite:///{tmp_path / 'decisions.sqlite'}")
    for verb, words in ((["books", "2026-06"], "not in the books: "), (["reconcile"], "not reconciled: ")):
        assert main([*verb, "--snapshots", str(tmp_path)]) == 0
        assert words + told in capsys.readouterr().out


def test_a_missing_source_keeps_every_month_open(tmp_path: Path, world: World) -> None:
    desk = opened(tmp_path, {name: text for name, text in world.items() if "balance_transactions" not in name})
    [why] = readiness(desk, MAY).reasons
    assert why.startswith("stripe (stripe_balance_transaction) is missing, it was never pulled; bring it with:")
    with pytest.raises(DeskError, match="stripe_balance_transaction"):
        closed(desk, ledgers(desk), (), MAY, who="Ann", why="", when=NOW)
    desk.warehouse.close()


@pytest.mark.parametrize(("carried", "feeds"), [("stripe", 5), ("marketplace", 2), ("crm", 0), ("plans_db", 0)])
def test_a_feed_of_before_the_last_invoices_keeps_its_month_open(
    tmp_path: Path, world: World, carried: str, feeds: int
) -> None:
    """A pull of 4 June that carries a source over from 28 May, a week old and so not stale: May's usage was invoiced on
    4 June, and of those invoices that source knows nothing. April's are in it.
    """
    notes = csv("id,invoice_id,status,currency,total,created", "cn_1,in_6,issued,usd,100,2026-05-20 00:00:00.000")
    asked = {**world, "stripe/credit_notes.csv": notes}
    report = built(tmp_path, asked, date(2026, 6, 4), carried={carried: date(2026, 5, 28)})
    desk = Desk.open(report.path.parent)
    told = readiness(desk, MAY).reasons
    assert len(told) == feeds and readiness(desk, date(2026, 4, 1)).is_ready
    assert all(one.startswith(f"{carried} ({carried}_") for one in told)
    assert all(" is of 2026-05-28, and 2026-05 is invoiced until 2026-06-04; bring it with: " in one for one in told)
    if told:
        with pytest.raises(DeskError, match="2026-05 is invoiced until 2026-06-04"):
            closed(desk, ledgers(desk), (), MAY, who="Ann", why="", when=NOW)
    desk.warehouse.close()


def test_another_way_of_recognising_is_refused(tmp_path: Path, desk: Desk) -> None:
    for path in (*desk.data.glob("*.toml"), *desk.data.glob("books/*.toml"), *desk.data.glob("assumptions/*.toml")):
        copied = tmp_path / path.relative_to(desk.data)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_text(path.read_text().replace('by     = "day" ', 'by     = "month" '))
    with pytest.raises(DeskError, match="by is 'month'; revenue is recognised by 'day'"):
        ledgers(Desk(desk.warehouse, tmp_path, desk.as_of))


# What later snapshots say


def test_what_changes_after_a_close_is_told_and_what_was_closed_stays(tmp_path: Path, world: World) -> None:
    """May is closed on the world as it is. A month later 1,000.00 come back in June, which is no matter of May; and AWS
    writes a fee of 1.00 more, dated 20 May: of the 285 days left from then on May has 12, and 12 / 285 is 0.04.
    """
    store = Store(f"sqlite:///{tmp_path / 'decisions.sqlite'}")
    desk = opened(tmp_path / "then", world)
    was = store.close(closed(desk, ledgers(desk), (), MAY, who="Ann", why="books of May", when=NOW))
    assert was.snapshot == desk.warehouse.id and restated(desk, ledgers(desk), was) == ()
    desk.warehouse.close()

    more = june(
        billed("be-3", "INVOICED", REFUNDED, "SELLER_REV_SHARE_REFUND", "-1000.00", "CM-1", YEAR),
        billed("be-8", "INVOICED", "2026-05-20T00:00:00Z", "AWS_REV_SHARE", "-1.00", "LF-3", YEAR),
    )
    later = opened(tmp_path / "now", {**world, **more}, date(2026, 7, 31))
    [one] = store.closings()
    told = {(row.reference, row.kind, row.column): row.difference for row in restated(later, ledgers(later), one)}
    assert told == {
        ("INV-1", "changed", "fee"): Decimal("1.00"),
        ("INV-1", "changed", "recognised_fee"): Decimal("0.04"),
        ("INV-1", "changed", "prepaid_fee"): Decimal("0.96"),
        ("INV-1", "changed", "receivable"): Decimal("-1.00"),
        ("account 1210", "appeared", "debit less credit"): Decimal("-1.00"),  # May had nothing on it
        ("account 1300", "changed", "debit less credit"): Decimal("0.96"),
        ("account 6100", "changed", "debit less credit"): Decimal("0.04"),
    }
    assert one.paper == was.paper and store.audit() == []

    with_later = replace(one, paper=one.paper.replace('"snapshot_on":"2026-06-30"', '"snapshot_on":"2026-08-31"'))
    assert with_later.paper != one.paper and restated(later, ledgers(later), with_later) == ()
    assert month_books(later, ledgers(later), [with_later], JUNE).books_from == ()
    later.warehouse.close()


def test_a_closed_month_is_told_from_its_paper_and_its_restatement_is_booked_in_the_next(
    tmp_path: Path, world: World
) -> None:
    """March to May are posted as they were closed. Then AWS writes a fee of 1.00 more dated 20 May, and gives back
    500.00 dated 21 May. June is posted a month later: what was posted in all comes to June's ledger.
    """
    store = Store(f"sqlite:///{tmp_path / 'decisions.sqlite'}")
    desk = opened(tmp_path / "then", world)
    months = [date(2026, 3, 1), date(2026, 4, 1), MAY]
    for month in months:
        store.close(closed(desk, ledgers(desk), store.closings(), month, who="Ann", why="Month end", when=NOW))
    as_closed = ledgers(desk).ledger(MAY), ledgers(desk).journal(MAY)
    desk.warehouse.close()

    more = june(
        billed("be-8", "INVOICED", "2026-05-20T00:00:00Z", "AWS_REV_SHARE", "-1.00", "LF-3", YEAR),
        billed("be-9", "INVOICED", "2026-05-21T00:00:00Z", "SELLER_REV_SHARE_REFUND", "-500.00", "CM-1", YEAR),
    )
    later = opened(tmp_path / "now", {**world, **more}, date(2026, 7, 31))
    found, closings = ledgers(later), store.closings()
    told = month_books(later, found, closings, MAY)
    assert (told.lines, told.entries) == as_closed and told.restated and told.books_from == ()
    assert found.ledger(MAY) != told.lines and found.journal(MAY) != told.entries

    books = month_books(later, found, closings, JUNE)
    assert books.books_from == (MAY,) and books.lines == found.ledger(JUNE)
    [entry] = [entry for entry in books.entries if entry.restates]
    assert (entry.reference, entry.kind, entry.on) == ("INV-1", "restatement of 2026-05", JUNE)
    posted = [*(one for month in months for one in month_books(later, found, closings, month).entries), *books.entries]
    stands = {one.number: debit - credit for one, (debit, credit) in closing.by_account(posted).items()}
    sums = closing.totals(books.lines)
    assert stands["1210"] + stands["1220"] == sums["receivable"] and stands["2400"] == -sums["deferred"]
    assert stands["1300"] == sums["prepaid_fee"]

    # July books nothing of May: June does, on its paper, once and for all
    assert month_books(later, found, closings, date(2026, 7, 1)).books_from == ()
    was = store.close(closed(later, found, closings, JUNE, who="Ann", why="Month end", when=NOW))
    assert closing.paper_of(was.paper).entries == books.entries
    assert month_books(later, found, store.closings(), date(2026, 7, 1)).books_from == ()
    assert restated(later, found, was) == () and restated(later, found, store.closings()[2]) == told.restated
    later.warehouse.close()
