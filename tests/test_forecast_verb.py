"""The verb forecast: its manifest first, the same seed the same bytes, wrong use in one sentence; its page agrees."""

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from lib.__main__ import main
from lib.desk import Desk
from tests.conftest import Kept
from tests.pages.visit import headline, opened, value

pytestmark = pytest.mark.usefixtures("asked_once")
Printed = pytest.CaptureFixture[str]
Verb = Callable[..., str]
MOVED = ("--months", "6", "--paths", "250", "--lever", "arrivals.seller=1.5", "--target", "450000")


@pytest.fixture
def verb(desk_folder, capsys: Printed) -> Verb:
    def asked(*words: str, code: int = 0) -> str:
        assert main(["forecast", *words, "--snapshots", str(desk_folder.parent)]) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return asked


@pytest.fixture(scope="module")
def moved(desk_folder, asked_once: Kept) -> str:
    """What is printed of a moved lever, asked once for the tests that only read it."""
    with redirect_stdout(StringIO()) as printed:
        assert main(["forecast", *MOVED, "--json", "--snapshots", str(desk_folder.parent)]) == 0
    return printed.getvalue()


def test_the_document_opens_with_its_manifest_and_the_same_seed_gives_the_same_bytes(
    verb: Verb, moved: str, asked_once: Kept
) -> None:
    asked_once.forget()
    assert verb(*MOVED, "--json") == moved
    document = json.loads(moved)
    assert next(iter(document)) == "manifest"
    assert document["manifest"]["seed"] == 20261031 and document["manifest"]["months"] == 6
    assert document["asked"] == {"months": 6, "paths": 250, "levers": {"arrivals.seller": 1.5}, "target_usd": "450000"}
    for world in ("baseline", "proposal"):
        fan = document[world]["fans"]["mrr"]
        for low, middle, high in zip(fan["low_90"], fan["middle"], fan["high_90"], strict=True):
            assert low <= middle <= high
    assert document["odds"]["mrr"]["gain"][-1]["of"] == 250
    assert document["past"]["scores"] and document["believed"] and document["moves"]["rows"]


def numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(part)
    elif isinstance(value, float):
        yield value


def test_exact_money_is_a_decimal_string_and_an_estimate_a_number_in_hundredths(moved: str) -> None:
    """What was typed stays as it was typed; what is estimated has no more than two decimals."""
    document = json.loads(moved)
    assert document["asked"]["target_usd"] == document["baseline"]["reached"]["target_usd"] == "450000"
    bars = [bar[end] for bar in document["tornado"]["bars"] for end in ("mrr_at_low_usd", "mrr_at_high_usd")]
    scores = [[row["crps_fair"], row["pinball"]] for row in document["past"]["scores"]]
    told = [
        *bars,
        document["tornado"]["expected_mrr_usd"],
        document["bridge"],
        document["moves"],
        document["worth"],
        document["odds"],
        scores,
    ]
    estimates = list(numbers_in([*told, document["baseline"], document["proposal"]]))
    assert len(estimates) > 1000 and all(number == round(number, 2) for number in estimates)


def test_the_bridge_begins_with_recorded_mrr_to_the_cent_and_its_steps_add_up(verb: Verb, desk: Desk) -> None:
    document = json.loads(verb(*MOVED, "--json"))
    found, billed = document["bridge"], sum(one.mrr for one in desk.customers if one.tier and one.mrr)
    assert found["today_usd"] == f"{billed:.2f}"
    for world in ("baseline", "proposal"):
        end = float(found["today_usd"]) + sum(found[world]["steps"].values())
        assert end == pytest.approx(found[world]["expected_mrr_usd"], abs=0.05), "seven steps in cents, and today"
    assert found["proposal"]["expected_mrr_usd"] == pytest.approx(document["tornado"]["expected_mrr_usd"], abs=0.02)
    changed = {key for key, usd in found["proposal"]["steps"].items() if abs(usd - found["baseline"]["steps"][key]) > 1}
    assert "newcomers_usd" in changed and "deals_usd" not in changed, "a lever on arrivals wins no open deal"


