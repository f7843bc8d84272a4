"""A reader's visit to one page: opened, waited for until it stands still, with everything the browser complained of."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from weakref import WeakKeyDictionary

from playwright.sync_api import ConsoleMessage, Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
SCREENS = ROOT / "var" / "screens"
HEADLINE = "[data-testid=stMain] h1"
BROKEN = "[data-testid=stException]"
SECONDS = 1000
MOST = 60 * SECONDS
QUIET = 100  # milliseconds in which the browser sends what a click has set off, and nothing more comes of it

# Nothing is still loading, and every chart that can be seen has been drawn.
DRAWN = """() => !document.querySelector('[data-testid=stSkeleton]')
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
    .every(chart => chart.offsetParent === null || chart.querySelector('.main-svg'))"""


@dataclass
class Talk:
    """What a page has asked of its server, and how far that is answered.

    A page that was clicked looks as before until its run begins, which a busy server may leave waiting for seconds:
    only what they say to each other tells that everything asked for has been shown.
    """

    is_asked: bool = False
    is_running: bool = False

    @property
    def is_over(self) -> bool:
        return not self.is_asked and not self.is_running

    def said(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.is_asked = True

    def heard(self, frame: str | bytes) -> None:
        """A run that begins answers everything asked so far; one that ends for another is not the last."""
        message = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        match message.WhichOneof("type"):
            case "new_session":
                self.is_asked, self.is_running = False, True
            case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self.is_running = False


TALKS: WeakKeyDictionary[Page, Talk] = WeakKeyDictionary()


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
        talk = TALKS[self.page] = Talk()
        socket.on("framesent", talk.said)
        socket.on("framereceived", talk.heard)
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
    """Wait until everything the page has asked for is answered, has ended and is drawn."""
    page.locator(f"{HEADLINE}, {BROKEN}").first.wait_for(timeout=MOST)
    _hear_out(page, TALKS.get(page, Talk()))
    page.locator("[data-test-script-state=notRunning]").wait_for(timeout=MOST)
    page.wait_for_function(DRAWN, timeout=20 * SECONDS)


def _hear_out(page: Page, talk: Talk) -> None:
    """Two quiet looks in a row: a question may cross the start of a run that does not answer it."""
    latest, looks = monotonic() + MOST / SECONDS, 0
    while looks < 2:
        assert monotonic() < latest, f"{page.url}: the server has not answered within {MOST // SECONDS} seconds"
        page.wait_for_timeout(QUIET)
        looks = looks + 1 if talk.is_over else 0


def _text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
