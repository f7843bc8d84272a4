"""Who buys, in numbers: what every group of customers brings, keeps, uses and leaves, by anything they differ in.

What happened comes in as rows of the marts with amounts as exact fractions; a group is whatever a key says. Nothing
here depends on a price list: what was billed is what counts.
"""

from lib.buyers.groups import Group, Key, Names, figures, moved, movement_rows, places
from lib.buyers.places import AXES, Buyer, Buyers, Overage, Place, Stood, Used, along, quarter
from lib.buyers.split import Split, split

__all__ = [
    "AXES",
    "Buyer",
    "Buyers",
    "Group",
    "Key",
    "Names",
    "Overage",
    "Place",
    "Split",
    "Stood",
    "Used",
    "along",
    "figures",
    "moved",
    "movement_rows",
    "places",
    "quarter",
    "split",
]
