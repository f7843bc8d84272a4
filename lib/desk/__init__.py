"""The desk: one warehouse version, book, scenario and assumptions, opened as of one date. Read `desk` first."""

from lib.desk.accepting import Terms, accept, with_accepted
from lib.desk.buying import Adopted, Counting, adopted, bills, counting, who_buys
from lib.desk.desk import Desk, published
from lib.desk.drafting import as_one
from lib.desk.fee_readings import FeeReading, FeeReadings, fee_readings
from lib.desk.foretold import actuals, happened, predictions, settled_before
from lib.desk.judging import BASELINE, OUTCOMES, PROPOSED, REACHED, Judgement
from lib.desk.kept import KeptSnapshot, kept_snapshots
from lib.desk.papers import DATA, SNAPSHOTS, DeskError, data_hash, read_document, read_text
from lib.desk.payouts import Aside, Payouts, rights
from lib.desk.publishing import STANDINGS, TOLD, Announcement, Touched, announcement, left_to_type, made, register
from lib.desk.reacting import Asking, asking, believed, with_beliefs
from lib.desk.searching import FreeEntry, Rated, Searched, search_prices, search_settings
from lib.desk.selling import sale_terms
from lib.desk.simulating import SIMULATED, Ready, ready
from lib.desk.simulation import AHEAD, HORIZONS, PAST, Simulation

__all__ = [
    "AHEAD",
    "BASELINE",
    "DATA",
    "HORIZONS",
    "OUTCOMES",
    "PAST",
    "PROPOSED",
    "REACHED",
    "SIMULATED",
    "SNAPSHOTS",
    "STANDINGS",
    "TOLD",
    "Adopted",
    "Announcement",
    "Aside",
    "Asking",
    "Counting",
    "Desk",
    "DeskError",
    "FeeReading",
    "FeeReadings",
    "FreeEntry",
    "Judgement",
    "KeptSnapshot",
    "Payouts",
    "Rated",
    "Ready",
    "Searched",
    "Simulation",
    "Terms",
    "Touched",
    "accept",
    "actuals",
    "adopted",
    "announcement",
    "as_one",
    "asking",
    "believed",
    "bills",
    "counting",
    "data_hash",
    "fee_readings",
    "happened",
    "kept_snapshots",
    "left_to_type",
    "made",
    "predictions",
    "published",
    "read_document",
    "read_text",
    "ready",
    "register",
    "rights",
    "sale_terms",
    "search_prices",
    "search_settings",
    "settled_before",
    "who_buys",
    "with_accepted",
    "with_beliefs",
]
