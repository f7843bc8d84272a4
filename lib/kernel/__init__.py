"""A whole population rated at once, in exact integers.

tariff   one price and one allowance as straight pieces, in whole numbers
line     a tariff over many quantities: rounded lines, bounds checked before multiplying
cube     the population's usage, sorted once
bills    one book over the cube; what another book moves of it; winners and losers of many
fees     base fees by plan and share; a book that moves one price rates one plan again
prefix   the unrounded totals of many books, without touching a cell
"""
