"""The map of the house: data flows down this page, and every room may use only what stands above it.

Facts about the world
    refusal          the one kind of error that a reader can mend
    money            exact amounts and currencies
    periods          months, usage periods, contract anchors, exact fractions of a period
    proration        part of a fee, every line rounded once, credits never above what was paid
    manifest         the hashes that make a result repeatable, or stale
    catalog          what we sell: the book, scenarios over it, lint of it
    mapping          which column of a foreign usage file is what
    databases        a SQL database as a reader knows it, and its troubles by kind

How facts come in
    sources          the world's exports and databases become dated snapshots
    warehouse        snapshots become one published DuckDB file: raw, staging, marts

Rules: values in, values out; no rule imports another
    rating           what usage costs, and why
    contracts        what contracts bring: billed periods, and the book that governs each
    revenue          MRR and ARR, how they moved from month to month, and what was kept of them
    remittance       what the marketplace's meter is told
    recognition      when what was invoiced becomes revenue, by the days of its service period
    rails            how money moves and what a rail keeps; never who the customer is
    segments         who buys, and with which motion; never how money moves
    pipeline         what open deals weigh, how sure that is, which of them stand still; what closed ones tell
    claims           what we say, judged on evidence passed in
    savings          what a prospect would save, against our price and against what was delivered
    retention        how long customers stay, by models that say when the data does not carry them
    chains           what a customer that moves from state to state brings until it is gone
    scores           how good forecasts were, by scores that nobody can better by bluffing
    response         how customers answer a price change, by beliefs that each have a source and a range
    pilots           the steps a customer's trial goes through, and whether each kept its success criterion
    playbook         what sales says and does with customers it has, and what of it is proven

Compositions: each may use the rules and the compositions above it
    kernel           a whole population rated at once, in exact integers
    owed             what a contract owes by its own terms, and what late usage makes of it
    outcome          the river: books over one population; the difference of two outcomes
    ahead            today's contracts and usage carried on into months to come
    moved            what of a change has reached its customers by then, and what holds the rest
    replay           one population prepared once and rated under many books
    restarts         what a change of plan inside a month gives away
    costs            what usage costs us, and what margin an outcome leaves
    payback          what a customer costs to win, and in how many months its margin pays that back
    offers           a private offer: priced, held against AWS's limits and our own, its floor, who must agree
    simulator        one customer's month: where it ends, when allowances run out, where the next tier is cheaper
    headroom         how full a customer's allowances are, what lies above them costs, what the next tier would take
    renewals         what comes up with a customer: renewals, expiries, business reviews; how its usage moves
    impact           winners and losers, bills explained line by line, cliffs, the price of one more unit
    reactions        how customers may answer a price change: what else each could choose, and what a response brings
    surfaces         the places that show a price, compared; the listing rendered
    reconciliation   what we rated against what was invoiced, every line in one class
    off_list         who is billed another base fee than the list that governs the contract
    payouts          what each rail took in, kept and paid out, against what we expect: six classes, ageing, outlook
    closing          the books of a month, its journal, and what became of a month after it was closed
    promises         the evidence for claims, and what each remedy costs
    search           which prices would be better under which constraints: a region, a front, a shortlist
    freshness        how old each source is, and which never came
    market           who we sell to: customers and deals with persona, rail and money
    buyers           who buys, in numbers: what every group brings, keeps, uses and leaves
    forecast         the persona ladder over months
    guardrails       limits in data against an outcome: kept, broken, undecided
    scorecard        metric against target; what changed between two snapshots

The desk and its two faces, which never import each other
    decisions        the writable store: scenarios, decisions and what came of them, acknowledgements, closed months
    desk             one warehouse version, book, scenario and assumptions as of one date
    charts           a frame in, a figure out
    exports          workbooks and memos that carry their manifest
    reports          the command line's JSON documents and plain tables
    ui               Streamlit: data, controls, cards and one view per question
    verbs            every verb of the command line
    __main__         the command line

Start with `outcome`: a reader who opens only that file knows what the product computes.
"""
