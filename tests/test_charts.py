"""Pictures as values: what is drawn, in which colour, from zero, with which unit."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from lib import charts
from lib.charts import Series, Upright
from lib.periods import add_months

RAILS = [Series("stripe", "Stripe", "purple"), Series("aws", "AWS Marketplace", "orange")]
MONTHS = pd.DataFrame(
    {
        "month": [date(2026, 9, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 1)],
        "rail": ["aws", "stripe", "aws", "stripe"],
        "mrr_usd": [Decimal("299.00"), Decimal("1499.00"), Decimal("598.00"), Decimal("1798.00")],
    }
)


def stacked():
    return charts.stacked_months(MONTHS, "mrr_usd", "rail", series=RAILS, title="MRR grew", unit="USD")


def test_a_rail_keeps_its_colour_and_its_place_in_the_legend():
    assert [(trace.name, trace.marker.color) for trace in stacked().data] == [
        ("Stripe", "#CC79A7"),
        ("AWS Marketplace", "#E69F00"),
    ]


def test_a_figure_says_its_finding_its_unit_and_has_no_background():
    figure = stacked()
    assert charts.title(figure) == "MRR grew"
    assert figure.layout.yaxis.title.text == "US dollars"
    assert figure.layout.yaxis.rangemode == "tozero"
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert "MRR grew" in charts.alt(figure)


def test_amounts_reach_the_picture_unchanged():
    assert [list(trace.y) for trace in stacked().data] == [[1499.0, 1798.0], [299.0, 598.0]]


def test_a_key_without_a_series_is_drawn_grey_and_not_dropped():
    figure = charts.stacked_months(MONTHS, "mrr_usd", "rail", series=RAILS[:1], title="t", unit="USD")
    assert [trace.name for trace in figure.data] == ["Stripe", "aws"]
    assert figure.data[1].marker.color == charts.BASELINE


def test_gains_are_blue_and_losses_vermilion():
    frame = pd.DataFrame({"who": ["A", "B"], "delta_usd": [Decimal("10"), Decimal("-4")]})
    figure = charts.ranked(frame, "who", "delta_usd", title="t", unit="USD", signed=True)
    assert list(figure.data[0].marker.color) == ["#0072B2", "#D55E00"]


def test_a_waterfall_ends_in_the_sum_of_its_steps():
    frame = pd.DataFrame({"tier": ["Starter", "Command"], "delta_usd": [Decimal("12.50"), Decimal("-2.50")]})
    bars = charts.steps(frame, "tier", "delta_usd", title="t", unit="USD", total="Total").data[0]
    assert list(bars.x) == ["Starter", "Command", "Total"]
    assert list(bars.text) == ["$12", "−$2", "$10"]


def test_a_waterfall_that_begins_somewhere_draws_its_first_step_as_a_total():
    frame = pd.DataFrame({"step": ["Then", "New"], "usd": [Decimal(100), Decimal(20)]})
    drawn = [
        charts.steps(frame, "step", "usd", title="Up", unit="USD", total="Later", begins=begins).data[0].measure
        for begins in (True, False)
    ]
    assert [list(one) for one in drawn] == [["absolute", "relative", "total"], ["relative", "relative", "total"]]


def test_a_waterfall_of_estimates_that_begins_with_what_is_recorded_rounds_that_as_any_amount():
    frame = pd.DataFrame({"step": ["Today", "New"], "usd": [409_126.54, 354_339.3]})
    figure = charts.steps(frame, "step", "usd", title="Up", unit=charts.ESTIMATED, total="Then", begins=True)
    assert list(figure.data[0].text) == ["$409k", "$350k", "$760k"]
    assert figure.data[0].constraintext == "none", "a narrow bar shrinks no words"


def test_stacked_bars_write_the_total_behind_the_bar():
    frame = pd.DataFrame({"plan": ["Starter"], "base_usd": [Decimal("299.00")], "overage_usd": [Decimal("1.05")]})
    parts = [Series("base_usd", "Base fee", "grey"), Series("overage_usd", "Overage", "blue")]
    figure = charts.stacked_bars(frame, "plan", parts, title="t", unit="USD")
    assert list(figure.data[-1].x) == [300.05] and list(figure.data[-1].text) == [" $300"]
    assert figure.layout.xaxis.range[0] == 0


def test_a_few_things_are_counted_one_by_one():
    frame = pd.DataFrame({"step": ["0 to 5%", "5 to 10%"], "pilots": [1, 2]})
    figure = charts.stacked_bars(frame, "step", [Series("pilots", "Pilots", "blue")], title="t", unit="pilots")
    assert figure.layout.xaxis.dtick == 1


def test_a_dot_outside_of_its_range_is_inside_the_picture_and_its_value_stands_behind_it():
    frame = pd.DataFrame({"who": ["a", "b"], "low": [10, 10], "middle": [90, -30], "high": [20, 20]})
    called = ("projected", "delivered", "")
    figure = charts.ranges(frame, "who", title="t", unit="USD", called=called)
    low, high = figure.layout.xaxis.range
    assert low < -30 and high > 90
    assert [trace.name for trace in figure.data[:2]] == ["projected", "delivered"]
    assert list(figure.data[-1].x) == [90, 20]


@pytest.mark.parametrize(
    ("count", "ticks"),
    [
        (3, ["Sep<br>2025", "Oct", "Nov"]),
        (5, ["Sep<br>2025", "Oct", "Nov", "Dec", "Jan<br>2026"]),
        (24, ["Sep<br>2025", "Dec", "Mar<br>2026", "Jun", "Sep", "Dec", "Mar<br>2027", "Jun"]),
        (36, ["Sep<br>2025", "Mar<br>2026", "Sep", "Mar<br>2027", "Sep", "Mar<br>2028"]),
    ],
)
def test_an_axis_of_months_has_one_tick_a_month_or_a_quarter(count, ticks):
    months = [add_months(date(2025, 9, 1), number) for number in range(count)]
    frame = pd.DataFrame({"month": months, "rail": ["aws"] * count, "mrr_usd": [Decimal(1)] * count})
    for figure in (
        charts.stacked_months(frame, "mrr_usd", "rail", series=RAILS, title="t", unit="USD"),
        charts.lines(frame, "month", "mrr_usd", "rail", series=RAILS, title="t", unit="USD"),
        charts.signed_months(frame, "mrr_usd", title="t", unit="USD"),
    ):
        assert list(figure.layout.xaxis.ticktext) == ticks
        assert figure.layout.xaxis.tickvals[0] == months[0]


def test_small_multiples_share_one_scale_and_are_titled_by_name():
    figures = charts.multiples(MONTHS, "mrr_usd", "rail", series=RAILS, unit="USD")
    assert [charts.title(figure) for figure in figures] == ["Stripe", "AWS Marketplace"]
    assert len({figure.layout.yaxis.range for figure in figures}) == 1
    assert figures[0].layout.yaxis.range[0] == 0


def test_an_estimate_goes_on_dotted_from_the_last_recorded_point():
    frame = MONTHS[MONTHS["rail"] == "stripe"].assign(is_estimate=[False, True])
    recorded, estimated = charts.lines(frame, "month", "mrr_usd", "rail", series=RAILS, title="t", unit="USD").data
    assert (recorded.line.dash, list(recorded.y)) == ("solid", [1499.0])
    assert (estimated.line.dash, list(estimated.y)) == ("dot", [1499.0, 1798.0])


def test_promised_and_delivered_stand_on_one_line():
    frame = pd.DataFrame({"claim": ["Save 20%"], "promised": [Decimal("0.20")], "delivered": [Decimal("0.1667")]})
    figure = charts.gap(frame, "claim", title="t", unit="share")
    assert list(figure.data[0].x) == [0.2, 0.1667]
    assert figure.data[0].line.color == charts.LOSS


def test_a_table_in_shades_writes_every_cell_and_shades_none_without_a_value():
    values, words = [[1.0, None], [3.0, 2.0]], [["$1", "too few"], ["$3", "$2"]]
    figure = charts.heat(["a", "b"], ["x", "y"], values, words, title="b leads", unit="USD", axis="Tier")
    shaded, grey = figure.data
    assert [list(row) for row in shaded.z] == [[1.0, None], [3.0, 2.0]]
    assert [list(row) for row in shaded.text] == [["$1", ""], ["$3", "$2"]]
    assert [list(row) for row in grey.z] == [[None, 0], [None, None]]
    assert [list(row) for row in grey.text] == [["", "too few"], ["", ""]]
    assert (shaded.colorscale[-1][1], grey.colorscale[0][1]) == ("#56B4E9", "#D5DBE1")
    assert (figure.layout.yaxis.autorange, list(figure.layout.yaxis.categoryarray)) == ("reversed", ["a", "b"])
    assert (charts.alt(figure), figure.layout.xaxis.title.text) == ("A table in shades. b leads", "Tier")


def test_every_cell_of_the_table_in_shades_has_a_mark_in_the_order_of_its_groups() -> None:
    words = [["a", ""], ["", "d"]]
    figure = charts.heat(
        ["r1", "r2"], ["c1", "c2"], [[1.0, None], [None, 2.0]], words, title="T", unit="USD", opens=True
    )
    marks = figure.data[-1]
    assert (list(marks.x), list(marks.y)) == (["c1", "c2"], ["r1", "r2"])
    assert marks.marker.opacity == 0 and figure.layout.clickmode == "event+select"


def test_a_crowd_is_refused():
    frame = pd.DataFrame({"who": range(2_001), "delta_usd": [Decimal(1)] * 2_001})
    with pytest.raises(ValueError, match="at most 2,000 points and this one has 2,001"):
        charts.ranked(frame, "who", "delta_usd", title="t", unit="USD")


DAYS = pd.DataFrame(
    {
        "day": [date(2026, 10, day) for day in (1, 2, 3)],
        "total_usd": [Decimal("299.00"), Decimal("300.50"), Decimal("302.00")],
        "is_past": [True, True, False],
    }
)
ENDS = (Decimal("310.00"), Decimal("320.00"), Decimal("345.00"))


def test_a_months_end_is_a_band_from_where_the_bill_stands_and_what_followed_is_grey():
    figure = charts.month_ends(DAYS, date(2026, 10, 31), ENDS, title="t", unit="USD")
    drawn = {trace.name: trace for trace in figure.data if trace.name}
    assert list(drawn["range"].y) == [300.5, 345.0, 310.0, 300.5]
    assert list(drawn["as it stood"].y) == [299.0, 300.5]
    assert list(drawn["projected"].y) == [300.5, 320.0]
    assert (list(drawn["what followed"].y), drawn["what followed"].line.color) == ([300.5, 302.0], "#8C8C8C")
    assert [trace.text[0] for trace in figure.data if trace.mode == "text"] == [" $320", " $345", " $310"]


def test_a_complete_month_is_one_line_with_one_number():
    whole = DAYS.assign(is_past=True, day=[date(2026, 9, day) for day in (28, 29, 30)])
    figure = charts.month_ends(whole, date(2026, 9, 30), (ENDS[0],) * 3, title="t", unit="USD")
    assert [trace.name for trace in figure.data if trace.name] == ["as it stood"]
    assert [trace.text[0] for trace in figure.data if trace.mode == "text"] == [" $310"]


def test_a_range_is_drawn_from_low_to_high_with_the_middle_written_behind():
    frame = pd.DataFrame({"plan": ["Starter"], "low": [ENDS[0]], "middle": [ENDS[1]], "high": [ENDS[2]]})
    bar, dot, written = charts.ranges(frame, "plan", title="t", unit="USD").data
    assert (bar.base[0], bar.x[0], dot.x[0], written.text[0].strip()) == (310.0, 35.0, 320.0, "$320")
    known = charts.ranges(frame.assign(became=[Decimal(333)]), "plan", title="t", unit="USD")
    assert [trace.x[0] for trace in known.data if trace.name == "what it became"] == [333.0]


def test_bands_are_shaded_between_thresholds_and_every_upright_has_its_words():
    frame = pd.DataFrame({"tier": ["a"] * 4, "quantity": [0, 100, 200, 400], "total_usd": [0, 0, 1, 2]})
    marks = [
        Upright(Decimal(150), "this month", is_now=True),
        Upright(Decimal(100), "one"),
        Upright(Decimal(200), "two"),
    ]
    figure = charts.bent_lines(
        frame,
        "quantity",
        "total_usd",
        "tier",
        series=[Series("a", "A", "blue")],
        uprights=[*marks, Upright(Decimal(300), "three")],
        title="t",
        unit="USD",
        axis="words",
    )
    rooms = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"]
    assert rooms == [(100.0, 200.0), (300.0, 400.0)]
    posts = [(note.text, note.x, note.xanchor, note.yshift) for note in figure.layout.annotations]
    assert posts[:2] == [("this month", 150.0, "left", 0), ("one", 100.0, "left", 15)]
    assert posts[3] == ("three", 300.0, "right", 45)
    assert figure.layout.yaxis.tickformat == "$.2f"  # cents, where an axis in thousandths would say $400m


def test_a_tier_keeps_its_dash_whichever_lines_are_drawn() -> None:
    series = [Series("starter", "Starter", "blue"), Series("accelerate", "Accelerate", "orange")]
    rows = {"tier": ["starter", "starter", "accelerate", "accelerate"], "quantity": [0, 1] * 2, "total": [1, 2, 3, 4]}
    frame = pd.DataFrame(rows)

    def dashes(some: pd.DataFrame) -> dict[str, str]:
        figure = charts.bent_lines(
            some, "quantity", "total", "tier", series=series, uprights=(), title="t", unit="USD", axis="words"
        )
        return {trace.name: trace.line.dash for trace in figure.data}

    both, alone = dashes(frame), dashes(frame[frame["tier"] == "accelerate"])
    assert both == {"Starter": "solid", "Accelerate": "dash"}
    assert alone == {"Accelerate": "dash"}


def test_a_written_amount_stays_short_however_large() -> None:
    frame = pd.DataFrame({"plan": ["a", "b"], "base": [2_500_000_000.0, 29_660_010_600_000.0]})
    figure = charts.stacked_bars(frame, "plan", [Series("base", "Base", "grey")], title="t", unit="USD")
    assert [text.strip() for text in figure.data[-1].text] == ["$2.50B", "$29.66T"]


# Ages and magnitudes


def test_an_age_past_its_limit_is_red_and_what_never_came_has_no_dot():
    frame = pd.DataFrame({"name": ["A", "B", "C"], "age": [7, 8, None], "record_age": [9, None, None], "limit": 7})
    figure = charts.ages(frame, "name", title="B is late")
    track, newest, pulled = figure.data
    assert list(track.x) == [7.0, 7.0, 7.0]
    assert list(pulled.marker.color)[:2] == [charts.GAIN, charts.LOSS]
    assert pulled.x[2] != pulled.x[2] and newest.x[1] != newest.x[1]
    assert figure.layout.xaxis.range[1] >= 9


def test_magnitudes_show_a_thousandfold_difference_and_no_mark_for_a_zero():
    parts = [Series("loaded", "Loaded", "blue"), Series("rejected", "Rejected", "vermilion")]
    frame = pd.DataFrame({"name": ["A", "B"], "loaded": [640_000, 21], "rejected": [3, 0]})
    figure = charts.magnitudes(frame, "name", parts, title="3 were rejected", unit="lines")
    rows, loaded, rejected = figure.data
    assert list(rows.y) == ["A", "B"]
    assert (list(loaded.x), list(rejected.y)) == ([640_000.0, 21.0], ["A"])
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.xaxis.ticktext) == ["1", "10", "100", "1k", "10k", "100k", "1M"]
    assert loaded.marker.symbol != rejected.marker.symbol


def test_a_few_things_in_stacks_are_counted_one_by_one():
    frame = pd.DataFrame({"why": ["odd quotes"], "lines": [2]})
    assert charts.ranked(frame, "why", "lines", title="t", unit="lines").layout.xaxis.dtick == 1
    assert charts.ranked(frame, "why", "lines", title="t", unit="USD").layout.xaxis.dtick is None


SIDES = [Series("down", "pay less", "vermilion"), Series("up", "pay more", "blue")]


def test_divided_bars_have_one_length_and_write_counts_where_they_fit() -> None:
    frame = pd.DataFrame({"who": ["A", "B", "nobody"], "down": [1, 3, 0], "up": [99, 1, 0]})
    figure = charts.shares(frame, "who", SIDES, title="t", unit="customers")
    assert [list(trace.x) for trace in figure.data] == [[0.01, 0.75, 0.0], [0.99, 0.25, 0.0]]
    assert [list(trace.text) for trace in figure.data] == [["", "3", ""], ["99", "1", ""]]
    assert [list(trace.customdata) for trace in figure.data] == [[1, 3, 0], [99, 1, 0]]
    assert figure.layout.barmode == "stack" and list(figure.layout.xaxis.range) == [0, 1]


def test_a_pair_says_in_words_what_has_no_bar_and_a_loss_is_vermilion_whosever_it_is() -> None:
    pair = [Series("was", "today", "grey"), Series("new", "proposed", "blue")]
    frame = pd.DataFrame(
        {
            "what": ["words", "images"],
            "was_rate": [Decimal("-1.8"), None],
            "new_rate": [Decimal("0.9"), Decimal("-0.1")],
            "was_words": ["−180%", "not measurable"],
            "new_words": ["90%", "−10%"],
        }
    )
    was, new = charts.beside(frame, "what", "rate", pair, title="t", unit="share", signed=True).data
    assert (list(was.x), list(was.text)) == ([-1.8, 0.0], ["−180%", "not measurable"])
    assert (list(was.marker.color), list(new.marker.color)) == (
        [charts.LOSS, charts.BASELINE],
        [charts.SCENARIO, charts.LOSS],
    )


def test_a_spread_has_its_quarters_as_whiskers_and_none_without_a_middle() -> None:
    frame = pd.DataFrame(
        {
            "who": ["A", "B", "A"],
            "kind": ["down", "down", "up"],
            "low": [0.1, None, 0.0],
            "middle": [0.2, None, 0.0],
            "high": [0.5, None, 0.0],
        }
    )
    down, up = charts.spreads(frame, "who", "kind", series=SIDES, title="t", unit="deviation").data
    assert (list(down.y), list(down.x), list(up.x)) == (["A"], [0.2], [0.0])
    assert list(down.error_x.array) == pytest.approx([0.3])
    assert list(down.error_x.arrayminus) == pytest.approx([0.1])
    figure = charts.spreads(frame, "who", "kind", series=SIDES, title="t", unit="deviation")
    assert list(figure.layout.yaxis.categoryarray) == ["A", "B"]


CURVE = pd.DataFrame(
    {
        "extra_churn_rate": [0.0, 0.01, 0.02, 0.03, 0.04],
        "delta_usd": [200.0, 100.0, 0.0, -100.0, -200.0],
        "is_believed": [False, True, True, True, False],
    }
)


def test_a_break_even_is_blue_above_zero_and_vermilion_below_with_the_believed_range_shaded():
    figure = charts.break_even(CURVE, 0.02, title="t")
    gain, loss, line = figure.data
    assert (gain.fillcolor, list(gain.y)) == ("rgba(0,114,178,0.18)", [200, 100, 0, 0, 0])
    assert (loss.fillcolor, list(loss.y)) == ("rgba(213,94,0,0.18)", [0, 0, 0, -100, -200])
    assert list(line.y) == list(CURVE["delta_usd"])
    believed, gone = figure.layout.shapes
    assert (believed.x0, believed.x1, gone.x0, gone.x1) == (0.01, 0.03, 0.02, 0.02)
    assert [words.text for words in figure.layout.annotations] == ["the gain is gone at 2.0%", "believed"]
    assert figure.layout.xaxis.tickformat == ".1~%"


def test_without_a_gain_or_a_believed_range_only_the_curve_is_drawn():
    fallen = CURVE.assign(delta_usd=[-100.0 - row for row in range(5)], is_believed=False)
    figure = charts.break_even(fallen, None, title="t")
    assert [trace.name for trace in figure.data] == ["a loss", "what is left"]
    assert not figure.layout.shapes and not figure.layout.annotations


def test_a_tornado_goes_from_what_is_believed_to_both_ends_less_in_vermilion():
    frame = pd.DataFrame({"assumption": ["beta", "friction"], "low_usd": [130.0, 90.0], "high_usd": [40.0, 100.0]})
    figure = charts.tornado(frame, "assumption", 100.0, title="t")
    low, high = figure.data
    assert (low.base, list(low.x), list(low.marker.color)) == (100.0, [30.0, -10.0], ["#0072B2", "#D55E00"])
    assert (list(high.x), list(high.text)) == ([-60.0, 0.0], ["$40", ""])
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 100.0
    assert figure.layout.barmode == "overlay" and figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.xaxis.range[0] < 40 and figure.layout.xaxis.range[1] > 130


def test_a_tornado_of_a_large_result_writes_how_far_each_end_is_from_it():
    frame = pd.DataFrame({"belief": ["churn", "prices"], "low_usd": [1.21e6, 1.25e6], "high_usd": [1.34e6, 1.25e6]})
    low, high = charts.tornado(frame, "belief", 1.25e6, title="t", unit=charts.ESTIMATED, as_moves=True).data
    assert (list(low.text), list(high.text)) == (["−$40k", ""], ["+$90k", ""])


def test_what_rounds_to_nothing_has_no_minus():
    frame = pd.DataFrame({"step": ["term switch"], "delta_usd": [-0.37]})
    assert list(charts.steps(frame, "step", "delta_usd", title="t", unit="USD", total="all").data[0].text) == [
        "$0",
        "$0",
    ]


def test_a_span_above_zero_is_blue_below_it_vermilion_and_around_it_grey():
    frame = pd.DataFrame(
        {"price": ["A", "B", "C"], "low": [0.05, -0.2, -0.1], "high": [0.2, -0.1, 0.1], "written": ["a", "b", "c"]}
    )
    figure = charts.spans(frame, "price", title="t", axis="change", zero="today")
    bars, words = figure.data
    assert list(bars.marker.color) == [charts.GAIN, charts.LOSS, charts.BASELINE]
    assert (list(bars.base), list(bars.x)) == ([0.05, -0.2, -0.1], pytest.approx([0.15, 0.1, 0.2]))
    assert [word.strip() for word in words.text] == ["a", "b", "c"] and list(words.x) == [0.2, 0.0, 0.1]
    assert list(figure.layout.xaxis.ticktext) == ["−20%", "−10%", "today", "+10%", "+20%"]


def test_prices_that_do_not_move_still_make_a_picture():
    frame = pd.DataFrame({"price": ["A"], "low": [0.0], "high": [0.0], "written": ["as it is"]})
    figure = charts.spans(frame, "price", title="t", axis="change", zero="today")
    assert list(figure.layout.xaxis.ticktext) == ["today"]


def test_a_trade_off_marks_a_few_points_of_a_cloud_and_refuses_a_crowd():
    cloud = pd.DataFrame({"share_up": [0.1, 0.2], "change_usd": [10.0, 30.0]})
    marked = pd.DataFrame({"label": ["List 1:"], "share_up": [0.2], "change_usd": [29.0]})
    drawn = {"title": "t", "unit": "USD", "axis": "who pays more", "names": ("all", "few")}
    grey, blue = charts.trade_off(cloud, "share_up", "change_usd", marked=marked, **drawn).data
    assert (list(grey.x), list(grey.y), grey.name) == ([0.1, 0.2], [10.0, 30.0], "all")
    assert (list(blue.text), list(blue.y), blue.marker.color) == (["List 1:"], [29.0], charts.SCENARIO)
    with pytest.raises(ValueError, match="at most 2,000 points"):
        charts.trade_off(pd.concat([cloud] * 1001), "share_up", "change_usd", marked=marked, **drawn)


@pytest.mark.parametrize(
    ("amount", "words"),
    [(27_409, "$27k"), (-1_412, "−$1.4k"), (996, "$1k"), (0, "$0"), (1_249_999, "$1.2M"), (44, "$44")],
)
def test_an_estimate_is_written_with_two_digits(amount, words):
    frame = pd.DataFrame({"name": ["one"], "delta_usd": [amount]})
    figure = charts.steps(frame, "name", "delta_usd", title="t", unit=charts.ESTIMATED, total="Together")
    assert list(figure.data[0].text) == [words, words]
    assert "about $%{y:.2s}" in figure.data[0].hovertemplate
    assert figure.layout.yaxis.title.text == "US dollars, estimated"


def test_a_bullet_is_a_part_of_its_own_target_and_peers_stand_behind():
    frame = pd.DataFrame(
        {
            "metric": ["Attach", "Route", "Retention"],
            "reach": [1.34, 8 / 7, None],
            "is_kept": [True, False, True],
            "low": [None, None, 0.824],
            "high": [None, None, 0.88],
        }
    )
    figure = charts.bullets(frame, "metric", title="2 of 3")
    peers, bars = figure.data
    assert (list(peers.base), list(peers.y)) == ([0.824], ["Retention"])
    assert list(bars.x) == [1.34, 8 / 7, 0.0]
    assert list(bars.marker.color) == [charts.GAIN, charts.LOSS, charts.GAIN]
    assert [line.x0 for line in figure.layout.shapes] == [1]
    assert list(figure.layout.yaxis.categoryarray) == ["Attach", "Route", "Retention"]


def test_a_bullet_beyond_the_scale_ends_at_its_edge():
    frame = pd.DataFrame({"m": ["A"], "reach": [9.0], "is_kept": [True], "low": [None], "high": [None]})
    figure = charts.bullets(frame, "m", title="t")
    assert list(figure.data[0].x) == [figure.layout.xaxis.range[1]]
