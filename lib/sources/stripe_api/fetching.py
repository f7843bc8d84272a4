"""The source kind `stripe_api`: every list of a Stripe account, read with a key that may only read."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import urlsplit

from lib.sources.kinds import LOOPBACK, Visit
from lib.sources.refusal import PullRefused
from lib.sources.stripe_api.asking import Patience, Place, Stripe
from lib.sources.stripe_api.listings import LISTINGS
from lib.sources.stripe_api.lists import fetch_list

KEY = "STRIPE_API_KEY"
ENDPOINT = "https://api.stripe.com"
FOLDER = "api"


def fetch(visit: Visit, patience: Patience | None = None) -> None:
    """Every list of LISTINGS → JSON lines in the folder `api` of the source; what is whole there is not asked again."""
    key, place = _key(visit), _place(visit)
    if "_test_" in key[:8]:
        visit.note(f"{KEY} is a test key, so these are Stripe's test objects and nobody's money")
    stripe = Stripe(key, place, patience or _patience(visit))
    folder = visit.target / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for number, listing in enumerate(LISTINGS):
        told = partial(_tell, visit, listing.words, number / len(LISTINGS))
        told(0)
        fetch_list(stripe, listing, folder, told)


def _tell(visit: Visit, words: str, share: float, count: int) -> None:
    visit.progress(f"{visit.name}: {count:,} {words}", share)


def _key(visit: Visit) -> str:
    key = visit.secrets.get(KEY, "").strip()
    if not re.fullmatch(r"(sk|rk)_\w+", key, re.ASCII):
        what = "a publishable key, which may read nothing" if key.startswith("pk_") else "no key of Stripe's API"
        raise PullRefused(
            f"{KEY} holds {what}; copy a restricted key (rk_live_…) from the dashboard, Developers, API keys"
        )
    return key


def _place(visit: Visit) -> Place:
    endpoint = visit.settings.get("endpoint", ENDPOINT).rstrip("/")
    account = visit.settings.get("account")
    address = urlsplit(endpoint)
    if not address.hostname or address.scheme not in ("https", "http") or address.path or address.query:
        raise PullRefused(
            f"[{visit.name}]: endpoint is {endpoint!r}; write an address like {ENDPOINT}, or leave it out"
        )
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        raise PullRefused(f"[{visit.name}]: endpoint {endpoint} would send the key in the clear; write https://")
    if account is not None and not re.fullmatch(r"acct_\w+", account, re.ASCII):
        raise PullRefused(f"[{visit.name}]: account is {account!r}; write a connected account's id like acct_1AbC")
    return Place(visit.name, endpoint, account)


def _patience(visit: Visit) -> Patience:
    written = visit.settings.get("timeout_seconds")
    if written is None:
        return Patience()
    if not written.isdecimal() or int(written) == 0:
        raise PullRefused(f"[{visit.name}]: timeout_seconds is {written!r}; write whole seconds, like 80")
    return Patience(timeout=float(written))
