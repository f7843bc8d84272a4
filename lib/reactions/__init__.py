"""How customers may answer a price change: the bills of both books and every other choice, given to `lib.response`.

Read `stays` for when a customer meets the new prices and may act, `choices` for what it could choose then, `usual` and
`options` for what that costs, `people` for all of it together, `answered` for what comes out. Who a customer is and who
is reached when is prepared once; a book that moves is answered in milliseconds.
"""

from lib.reactions.answered import Reactions, curve, reactions
from lib.reactions.people import Billed, people
from lib.reactions.prepare import Prepared, ReactionsError, prepare

__all__ = ["Billed", "Prepared", "Reactions", "ReactionsError", "curve", "people", "prepare", "reactions"]
