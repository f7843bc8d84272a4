"""The command line: python -m lib VERB; `python -m lib --help` lists the verbs.

Exit codes: 0 done, 1 the answer is bad news (a false published claim, a broken guardrail), 2 wrong use, said in one
sentence. Long work shows its progress on stderr; `--json` prints one document that opens with its manifest.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, replace
from datetime import date, datetime
from functools import reduce
from pathlib import Path
from typing import Any, NoReturn

from lib import reports
from lib.catalog.book import READINGS, Book, parse
from lib.catalog.document import FIRST_DAY, LAST_DAY, BookError, nearest, shown
from lib.catalog.scenario import Scenario, ScenarioError, overlaid, parse_scenario
from lib.decisions import Accepted, DecisionError, Store, address
from lib.desk import (
    DATA,
    HORIZONS,
    PAST,
    SNAPSHOTS,
    Desk,
    Terms,
    accept,
    actuals,
    believed,
    happened,
    read_document,
    read_text,
    rights,
    search_prices,
    settled_before,
    with_accepted,
    with_beliefs,
)
from lib.desk.closing import closed, month_books, restated
from lib.desk.ledgers import insist_on_books, ledgers
from lib.desk.products import laid, scenario_beside
from lib.guardrails import Limit
from lib.guardrails import parse as parse_limits
from lib.manifest import Manifest, fingerprint
from lib.periods import add_months
from lib.refusal import Refusal
from lib.response import Responses
from lib.sources import snapshot
from lib.sources.pull import Brought, PullRefused, pull
from lib.sources.usage_file import read_usage
from lib.surfaces import read_listing, unlike
from lib.warehouse.build import BuildReport, build
from lib.warehouse.publish import published_days
from lib.warehouse.snapshots import days

HOUSE = DATA.parent
SAMPLE = HOUSE / "var" / "sample"
MOST_MONTHS = 60
OVER = "the month is over and its usage is invoiced"

Arguments = argparse.Namespace


def main(words: Sequence[str] | None = None) -> int:
    """The words of one command → its exit code; a refusal is one sentence on stderr and 2."""
    arguments = parser().parse_args(words)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except Refusal as refusal:
        _end_progress()
        print(f"python -m lib {arguments.command}: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        _end_progress()
        print(f"python -m lib {arguments.command}: stopped; nothing half done is left in sight", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


class OneSentence(argparse.ArgumentParser):
    """A parser that refuses wrong words like every other wrong use: one sentence, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where the right words are."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Every verb, its options and the function that runs it."""
    top = OneSentence(prog="python -m lib", description=__doc__.splitlines()[0] if __doc__ else None)
    verbs = top.add_subparsers(dest="command", required=True, metavar="VERB")
    pulling = _verb(verbs, "pull", run_pull, "sources into a dated snapshot")
    pulling.add_argument("--sources", type=Path, default=DATA / "sources.toml", metavar="FILE")
    pulling.add_argument("--only", metavar="NAME", help="one source; the others are carried over")
    building = _verb(verbs, "build", run_build, "the newest snapshot into a published warehouse")
    building.add_argument("--out", type=Path, metavar="DIR", help="where the warehouse is published")
    building.add_argument("--if-missing", action="store_true", help="do nothing where a warehouse is published")
    building.add_argument("--all", action="store_true", help="every snapshot, each under its own day")
    rating = _verb(verbs, "rate", run_rate, "a usage file, line by line")
    rating.add_argument("usage", type=Path, metavar="USAGE", help="csv, csv.gz or parquet")
    rating.add_argument("--plan", required=True, metavar="KEY", help="such as accelerate-monthly")
    rating.add_argument("--rail", default="aws", choices=("stripe", "aws"))
    rating.add_argument("--book", type=Path, metavar="FILE", help="a book file instead of the current book")
    rating.add_argument(
        "--scenario", action="append", default=[], metavar="KEY", help="of the book's own scenarios, or a file"
    )
    rating.add_argument("--reading", action="append", default=[], metavar="KEY=VALUE", help="such as bands=volume")
    simulating = _verb(
        verbs, "simulate", run_simulate, "a scenario against the baseline; exit 1 while a guardrail is broken"
    )
    simulating.add_argument(
        "scenarios", nargs="+", metavar="SCENARIO", help="a key of data/scenarios, or a file; several are stacked"
    )
    simulating.add_argument("--months", type=_months, metavar="N", help="how many months it is held against")
    simulating.add_argument("--horizon", default=PAST, choices=HORIZONS, help="the last months, or the next")
    simulating.add_argument("--guardrails", type=Path, metavar="FILE", help="limits instead of data/guardrails.toml")
    simulating.add_argument(
        "--assumptions", type=Path, metavar="FILE", help="beliefs instead of data/assumptions/responses.toml"
    )
    simulating.add_argument("--respond", metavar="NAMES", help="responses to count too, such as churn,plan_switch")
    searching = _verb(
        verbs, "search", run_search, "which prices would be better, within the limits of data/search.toml"
    )
    searching.add_argument("--months", type=_months, metavar="N", help="how many months it is held against")
    checking = _verb(
        verbs, "check", run_check, "claims, surfaces and the book; exit 1 while a published claim is false"
    )
    checking.add_argument("--format", choices=reports.FORMATS)
    _acknowledge_words(_verb(verbs, "acknowledge", run_acknowledge, "accept a finding until a day, or take that back"))
    reconciling = _verb(verbs, "reconcile", run_reconcile, "what each rail kept and paid out, against what we expect")
    reconciling.add_argument("--month", type=_month, metavar="YYYY-MM", help="the lines of one month")
    _close_words(_verb(verbs, "close", run_close, "close a month with its books; or list what was closed"))
    _books_words(_verb(verbs, "books", run_books, "a month's books; exit 1 where a closed one is restated"))
    _verb(verbs, "decisions", run_decisions, "what was decided and what came of it; exit 1 where a record was changed")
    _listing_words(_verb(verbs, "listing", run_listing, "may it be published, what to type, who must be told"))
    return top


