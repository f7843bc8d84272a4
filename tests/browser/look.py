"""Photographs every page, whole, at two widths, light and dark, into var/screens: `make look`, then look."""

from playwright.sync_api import Browser

from tests.browser.visit import PAGES, SCREENS, settle, visit
from tests.servers import app, chromium

SCHEMES = ("light", "dark")
WIDTHS = {"wide": chromium.DESKTOP, "narrow": chromium.PHONE}
LONGEST = 8000


def photograph(browser: Browser, desk: app.App, name: str, width: str, scheme: str) -> None:
    """One page in one dress; the window grows to the page's length, for the page scrolls inside it."""
    page = browser.new_page(viewport=WIDTHS[width], color_scheme=scheme)
    seen = visit(page, f"{desk.url}/{name}")
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": WIDTHS[width]["width"], "height": min(height + 40, LONGEST)})
    settle(page)
    page.wait_for_timeout(600)  # what moves comes to rest
    page.screenshot(path=SCREENS / f"{name}-{width}-{scheme}.png")
    print(f"{name}-{width}-{scheme}.png  {seen.headline}", *seen.errors, sep="\n    ")
    page.close()


def main() -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with app.running() as desk, chromium.running() as browser:
        for name in PAGES:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    photograph(browser, desk, name, width, scheme)


if __name__ == "__main__":
    main()
