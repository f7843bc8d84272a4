"""How customers may answer a price change: the bills of both books and every other choice, given to `lib.response`.

Read `stays` for when a customer meets the new prices and may act, `choices` for what it could choose then, `usual` and
`options` for what that costs, `people` for all of it together, `answered` for what comes out,
`document` and `frames` for what it looks like. Who a customer is and who
is reached when is prepared once; a book that moves is answered in milliseconds.
"""

from lib.reactions.answered import Reactions, believed_churn, curve, reactions
from lib.reactions.document import as_document
from lib.reactions.frames import break_even_curve, tornado_bars, waterfall
from lib.reactions.people import Billed, people
from lib.reactions.prepare import Prepared, ReactionsError, prepare

__all__ = [
    "Billed",
    "Prepared",
    "Reactions",
    "ReactionsError",
    "as_document",
    "believed_churn",
    "break_even_curve",
    "curve",
    "people",
    "prepare",
    "reactions",
    "tornado_bars",
    "waterfall",
]