def _acknowledge_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("finding", nargs="?", metavar="FINDING", help='the name that check --json gives as "claim"')
    verb.add_argument("--who", metavar="NAME", help="who accepts it, or takes it back")
    verb.add_argument("--why", metavar="TEXT")
    verb.add_argument("--until", type=_day, metavar="DAY", help="the last day it is accepted")
    verb.add_argument("--withdraw", metavar="FINDING", help="take back what stands for this one")
    verb.add_argument("--list", action="store_true", help="everything that was ever accepted, the newest first")


def _close_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("month", nargs="?", type=_month, metavar="MONTH", help="such as 2026-09")
    verb.add_argument("--who", metavar="NAME", help="who closes it")
    verb.add_argument("--why", metavar="TEXT", help="why now, where it is not that its usage is invoiced")
    verb.add_argument("--list", action="store_true", help="every closed month, and what was restated since")


def _books_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("month", type=_month, metavar="MONTH", help="such as 2026-09")
    verb.add_argument("--format", choices=reports.BOOK_FORMATS)
    verb.add_argument("--of", choices=(reports.JOURNAL, reports.LEDGER), help="what csv holds; the journal unless said")


def _listing_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--format", choices=reports.FORMS, help="csv: the rows alone; ics: the days")
    verb.add_argument("--scenario", action="append", default=[], metavar="KEY", help="of data/scenarios, or a file")
    verb.add_argument("--announced-on", type=_day, metavar="DATE", help="the day a change is announced")
    verb.add_argument("--captured-on", type=_day, metavar="DATE", help="of a csv: the day it was typed in")
    verb.add_argument("--against", type=Path, metavar="FILE", help="what a csv or json says differently; exit 1")


def _verb(verbs: Any, name: str, run: Callable[[Arguments], int], help_line: str) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=help_line, description=help_line)
    verb.set_defaults(run=run)
    verb.add_argument("--as-of", type=_day, metavar="DATE", help="open everything as of this day")
    verb.add_argument("--snapshots", type=Path, default=SNAPSHOTS, metavar="DIR")
    verb.add_argument("--json", action="store_true", help="print one JSON document")
    return verb


