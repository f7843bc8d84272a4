"""What two outcomes over one population mean to the customers in them.

bill_lines      one customer's two bills side by side, every difference explained (the words: reasons)
groups          who wins and who loses, by a property of the customer
shock           how bill changes spread, and whose single month jumps
monthly         bills by month, as they fall due or with every fee spread over the months it pays for
by_book         a population by the book each of its contracts is on
cliffs          who would pay less by using more, or by taking the next tier
marginal        what one more unit costs each customer
predictability  how steady bills are when flat, as the book has them, and by consumption alone
settings        the bands and cuts of data/impact.toml
"""
