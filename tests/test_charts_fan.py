"""A fan: what is recorded, then nested bands around a middle; what it is held against stays grey and behind."""

from datetime import date

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.charts.words import SMALL_STEPS, month_axis

RECORDED = pd.DataFrame({"month": [date(2026, 9, 1), date(2026, 10, 1)], "usd": [90.0, 100.0]})
BASE, NEW = Series("base", "Baseline", "grey"), Series("new", "Proposal", "blue")


def ahead(name: str, middle: float) -> pd.DataFrame:
    """Two months: half of the paths within 5 of the middle, 8 of 10 within 10, 9 of 10 within 20."""
    middles = [middle, middle + 10]
    ends = {
        f"{end}_{level}": [one + sign * wide for one in middles]
        for level, wide in ((50, 5), (80, 10), (90, 20))
        for end, sign in (("low", -1), ("high", 1))
    }
    return pd.DataFrame({"month": [date(2026, 11, 1), date(2026, 12, 1)], "of": name, "middle": middles, **ends})


def drawn(*names: str, target: float | None = None, tested_to: date | None = None):
    frame = pd.concat([ahead("base", 110.0), ahead("new", 130.0)])
    one = frame[frame["of"].isin(names)]
    marks = {"target": target, "tested_to": tested_to}
    return charts.fan(RECORDED, "usd", one, "of", fans=(BASE, NEW), title="t", unit="USD", **marks)


def test_bands_open_where_the_record_ends_and_the_widest_lies_lowest():
    bands = [trace for trace in drawn("base").data if trace.fill == "toself"]
    assert [band.name for band in bands] == ["9 in 10", "8 in 10", "half"]
    assert list(bands[0].y) == [100, 130, 140, 100, 90, 100]
    assert list(bands[2].y) == [100, 115, 125, 115, 105, 100]
    assert list(bands[0].x[:3]) == [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]


def test_the_legend_shows_each_band_as_it_is_seen_through_the_wider_ones():
    """16 % of the colour, 1 − 0.84 × 0.84 and 1 − 0.84 × 0.84 × 0.76: alone two of the three were alike."""
    figure = drawn("base", "new")
    named = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    assert {name: trace.marker.color.rpartition(",")[2] for name, trace in named.items()} == {
        "9 in 10": "0.16)",
        "8 in 10": "0.294)",
        "half": "0.464)",
    }
    bands = {trace.name: trace for trace in figure.data if trace.fill == "toself"}
    assert all(bands[name].legendgroup == name and not bands[name].showlegend for name in named)
    assert bands["Baseline, 9 in 10"].showlegend


def test_the_middle_goes_on_dotted_from_the_last_recorded_month_and_tells_its_range_under_the_pointer():
    recorded, middle = [trace for trace in drawn("base").data if trace.mode == "lines"]
    assert (recorded.name, recorded.line.dash, list(recorded.y)) == ("recorded", None, [90, 100])
    assert (middle.name, middle.line.dash, list(middle.y)) == ("Baseline", "dot", [100, 110, 120])
    assert list(middle.customdata[1]) == ["$90", "$130", "$105", "$115"]


def test_what_a_proposal_is_held_against_is_its_widest_band_in_grey_below():
    figure = drawn("base", "new")
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert [band.name for band in bands] == ["Baseline, 9 in 10", "9 in 10", "8 in 10", "half"]
    assert bands[0].fillcolor.startswith("rgba(140,140,140") and bands[1].fillcolor.startswith("rgba(0,114,178")
    assert figure.layout.yaxis.range[0] == 0 and figure.layout.yaxis.range[1] > 160


def test_a_target_lies_across_and_inside_the_picture():
    figure = drawn("base", target=300.0)
    assert (figure.layout.shapes[0].y0, figure.layout.shapes[0].y1) == (300, 300)
    assert figure.layout.annotations[0].text == "target $300" and figure.layout.yaxis.range[1] > 300


def test_where_the_test_of_the_past_ends_stands_a_thin_dotted_line_beside_a_target():
    figure = drawn("base", target=300.0, tested_to=date(2026, 11, 1))
    target, tested = figure.layout.shapes
    assert (target.y0, tested.x0, tested.x1, tested.line.dash) == (300, date(2026, 11, 1), date(2026, 11, 1), "dot")
    assert [one.text for one in figure.layout.annotations] == ["target $300", "tested to here"]


def test_a_test_that_ends_beyond_the_months_leaves_no_mark():
    figure = drawn("base", tested_to=date(2027, 1, 1))
    assert not figure.layout.shapes and not figure.layout.annotations


def test_sixty_months_of_two_fans_with_a_record_of_three_years_are_few_enough_points():
    months = pd.date_range("2026-11-01", periods=60, freq="MS").date
    recorded = pd.DataFrame({"month": pd.date_range("2023-11-01", periods=36, freq="MS").date, "usd": 1.0})
    long = pd.concat([ahead(name, 1.0).iloc[[0] * 60].assign(month=months) for name in ("base", "new")])
    figure = charts.fan(recorded, "usd", long, "of", fans=(BASE, NEW), title="t", unit="USD")
    assert sum(len(trace.x) for trace in figure.data) <= charts.MOST_POINTS


def test_small_fans_share_one_scale_keep_their_colours_and_show_in_grey_what_they_are_held_against():
    series = (Series("a", "Ann", "green"), Series("b", "Bob", "orange"))
    frame = pd.concat(
        [
            ahead("a", 110.0).assign(is_baseline=True),
            ahead("a", 130.0).assign(is_baseline=False),
            ahead("b", 20.0).assign(is_baseline=True),
        ]
    )
    recorded = pd.concat([RECORDED.assign(of="a"), RECORDED.assign(of="b", usd=10.0)])
    first, second = charts.small_fans(recorded, "usd", frame, "of", series=series, unit="USD")
    assert [charts.title(first), charts.title(second)] == ["Ann", "Bob"]
    assert first.layout.yaxis.range == second.layout.yaxis.range
    lines = [(trace.line.color, list(trace.y)) for trace in first.data if trace.mode == "lines"]
    green, grey = charts.PALETTE["green"], charts.BASELINE
    assert lines == [(green, [90, 100]), (grey, [100, 110, 120]), (green, [100, 130, 140])]
    assert [list(trace.y) for trace in second.data if trace.mode == "lines"] == [[10, 10], [10, 20, 30]]


def test_a_difference_has_no_record_and_may_lie_below_zero():
    frame = ahead("new", 0.0).assign(of="new")
    nothing = pd.DataFrame({"month": [], "usd": []})
    figure = charts.fan(nothing, "usd", frame, "of", fans=(NEW,), title="t", unit="USD")
    assert [trace.name for trace in figure.data if trace.mode == "lines"] == ["Proposal"]
    assert figure.layout.yaxis.range[0] < -20 and figure.layout.yaxis.range[1] > 30


def test_two_years_on_record_and_five_to_come_have_their_years_on_a_small_axis():
    """84 months: a tick every 24."""
    months = pd.Series([date(2024 + (10 + place) // 12, (10 + place) % 12 + 1, 1) for place in range(84)])
    assert month_axis(months, SMALL_STEPS)["ticktext"] == ["Nov<br>2024", "Nov<br>2026", "Nov<br>2028", "Nov<br>2030"]