def run_pull(arguments: Arguments) -> int:
    """Pull the sources and say what came; what is missing or was left out stands on stderr."""
    dated, brought = arguments.as_of or _today(), list[Brought]()
    if dated > _today():
        raise PullRefused(f"--as-of {dated} has not come yet; a snapshot is dated {_today()} or before")
    taken = pull(arguments.sources, arguments.snapshots, dated, arguments.only, progress=_progress, tell=brought.append)
    rows = [asdict(source) | {"state": source.state} for source in brought]
    manifest = {"snapshot_on": str(taken.snapshot_on), "synthetic": taken.synthetic, "fingerprint": taken.fingerprint}
    _print((reports.pulled if arguments.json else reports.pulled_table)(manifest, rows))
    for source in brought:
        for note in source.notes if source.files else (*source.notes, "nothing there"):
            print(f"  {source.source}: {note}", file=sys.stderr)
    return 0


def run_build(arguments: Arguments) -> int:
    """Build and publish a warehouse, and print the accounting of every feed."""
    out = arguments.out or _warehouse_folder(arguments)
    if arguments.if_missing and (out / "current").is_file():
        return 0
    if arguments.all:
        return _build_all(arguments, out)
    report = _build(arguments, out)
    show = reports.accounting if arguments.json else reports.accounting_table
    _print(show(report.id, report.accounting))
    for note in report.notes:
        print(f"  {note}", file=sys.stderr)
    newest = published_days(out)[-1]
    if report.snapshot_on < newest:
        told = f"published under its own day; the desk opens on {newest} unless asked: --as-of {report.snapshot_on}"
        print(f"{told}, or ?as_of={report.snapshot_on} in the address", file=sys.stderr)
    return 0


def _build_all(arguments: Arguments, out: Path) -> int:
    """Build every snapshot up to --as-of that has no warehouse by the rules of today, the oldest first."""
    snapshot.put_back(arguments.snapshots)
    found = [day for day in days(arguments.snapshots) if day <= (arguments.as_of or date.max)]
    built = {}
    for day in found or [arguments.as_of]:  # without a snapshot the build says what to do
        report = build(arguments.snapshots, out, progress=_progress, as_of=day)
        built[f"{report.snapshot_on}"] = report.id
    lines = [f"{day}  warehouse {identifier}" for day, identifier in built.items()]
    _print({"warehouses": built} if arguments.json else "\n".join(lines))
    return 0


def run_rate(arguments: Arguments) -> int:
    """Rate a usage file under one plan of a book file, or of the current book."""
    book, manifest = _rating_book(arguments)
    book = _with_readings(book, arguments.reading)
    lines = read_usage(arguments.usage, book.dimensions)
    report = reports.rating(book, manifest(book), arguments.rail, arguments.plan, map(astuple, lines))
    _print(report if arguments.json else reports.rating_table(report))
    return 0


def run_simulate(arguments: Arguments) -> int:
    """Run scenarios against the baseline, ask who answers how, and hold the change to the guardrails."""
    desk = _desk(arguments)
    limits, on_limits = _limits(desk, arguments.guardrails)
    responses = _responses(desk, arguments)
    scenarios = [_scenario(desk, wanted) for wanted in arguments.scenarios]
    result = desk.simulate(*scenarios, months=arguments.months, horizon=arguments.horizon)
    judged = desk.judgement(result, limits)
    manifest = with_beliefs(on_limits(result.manifest), responses, desk.responses)
    result, answered = replace(result, manifest=manifest), desk.react(result, responses)
    report = reports.simulation(result, desk.reproduction, judged, answered)
    _print(report if arguments.json else reports.simulation_table(report))
    return 1 if judged.is_broken else 0


def run_search(arguments: Arguments) -> int:
    """Search for better prices over today's book."""
    desk = _desk(arguments)
    found = search_prices(desk, arguments.months or desk.billing["window_months"], _search_progress)
    report = reports.searched(found)
    _print(report if arguments.json else reports.searched_table(report))
    return 0


def _search_progress(share: float) -> bool:
    _progress("searching for better prices", share)
    return True


