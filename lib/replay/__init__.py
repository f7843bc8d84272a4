"""One population prepared once and rated under many books: what a page asks while somebody moves a price.

Contracts by list are rated as a whole in whole numbers; contracts with terms of their own go the way of `outcome`,
line by line. Every number is the one that `outcome` and `moved` give, to the last digit.
"""

from lib.replay.answer import Answer, answer
from lib.replay.prepare import Prepared, prepare

__all__ = ["Answer", "Prepared", "answer", "prepare"]
