"""What we say: sentences that promise something, each judged on evidence that is passed in.

A verdict takes the customer's side: *overstated* promises more than the book delivers. A monthly price quoted too low
is therefore overstated, one quoted too high understated. A number is judged under every rounding rule; the claim's
own rule gives its verdict.

Read `claim` for the nouns, then `checks`: to add a check, write one function there and one block in data/claims.toml.
"""