def run_check(arguments: Arguments) -> int:
    """Judge every claim, compare the surfaces and read the book; what is accepted never turns the exit code."""
    desk, accepted = _desk(arguments), _store(arguments).acknowledged()
    manifest = with_accepted(desk.manifest(), accepted)
    report = reports.check(manifest, desk.findings_given(accepted), accepted)
    form = _form(arguments, reports.FORMATS[0])
    _print(reports.checked(report, form, read_text(desk.data / "claims.toml")))
    return 1 if desk.has_false_promise else 0


def run_acknowledge(arguments: Arguments) -> int:
    """Put on record that somebody accepts a finding, or takes that back; or list what was ever accepted."""
    _one_thing(arguments, "list", "finding", "withdraw", "who", "why", "until")
    _one_thing(arguments, "withdraw", "finding", "until")
    desk, store = _desk(arguments), _store(arguments)
    if arguments.list:
        noted: Sequence[Accepted] = store.acknowledgements()
    elif arguments.withdraw:
        who, why = _said(arguments, "who"), _said(arguments, "why")
        noted = (store.withdraw(arguments.withdraw, who=who, why=why, when=_now()),)
    else:
        name, until = _said(arguments, "finding"), _said(arguments, "until")
        terms = Terms(_said(arguments, "who"), _said(arguments, "why"), until)
        noted = (accept(store, name, terms, found=desk.findings, as_of=desk.as_of, when=_now()),)
    report = reports.accepted(desk.manifest(), noted)
    _print(report if arguments.json else reports.accepted_table(report))
    return 0


def run_reconcile(arguments: Arguments) -> int:
    """Hold every settlement against what we rated and the schedule keeps, and say how old undisbursed money is."""
    desk, month = _desk(arguments), arguments.month
    found, metered = desk.payouts(desk.parity()), desk.metered_months
    asked = month if month in metered else metered[0] if metered and month is None else None
    told = rights(desk, asked) if asked else ()
    report = reports.reconciled(desk.manifest(), found, told, month)
    _print(report if arguments.json else reports.reconciled_table(report))
    return 0


def run_close(arguments: Arguments) -> int:
    """Close a month for good; or list the closed ones, which is bad news where one is not what it was closed as."""
    _one_thing(arguments, "list", "month", "who", "why")
    desk, store = _desk(arguments), _store(arguments)
    if not arguments.list:
        if arguments.month is None or not arguments.who:
            raise DecisionError("MONTH or --who is missing; write close 2026-09 --who NAME, or close --list")
        who, why = arguments.who, OVER if arguments.why is None else arguments.why
        before = store.closings()
        store.close(closed(desk, ledgers(desk), before, arguments.month, who=who, why=why, when=_now()))
    found, months = ledgers(desk), store.closings()
    told, audit = [(one, restated(desk, found, one)) for one in months], store.audit()
    report = reports.closings(desk.manifest(), told, audit)
    _print(report if arguments.json else reports.closings_table(report))
    return 1 if audit or any(rows for _, rows in told) else 0


def run_books(arguments: Arguments) -> int:
    """Print the books of a month, a closed one as it was closed; bad news where it would be told otherwise today."""
    form = _form(arguments, "text")
    _only_of(arguments, "csv", form, "of")
    desk = _desk(arguments)
    found, closings = ledgers(desk), _store(arguments).closings()
    kept = [one.month for one in closings]
    if arguments.month not in (*kept, *(add_months(month, 1) for month in kept)):  # the next one books restatements
        insist_on_books(desk, found, arguments.month)
    books = month_books(desk, found, closings, arguments.month)
    if form == "csv":
        print(reports.books_file(books, arguments.of or reports.JOURNAL), end="")
    else:
        report = reports.books(desk.manifest(), books)
        _print(report if form == "json" else reports.books_table(report))
    return 1 if books.restated else 0


def run_decisions(arguments: Arguments) -> int:
    """List every decision beside what came of it, and check every seal."""
    desk, store = _desk(arguments), _store(arguments)
    found, before, audit = actuals(desk), settled_before(desk), store.audit()
    records = [(one, happened(one, found, before)) for one in store.decisions()]
    report = reports.decisions(desk.manifest(), records, audit, before)
    _print(report if arguments.json else reports.decisions_table(report))
    return 1 if audit else 0


