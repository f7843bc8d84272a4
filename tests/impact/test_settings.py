"""The bands and cuts of data/impact.toml, and what is refused in their place."""

from decimal import Decimal

import pytest

from lib.impact.settings import ImpactError, parse_settings
from tests.conftest import ROOT

TEXT = (ROOT / "data" / "impact.toml").read_text()


def test_the_file_is_read() -> None:
    found = parse_settings(TEXT)
    assert (found.quantiles, found.fewest_customers, found.trailing_months) == ((5, 10), 5, 3)
    assert found.change_cuts[0] == Decimal("-0.50") and found.shock_times == Decimal("1.5")


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("quantiles = [5, 10]", "quantiles = [10, 5]", "quantiles must ascend"),
        ("quantiles = [5, 10]", "quantiles = [1]", "quantiles is \\[1\\]; write whole numbers of 2 or more"),
        ("quantiles = [5, 10]", "quantile = [5, 10]", "did you mean 'quantiles'"),
        ("tenure_months = [3, 6, 12, 24]", "tenure_months = []", "tenure_months is \\[\\]; write a list of numbers"),
        ("tenure_months = [3, 6, 12, 24]", "tenure_months = [true]", "tenure_months"),
        ("tenure_months = [3, 6, 12, 24]", "tenure_months = ['3']", "tenure_months"),
        ("change_cuts = [-0.50,", "change_cuts = ['half',", "change_cuts is"),
        ("fewest_customers = 5", "fewest_customers = 0", "fewest_customers is 0; write 1 or more"),
        ("fewest_customers = 5", "fewest_customers = 'five'", "fewest_customers is 'five'"),
        ("fewest_customers = 5", "fewest_customers = ", "cannot be read"),
        ("fewest_customers = 5", f"fewest_customers = 1e{10**24}", "no price comes near"),
        ("fewest_customers = 5", f"fewest_customers = {'9' * 5000}", "cannot be read"),
        ("1.00]", "nan]", "write a list of numbers"),
        ("1.00]", "inf]", "write a list of numbers"),
        ("shock_times     = 1.5", "shock_times     = 1", "shock_times is 1; write more than 1"),
        ("shock_times     = 1.5", "shock_times     = 'much'", "shock_times: 'much' is not a number"),
    ],
)
def test_a_slip_is_refused_by_its_key(was: str, becomes: str, says: str) -> None:
    assert was in TEXT
    with pytest.raises(ImpactError, match=says):
        parse_settings(TEXT.replace(was, becomes))