def test_nothing_moved_has_no_proposal_and_says_how_to_move_something(verb: Verb) -> None:
    document = json.loads(verb("--months", "6", "--paths", "250", "--json"))
    assert document["proposal"] is None and document["odds"] is None
    assert "nothing is moved: give --lever or --scenario" in verb("--months", "6", "--paths", "250")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--lever", "arrivals.sellers=2"], "there is no lever 'arrivals.sellers'; did you mean 'arrivals.seller'?"),
        (["--lever", "churn"], "the lever 'churn' has no number; write NAME=NUMBER, as in churn=0.8"),
        (["--lever", "churn=low"], "churn='low' is no number; write one as in churn=1.2"),
        (["--lever", "churn=1", "--lever", "churn=2"], "the lever 'churn' is given twice; write one number for it"),
        (["--lever", "third_party=2"], "the lever third_party is 2.0; write a share from 0 to 1, 20 % as 0.2"),
        (["--lever", "churn", "0.8"], "the lever 'churn' has no number; write NAME=NUMBER, as in churn=0.8"),
        (["honest-20"], "'honest-20' stands alone; if it is a scenario, name it with --scenario 'honest-20'"),
        (["--months", "6", "honest-20"], "name it with --scenario 'honest-20'"),
        (["--scenario", "honest-21"], "there is no scenario 'honest-21'"),
    ],
)
def test_wrong_use_is_one_sentence(verb: Verb, words: list[str], sentence: str) -> None:
    told = verb(*words, code=2)
    assert sentence in told and told.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--months", "0"], "months is 0; months ahead go from 6 to 60 in data/forecast.toml: the nearest is 6\n"),
        (["--months", "100"], "months is 100; months ahead go from 6 to 60 in data/forecast.toml: the nearest is 60\n"),
        (["--months", "999"], "months ahead go from 6 to 60"),
        (["--paths", "0"], "paths is 0; paths go from 1 to 50,000 in data/forecast.toml: the nearest is 1\n"),
        (["--paths", "9999999"], "paths go from 1 to 50,000"),
    ],
)
def test_what_lies_beyond_the_file_is_told_with_its_limits_before_anything_is_opened(
    words: list[str], sentence: str, tmp_path: Path, capsys: Printed
) -> None:
    """There is no warehouse in the folder, and nobody says so."""
    assert main(["forecast", *words, "--snapshots", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1


def test_the_help_names_the_limits_that_the_file_has(capsys: Printed) -> None:
    with pytest.raises(SystemExit):
        main(["forecast", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    file = tomllib.loads(Path("data/forecast.toml").read_text())
    least, most = (file["months"][end]["value"] for end in ("least", "most"))
    assert f"as delivered {least} to {most};" in told
    assert f"as delivered 1 to {file['run']['paths_most']['value']:,};" in told


@pytest.mark.parametrize("words", [["--paths", "many"], ["--target", "much"], ["--target", "0"], ["--months", "1.5"]])
def test_a_number_that_cannot_be_is_refused_before_anything_is_opened(words: list[str], capsys: Printed) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["forecast", *words])
    assert refused.value.code == 2 and capsys.readouterr().err.count("\n") == 1


def test_the_page_says_what_the_document_says(
    verb: Verb, monkeypatch: pytest.MonkeyPatch, desk_folder, tmp_path
) -> None:
    """A range, its middle, the odds and the month of the target; both wait for the test of the past."""
    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(desk_folder.parent))
    monkeypatch.setenv("DECISIONS_DB_URL", f"sqlite:///{tmp_path / 'decisions.sqlite'}")
    monkeypatch.delenv("PRICING_DESK_ROLE", raising=False)
    words = ("--months", "12", "--lever", "arrivals.seller=1.5", "--target", "450000", "--json")
    document = json.loads(verb(*words))
    address = {
        "persona_mix_months": "12",
        "persona_mix_lever_arrivals_seller": "1.5",
        "persona_mix_target": "450000",
    }
    app = opened("persona_mix", **address)
    mrr, odds = document["baseline"]["fans"]["mrr"], document["odds"]["mrr"]
    low, high = (thousands(mrr[end][-1]) for end in ("low_90", "high_90"))
    least, most = (thousands(odds["difference"][end][-1]) for end in ("low_90", "high_90"))
    assert f"is expected between {low} and {high} (9 in 10)" in headline(app)
    assert f"it changes by between +{least} and +{most}" in headline(app)
    assert value(app, "MRR as asked, Oct 2027") == "≈ " + thousands(document["proposal"]["fans"]["mrr"]["middle"][-1])
    held = [
        band
        for row in document["past"]["scores"]
        if row["measure"] == "mrr_same_prices"
        for band in row["bands"]
        if band["level"] == 0.8
    ]
    told = f"{sum(one['hits'] for one in held)} of {sum(one['origins'] for one in held)}"
    assert value(app, "Past bands held") == told


def thousands(amount: float) -> str:
    """Two digits: $620k, $8.5k."""
    digits = float(f"{amount:.1e}") / 1000
    return f"${digits:.0f}k" if digits >= 10 else f"${digits:g}k"
