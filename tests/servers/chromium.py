"""The machine's own Chromium, headless, talking to loopback only."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
SHARED = "--process-per-site"  # tabs of one profile and one site share a process
PHONE = {"width": 420, "height": 900}


def path() -> str | None:
    """The program to start: CHROMIUM where set, else the first known name on the path."""
    return next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *NAMES))), None)


def missing() -> str | None:
    """Why no browser can be started here; None where it can."""
    return None if path() else f"no Chromium on this machine ({', '.join(NAMES)}): run make browser"


@contextmanager
def one_profile(browser: Browser) -> Iterator[BrowserContext]:
    """One profile whose tabs share a process: what a tab has compiled of Streamlit's own script need not be again.

    Such a process ends with its last tab; an empty one stays open on every server's site.
    """
    profile = browser.new_context(viewport=DESKTOP)
    stays = profile.new_page()
    stays.route("**/*", lambda route: route.fulfill(body=""))
    stays.goto("http://localhost/")
    yield profile
    profile.close()


def forget(tab: Page) -> None:
    """Close a tab; the next one finds nothing that this one has put down."""
    tab.evaluate("() => { try { localStorage.clear() } catch { /* a page without an address has none */ } }")
    tab.context.clear_cookies()
    tab.close()


@contextmanager
def running(*flags: str) -> Iterator[Browser]:
    """A headless browser until the block ends, with flags beside the usual ones."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path(), args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()
