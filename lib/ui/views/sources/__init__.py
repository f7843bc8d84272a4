"""Where every number came from: what was loaded, what was left out, and whether we reproduce what was invoiced."""

from lib.ui.views.sources import drift, feeds, left_out, overview, parity

__all__ = ["ASSUMPTIONS", "drift", "feeds", "left_out", "overview", "parity"]

ASSUMPTIONS = (
    "Every line of a file is counted outside the parser: read = header + blank + loaded + duplicates + rejected.",
    "A feed's age is the days between its newest snapshot and the as-of day; how old is too old is data/billing.toml.",
    "Parity rates history with the books of its time and holds it against every invoice line, to the cent.",
    "A cause is the first of a fixed list of known slips that makes exactly the invoiced amount; others are mentioned.",
    "Copies of an event that say something else are conflicts: the first copy received is kept.",
    "A column changed where a header came, went or stands for another one in the next file of its feed.",
)
