"""A reader's visit to one page: opened, waited for until it stands still, with everything the browser complained of."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, WebSocket

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
SCREENS = ROOT / "var" / "screens"
HEADLINE = "[data-testid=stMain] h1"
BROKEN = "[data-testid=stException]"
SECONDS = 1000

# Nothing is still loading, and every chart that can be seen has been drawn.
DRAWN = """() => !document.querySelector('[data-testid=stSkeleton]')
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
    .every(chart => chart.offsetParent === null || chart.querySelector('.main-svg'))"""


@dataclass
class Visit:
    """One opened page; what the server sent it and what went wrong are kept in order."""

    page: Page
    errors: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)

    @property
    def headline(self) -> str:
        return next(iter(self.page.locator(HEADLINE).all_inner_texts()), "")

    def was_sent(self, text: str) -> bool:
        return any(text in frame for frame in self.received)

    def shows(self, text: str) -> bool:
        return text in self.page.locator("body").inner_text()

    def _heard(self, message: ConsoleMessage) -> None:
        # The client looks for the server's base address below the page's own path: those answers are not ours.
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _connected(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.received.append(_text(frame)))


def visit(page: Page, url: str) -> Visit:
    """Open an address and wait until its headline stands, its script has ended and its charts are drawn."""
    seen = Visit(page)
    page.on("console", seen._heard)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("websocket", seen._connected)
    page.goto(url)
    settle(page)
    return seen


def settle(page: Page) -> None:
    page.locator(f"{HEADLINE}, {BROKEN}").first.wait_for(timeout=60 * SECONDS)
    page.locator("[data-test-script-state=notRunning]").wait_for(timeout=60 * SECONDS)
    page.wait_for_function(DRAWN, timeout=20 * SECONDS)


def _text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
