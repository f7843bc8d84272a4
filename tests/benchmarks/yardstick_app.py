"""The smallest app that does what our page does: the same imports, one bound input, one metric, one chart, the freeze.

What it takes from a committed price to its new number is what Streamlit, this browser and this machine take; ours may
take twice that. It is served beside the desk by `tests.benchmarks.race` and never by itself.
"""

import gc

import plotly.graph_objects as go
import streamlit as st

import app  # noqa: F401  everything the desk imports: what is imported is what a collection walks through

MONTHS = 24


def main() -> None:
    """One price in, one number and one line of 24 points out."""
    st.set_page_config(page_title="Yardstick", layout="wide")
    price = st.number_input("Price", 0.0, 1e6, 299.0, 0.01, key="yardstick_price", bind="query-params")
    st.metric("Revenue", f"${price * MONTHS:,.2f}")
    line = go.Scatter(x=list(range(MONTHS)), y=[price * (1 + month / MONTHS) for month in range(MONTHS)])
    st.plotly_chart(go.Figure(line), key="yardstick_chart", config={"displayModeBar": False})
    _settled()


@st.cache_resource
def _settled() -> bool:
    gc.collect()
    gc.freeze()
    return True


if __name__ == "__main__":
    main()
