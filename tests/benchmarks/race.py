"""Measures in one browser what a moved price takes on our page, and on the yardstick, and fails where ours is slow.

    python -m tests.benchmarks.race [--rounds 40] [--lever price | day] [--sample]

Both apps are served, opened in two tabs of one browser, and given a new value in turn. The clock is the browser's own:
from the key that commits the value, as the browser received it, to the change of the document that shows the new
headline, and to the last change inside the main chart before the page stands still. No value comes twice, so that no
cache answers. What fails is a median above its promise: 2 times the yardstick's to the number, 2.5 times to the chart.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from playwright.sync_api import Page, TimeoutError

from tests.benchmarks import large_world
from tests.browser.visit import BROKEN, HEADLINE, SECONDS
from tests.servers import app, chromium

LEAST_ROUNDS, WARM_UP = 15, 3
QUIET = 300  # milliseconds without a change of the document, after which a page stands still
PATIENCE = 300 * SECONDS  # a large world is opened once, and that is not what is measured
AS_RUN = {"STREAMLIT_RUNNER_ENFORCE_SERIALIZABLE_SESSION_STATE": "false"}  # as `make run` serves it, not as tests do
NUMBER, CHART = "number", "chart"
PROMISED = {NUMBER: 2.0, CHART: 2.5}

WATCH = """([headline, key]) => {
  const race = window.race = {began: null};
  const shown = () => document.querySelector(headline)?.innerText;
  const chart = () => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].find(one => one.offsetParent);
  document.addEventListener('keydown', event => {
    if (event.key === key)
      Object.assign(race, {began: event.timeStamp, before: shown(), number: null, chart: null, last: event.timeStamp});
  }, true);
  new MutationObserver(changes => {
    if (race.began === null) return;
    race.last = performance.now();
    if (race.number === null && shown() && shown() !== race.before) race.number = race.last;
    const plot = chart()?.querySelector('.js-plotly-plot');
    if (plot && changes.some(change => plot.contains(change.target))) race.chart = race.last;
  }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
STILL = f"() => race.number && race.chart && performance.now() - race.last > {QUIET}"
TAKEN = "() => ({number: race.number - race.began, chart: race.chart - race.began})"


@dataclass(frozen=True)
class Lever:
    """What is moved on a page and what answers: the path, the control, the key that commits, the headline.

    A lever with a `first` value is a field: a step is added to it, and it is written out, before each commit.
    """

    name: str
    path: str
    control: str
    key: str
    headline: str = HEADLINE
    first: float | None = None
    step: float = 1

    def set(self, page: Page, turn: int) -> None:
        """Get ready to commit the value of a turn; nothing is sent yet."""
        control = page.locator(self.control).first
        control.focus()
        if self.first is not None:
            control.fill(f"{self.first + self.step * turn:.2f}")


YARDSTICK = Lever(
    "yardstick",
    "",
    ".st-key-yardstick_price input",
    "Enter",
    headline="[data-testid=stMetricValue]",
    first=300,
)
LEVERS = {
    "price": Lever(
        "price change", "/price_change?price_change_months=24", ".st-key-price_change_price input", "Enter", first=301
    ),
    "day": Lever("overage", "/overage?overage_day=2", ".st-key-overage_day input", "ArrowRight"),
}


@dataclass
class Contestant:
    """One open page, its lever, and what each turn took, in milliseconds."""

    lever: Lever
    page: Page
    taken: dict[str, list[float]] = field(default_factory=lambda: {NUMBER: [], CHART: []})

    def open(self, url: str) -> None:
        """Open the page and wait until it stands."""
        self.page.goto(url + self.lever.path)
        self.page.locator(f"{self.lever.headline}, {BROKEN}").first.wait_for(timeout=PATIENCE)
        self._await_the_end()
        self.page.wait_for_function("() => document.querySelector('.js-plotly-plot .main-svg')", timeout=PATIENCE)
        try:
            self.page.locator(self.lever.control).first.wait_for(timeout=10 * SECONDS)
        except TimeoutError:
            raise SystemExit(f"{self.page.url} has no {self.lever.control}: there is nothing to move on it") from None
        self.page.evaluate(WATCH, [self.lever.headline, self.lever.key])

    def turn(self, number: int) -> None:
        """Commit one value and note what it took; the first turns only warm up."""
        self.page.bring_to_front()
        self.lever.set(self.page, number)
        self.page.wait_for_timeout(QUIET)
        self.page.keyboard.press(self.lever.key)
        self.page.wait_for_function(STILL, timeout=30 * SECONDS)
        self._await_the_end()
        if number >= WARM_UP:
            for name, milliseconds in self.page.evaluate(TAKEN).items():
                self.taken[name].append(milliseconds)

    def _await_the_end(self) -> None:
        self.page.locator("[data-test-script-state=notRunning]").wait_for(timeout=PATIENCE)


def race(lever: Lever, rounds: int, world: dict[str, str]) -> tuple[Contestant, Contestant]:
    """Serve both apps and let them run in turn → ours and the yardstick, with what each turn took."""
    with ExitStack() as stack:
        served = {**AS_RUN, **world}
        ours = stack.enter_context(app.running(served))
        theirs = stack.enter_context(app.running(AS_RUN, "tests/benchmarks/yardstick_app.py"))
        context = stack.enter_context(chromium.running()).new_context(viewport=chromium.DESKTOP)
        contestants = Contestant(lever, context.new_page()), Contestant(YARDSTICK, context.new_page())
        for contestant, server in zip(contestants, (ours, theirs), strict=True):
            contestant.open(server.url)
        for number in range(WARM_UP + rounds):
            for contestant in contestants:
                contestant.turn(number)
        return contestants


def told(ours: Contestant, yardstick: Contestant) -> tuple[str, bool]:
    """What the race found, as a table, and whether both promises are kept."""
    lines, is_kept = [f"{'ms, median (95 of 100)':28}{'ours':>16}{'yardstick':>16}{'ratio':>8}{'at most':>9}"], True
    for name, promised in PROMISED.items():
        mine, other = ours.taken[name], yardstick.taken[name]
        ratio = statistics.median(mine) / statistics.median(other)
        is_kept = is_kept and ratio <= promised
        lines.append(f"{f'to the {name}':28}{_figures(mine):>16}{_figures(other):>16}{ratio:>8.2f}{promised:>9.1f}")
    return "\n".join(lines), is_kept


def _figures(milliseconds: Sequence[float]) -> str:
    return f"{statistics.median(milliseconds):.0f} ({statistics.quantiles(milliseconds, n=20)[-1]:.0f})"


def main() -> int:
    """Run the race the command line asks for; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.race", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=40, help=f"turns after the warm-up (at least {LEAST_ROUNDS})")
    parser.add_argument("--lever", choices=LEVERS, default="price", help="what is moved")
    parser.add_argument("--sample", action="store_true", help="on the sample world instead of the large one")
    asked = parser.parse_args()
    if asked.rounds < LEAST_ROUNDS:
        parser.error(f"--rounds {asked.rounds} is too few to tell noise from speed; ask for at least {LEAST_ROUNDS}")
    if reason := chromium.missing():
        parser.error(reason)
    world = {} if asked.sample else {"PRICING_DESK_SNAPSHOTS": str(large_world.folder())}
    table, is_kept = told(*race(LEVERS[asked.lever], asked.rounds, world))
    print(table)
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