def run_listing(arguments: Arguments) -> int:
    """Print the listing, or what a listing file says differently."""
    _one_thing(arguments, "against", "format", "json", "captured_on", "announced_on")
    form = _form(arguments, reports.FORMS[0])
    _only_of(arguments, "csv", form, "captured_on")
    desk = _desk(arguments)
    if arguments.captured_on and arguments.captured_on > max(_today(), desk.as_of):
        raise WrongUse(f"--captured-on {arguments.captured_on} has not come yet; write the day it was typed in")
    changes = [_scenario(desk, wanted) for wanted in arguments.scenario]
    answer = reports.listed(desk, changes, arguments.announced_on)
    if arguments.against is None:
        print(reports.listing(answer, form, arguments.captured_on), end="")
        return 0
    where = str(arguments.against)
    found = unlike(answer.made, read_listing(read_text(arguments.against), where))
    _print(reports.unlike_table(found, where))
    return 1 if found else 0


class WrongUse(Refusal):
    """Options that say nothing together: one of them would be ignored."""


def _one_thing(arguments: Arguments, asked: str, *others: str) -> None:
    """Refuse what is said beside an option that it does not concern."""
    if getattr(arguments, asked):
        beside = [other for other in others if getattr(arguments, other) not in (None, False)]
        if beside:
            told = ", ".join(map(_option, beside))
            raise WrongUse(f"{told} is said beside {_option(asked)}, which takes none; do one thing at a time")


def _only_of(arguments: Arguments, wanted: str, form: str, option: str) -> None:
    if getattr(arguments, option) is not None and form != wanted:
        raise WrongUse(f"{_option(option)} is of a {wanted} alone, and {form} is asked for; write --format {wanted}")


def _form(arguments: Arguments, usual: str) -> str:
    """The form an answer is asked for in; `--json` is short for one, and no other can stand beside it."""
    if arguments.json and arguments.format not in (None, "json"):
        raise WrongUse(f"--json is asked for, and --format {arguments.format}; write one of them")
    return "json" if arguments.json else arguments.format or usual


def _option(name: str) -> str:
    return name.upper() if name in ("finding", "month") else f"--{name.replace('_', '-')}"


def _print(answer: object) -> None:
    print(answer if isinstance(answer, str) else json.dumps(answer, indent=2, ensure_ascii=False))


def _limits(desk: Desk, path: Path | None) -> tuple[tuple[Limit, ...], Callable[[Manifest], Manifest]]:
    """The limits a change is held to, and how a manifest tells them: a file given by hand is no file of data/."""
    if path is None:
        return desk.guardrails, lambda manifest: manifest
    words = read_text(path)
    return parse_limits(words, str(path)), lambda manifest: replace(
        manifest, facts_hash=fingerprint([manifest.facts_hash, words])
    )


def _responses(desk: Desk, arguments: Arguments) -> Responses:
    """What is believed of how people answer: the file on hand, with the responses switched on that are named."""
    found = believed(arguments.assumptions) if arguments.assumptions else desk.responses
    named = [name.strip() for name in (arguments.respond or "").split(",")]
    return found if arguments.respond is None else found.switched([*found.on, *named])


def _scenario(desk: Desk, wanted: str) -> Scenario:
    path = Path(wanted)
    if path.suffix.lower() == ".toml" or path.name != wanted:
        if not _is_file(path):
            near = nearest(path.stem, desk.scenario_keys())
            raise ScenarioError(f"{shown(wanted)} is no file; of the scenarios on file, {near}")
        return parse_scenario(read_text(path), path.stem, where=wanted)
    return desk.scenario(wanted)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is longer than any file's
        return False


def _desk(arguments: Arguments) -> Desk:
    folder = _warehouse_folder(arguments)
    if arguments.snapshots == SNAPSHOTS and not (folder / "current").is_file():
        _build(arguments, folder)
    return Desk.open(folder, as_of=arguments.as_of, today=_today())


def _store(arguments: Arguments) -> Store:
    """What people saved, decided and accepted: the same store that the pages of these snapshots use."""
    return Store(address(os.environ, arguments.snapshots.parent))


