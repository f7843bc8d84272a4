"""One customer's month: what it costs on every plan, where it ends, and where the next tier is cheaper."""
