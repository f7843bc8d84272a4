"""A whole population rated at once, in exact integers.

tariff   one price and one allowance as straight pieces, in whole numbers
line     a tariff over many quantities: rounded lines, bounds checked before multiplying
cube     the population's usage, sorted once
bills    one book over the cube, and winners and losers of many
prefix   the unrounded totals of many books, without touching a cell
"""