def _said(arguments: Arguments, word: str) -> Any:
    """What an option of `acknowledge` says; refused where it says nothing."""
    if (value := getattr(arguments, word)) is not None:
        return value
    wanted = "FINDING" if word == "finding" else f"--{word}"
    raise DecisionError(f"{wanted} is missing; write acknowledge FINDING --who NAME --why TEXT --until 2027-03-31")


def _today() -> date:
    return _now().date()


def _now() -> datetime:
    """The one place where the command line reads the clock: this moment, in the machine's own time zone."""
    return datetime.now().astimezone()


def _warehouse_folder(arguments: Arguments) -> Path:
    folder: Path = arguments.snapshots / "warehouse"
    return folder


def _build(arguments: Arguments, out: Path) -> BuildReport:
    """Build the newest snapshot; where nothing was pulled into the default place yet, make the sample world first."""
    snapshot.put_back(arguments.snapshots)
    if arguments.snapshots == SNAPSHOTS and not any(SNAPSHOTS.glob("????-??-??")):
        generator = DATA / "sample" / "generate.py"
        subprocess.run([sys.executable, str(generator), "--out", str(SAMPLE)], check=True, stdout=sys.stderr)
        pull(DATA / "sources.toml", SNAPSHOTS, progress=_progress)
    return build(arguments.snapshots, out, progress=_progress, as_of=arguments.as_of)


def _rating_book(arguments: Arguments) -> tuple[Book, Callable[[Book], Manifest]]:
    if not arguments.book:
        desk = _desk(arguments)
        asked = [_scenario(desk, wanted) for wanted in arguments.scenario]
        return desk.proposed_book(*asked), lambda book: desk.manifest(*asked, book=book)
    try:
        book = parse(read_document(arguments.book))
    except BookError as problem:
        raise BookError(f"{arguments.book}: {problem}") from None
    own = [scenario_beside(arguments.book, wanted) for wanted in arguments.scenario]
    changes = {scenario.key: scenario.identity for scenario in own}

    def manifest(book: Book) -> Manifest:
        made = Manifest(arguments.as_of or book.effective, book.id, fingerprint(book.document))
        named = replace(made, scenario=" + ".join(changes), scenario_hash=fingerprint(changes))
        return named if changes else made

    return reduce(laid, own, book), manifest


def _with_readings(book: Book, readings: Sequence[str]) -> Book:
    pairs = [reading.partition("=") for reading in readings]
    for key, equals, value in pairs:
        if not equals:
            raise BookError(f"--reading {key}: write KEY=VALUE, as in bands=volume")
        if key not in READINGS:
            raise BookError(f"--reading {key}={value}: there is no reading {key!r}; {nearest(key, READINGS)}")
    return overlaid(book, {"settings": {key: value for key, _, value in pairs}}, "--reading")


def _day(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise ValueError(text)
        return _within(date.fromisoformat(text), text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shown(text)} is no day; write it as 2026-10-31") from None


def _month(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d\d", text, re.ASCII):
            raise ValueError(text)
        return _within(date.fromisoformat(f"{text}-01"), text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shown(text)} is no month; write it as 2026-09") from None


def _within(day: date, written: str) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise argparse.ArgumentTypeError(f"{written} is too far away; write one from {FIRST_DAY} to {LAST_DAY}")
    return day


def _months(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d?", text, re.ASCII) or int(text) > MOST_MONTHS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of months; write 1 to {MOST_MONTHS}")
    return int(text)


def _progress(step: str, share: float) -> None:
    end = "\n" if share >= 1 else ""
    if sys.stderr.isatty():
        print(f"\r\033[K{share:4.0%} {step}", end=end, file=sys.stderr, flush=True)
        _unfinished[:] = [] if end else [step]
    elif end:  # a log keeps every line, so it gets the last one
        print(f"{share:4.0%} {step}", file=sys.stderr, flush=True)


def _end_progress() -> None:
    if _unfinished:
        print(file=sys.stderr)


_unfinished: list[str] = []  # the step whose line of progress has no end yet


if __name__ == "__main__":
    sys.exit(main())
