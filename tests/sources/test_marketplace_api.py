"""The marketplace's APIs pulled by the real client: everything as answered and once, refusals in a sentence."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.sources import marketplace_api
from lib.sources.kinds import Visit
from lib.sources.pull import pull
from lib.sources.refusal import PullRefused
from lib.sources.snapshot import Snapshot
from tests.servers.aws import KEY, SECRET, Aws, running, signed_in
from tests.sources import aws_world
from tests.sources.aws_world import CODE, LISTING, OFFER, PRIVATE_OFFER, PRODUCT

FILES = ["agreement_terms.jsonl", "agreements.jsonl", "entities.jsonl", "entitlements.jsonl", "offer_terms.jsonl"]


def visiting(aws: Aws, folder: Path) -> Visit:
    settings = {"product_id": PRODUCT, "endpoint": aws.url}
    target = folder / "marketplace_api"
    return Visit("marketplace_api", settings, {}, target, None, date(2026, 10, 31), lambda _what, _share: None)


@pytest.fixture
def visit(aws_server: Aws, tmp_path: Path) -> Visit:
    return visiting(aws_server, tmp_path)


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Aws, Visit]:
    """A seller whose whole world was pulled once, for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("pulled")
    with signed_in(folder), running(aws_world.world()) as aws:
        visit = visiting(aws, folder)
        marketplace_api.fetch(visit)
    return aws, visit


def asking(visit: Visit, **settings: str) -> Visit:
    return replace(visit, settings={**visit.settings, **settings})


def lines(visit: Visit, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (visit.target / f"{name}.jsonl").read_text().splitlines()]


def visible(visit: Visit) -> list[str]:
    return sorted(path.name for path in visit.target.iterdir() if not path.name.startswith("."))


def refusal(visit: Visit) -> str:
    with pytest.raises(PullRefused) as refused:
        marketplace_api.fetch(visit)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert SECRET not in sentence
    return sentence


def test_the_whole_of_a_seller_comes_as_it_was_answered(pulled: tuple[Aws, Visit]) -> None:
    """Line by line against the world behind the stand-in: what a line has beside the answer is named here."""
    aws, visit = pulled
    world = aws.world
    assert visible(visit) == FILES
    product, offer = lines(visit, "entities")
    call = {"Operation": "DescribeEntity"}
    assert product == {**world.entities[PRODUCT], "Call": {**call, "Id": PRODUCT}}
    assert offer == {**world.entities[OFFER], "Summary": world.summaries[OFFER], "Call": {**call, "Id": OFFER}}
    terms = lines(visit, "offer_terms")
    assert [term["Term"] for term in terms] == world.offer_terms[OFFER]
    assert {term["Option"]["purchaseOptionId"] for term in terms} == {OFFER}
    assert {term["Call"]["Id"] for term in terms} == {OFFER}
    assert [entry["LicenseArn"] for entry in lines(visit, "entitlements")] == list(aws_world.LICENSES)
    accepted = lines(visit, "agreement_terms")
    assert [term["agreementId"] for term in accepted] == ["agmt-0"] * 4 + ["agmt-1"] * 4 + ["agmt-2"] * 4
    assert accepted[0]["Term"]["configurableUpfrontPricingTerm"]["configuration"]["dimensions"] == [
        {"dimensionKey": "starter", "dimensionValue": 1}
    ]


def test_times_and_numbers_keep_every_digit(pulled: tuple[Aws, Visit]) -> None:
    _, visit = pulled
    agreement = lines(visit, "agreements")[0]
    assert agreement["startTime"] == "2026-05-12T08:00:00Z"
    assert agreement["acceptanceTime"] == "2026-05-12T08:30:00.250000Z"
    assert agreement["estimatedCharges"] == {"currencyCode": "USD", "agreementValue": "2990.00"}
    assert agreement["Summary"]["entitlements"] == [{"licenseArn": aws_world.LICENSES[0]}]
    assert [entry["Value"] for entry in lines(visit, "entitlements")] == [
        {"IntegerValue": 1},
        {"DoubleValue": 0.1},
        {"BooleanValue": True},
    ]
    prices = lines(visit, "entities")[1]["DetailsDocument"]["Terms"][0]["RateCards"][0]["RateCard"]
    assert prices[0] == {"DimensionKey": "words", "Price": "0.001"}


def test_a_seller_asks_as_the_apis_want_to_be_asked(pulled: tuple[Aws, Visit]) -> None:
    aws, _ = pulled
    asked = {entry.operation: entry.request for entry in aws.asked}
    assert asked["SearchAgreements"]["filters"] == [
        {"name": "PartyType", "values": ["Proposer"]},
        {"name": "AgreementType", "values": ["PurchaseAgreement"]},
        {"name": "ResourceIdentifier", "values": [PRODUCT]},
    ]
    assert asked["GetEntitlements"] == {"ProductCode": CODE, "MaxResults": 25}
    assert asked["ListEntities"]["EntityTypeFilters"]["OfferFilters"]["Targeting"] == {"ValueList": ["None"]}


def test_a_private_offer_is_no_part_of_the_listing_unless_it_is_named(aws_server: Aws, visit: Visit) -> None:
    visit = asking(visit, parts="catalog, discovery")
    marketplace_api.fetch(visit)
    assert PRIVATE_OFFER not in str([lines(visit, name) for name in ("entities", "offer_terms")])
    named = asking(
        replace(visit, target=visit.target / "named"), offer_ids=f"{OFFER}, {PRIVATE_OFFER}", parts="catalog"
    )
    marketplace_api.fetch(named)
    assert [entry["Call"]["Id"] for entry in lines(named, "entities")] == [PRODUCT, OFFER, PRIVATE_OFFER]


def test_the_badges_come_with_the_listing_where_it_is_named(visit: Visit) -> None:
    marketplace_api.fetch(asking(visit, listing_id=LISTING, parts="discovery"))
    assert visible(visit) == ["listing.jsonl", "offer_terms.jsonl"]
    (listing,) = lines(visit, "listing")
    assert [badge["badgeType"] for badge in listing["badges"]] == ["DEPLOYED_ON_AWS"]


def test_a_product_that_nobody_can_buy_yet_has_empty_files(aws_server: Aws, visit: Visit) -> None:
    """Asked and nothing there is a file without lines; not asked is no file."""
    world = aws_server.world
    del world.summaries[OFFER]
    for kept in (world.purchase_options, world.agreements, world.entitlements):
        kept.clear()
    marketplace_api.fetch(visit)
    assert visible(visit) == FILES
    assert len(lines(visit, "entities")) == 1
    assert [(visit.target / name).stat().st_size for name in FILES if name != "entities.jsonl"] == [0, 0, 0, 0]


# Pages, and going on


ACCOUNTS = [f"{place:012}" for place in range(60)]


@pytest.fixture
def entitled(aws_server: Aws, visit: Visit) -> Visit:
    """A visit for the entitlements of a seller whose buyers fill three pages."""
    one = aws_server.world.entitlements[0]
    aws_server.world.entitlements = [{**one, "CustomerAWSAccountId": account} for account in ACCOUNTS]
    return asking(visit, parts="entitlements", product_code=CODE)


def accounts(visit: Visit) -> list[str]:
    return [entry["CustomerAWSAccountId"] for entry in lines(visit, "entitlements")]


def test_every_page_is_asked_for_and_every_entry_comes_once(aws_server: Aws, visit: Visit, entitled: Visit) -> None:
    marketplace_api.fetch(entitled)
    assert accounts(entitled) == ACCOUNTS
    assert aws_server.operations() == ["GetEntitlements"] * 3
    aws_server.page_size = 1
    marketplace_api.fetch(asking(visit, parts="catalog, discovery, agreements"))
    assert [len(lines(visit, name)) for name in ("entities", "offer_terms", "agreements", "agreement_terms")] == [
        2,
        3,
        3,
        12,
    ]


def test_an_interrupted_pull_goes_on_where_it_stopped(aws_server: Aws, entitled: Visit) -> None:
    """The third page fails; what was there before is not asked for again, and no line comes twice."""
    aws_server.trouble("GetEntitlements", "good", "good", "denied")
    assert "allow the action aws-marketplace:GetEntitlements in IAM" in refusal(entitled)
    assert "entitlements.jsonl" not in visible(entitled)
    aws_server.asked.clear()
    marketplace_api.fetch(entitled)
    assert aws_server.operations() == ["GetEntitlements"]
    assert accounts(entitled) == ACCOUNTS
    aws_server.asked.clear()
    marketplace_api.fetch(entitled)
    assert aws_server.asked == []


@pytest.mark.parametrize("file", ["entities", "listing"])
def test_a_pull_that_dies_before_a_file_has_its_name_brings_nothing_twice(visit: Visit, file: str) -> None:
    """Progress is told when a page is written down, and the last one is the last thing before the name."""

    def dies(told: str, _share: float) -> None:
        if told.endswith(f"{lines_of[file]} lines of {file}.jsonl"):
            raise KeyboardInterrupt

    lines_of = {"entities": 3, "listing": 1}
    visit = asking(visit, listing_id=LISTING, offer_ids=f"{OFFER}, {PRIVATE_OFFER}", parts="catalog, discovery")
    with pytest.raises(KeyboardInterrupt):
        marketplace_api.fetch(replace(visit, progress=dies))
    assert f"{file}.jsonl" not in visible(visit)
    marketplace_api.fetch(visit)
    assert len(lines(visit, file)) == lines_of[file]


def test_half_a_line_of_a_pull_that_was_killed_is_cut_off(aws_server: Aws, entitled: Visit) -> None:
    aws_server.trouble("GetEntitlements", "good", "denied")
    refusal(entitled)
    with (entitled.target / "entitlements.jsonl.part").open("ab") as part:
        part.write(b'{"ProductCode":"a1b2c3vel')
    marketplace_api.fetch(entitled)
    assert accounts(entitled) == ACCOUNTS


@pytest.mark.parametrize("damage", [b"", b"{", b'{"bytes":9999999,"at":"x"}', b"[]"])
def test_a_cursor_that_cannot_be_believed_begins_its_list_again(
    aws_server: Aws, entitled: Visit, damage: bytes
) -> None:
    aws_server.trouble("GetEntitlements", "good", "denied")
    refusal(entitled)
    (entitled.target / ".entitlements.cursor").write_bytes(damage)
    marketplace_api.fetch(entitled)
    assert accounts(entitled) == ACCOUNTS


def test_a_token_that_has_expired_begins_its_list_again(aws_server: Aws, entitled: Visit) -> None:
    aws_server.trouble("GetEntitlements", "good", "denied")
    refusal(entitled)
    aws_server.forget_tokens()
    marketplace_api.fetch(entitled)
    assert accounts(entitled) == ACCOUNTS


def test_throttling_failures_and_dropped_lines_are_waited_out(aws_server: Aws, visit: Visit) -> None:
    aws_server.trouble("GetEntitlements", "throttle")
    aws_server.trouble("DescribeEntity", "broken", "dropped")
    aws_server.trouble("GetOfferTerms", "half")
    marketplace_api.fetch(visit)
    assert visible(visit) == FILES
    assert len(lines(visit, "entitlements")) == 3


def test_patience_ends(aws_server: Aws, visit: Visit) -> None:
    aws_server.trouble("SearchAgreements", "throttle", "throttle", "throttle")
    told = refusal(asking(visit, parts="agreements"))
    assert "AWS was asked too often: run it again, it goes on where it stopped" in told
    assert "agreements.jsonl" not in visible(visit)


def test_a_token_that_expires_on_the_way_is_no_fault_of_the_block(aws_server: Aws, entitled: Visit) -> None:
    aws_server.trouble("GetEntitlements", "good", "expired")
    assert "has expired); the list broke off: run it again, it goes on where it stopped" in refusal(entitled)
    marketplace_api.fetch(entitled)
    assert accounts(entitled) == ACCOUNTS


def test_a_list_that_goes_round_in_circles_ends(aws_server: Aws, entitled: Visit) -> None:
    aws_server.trouble("GetEntitlements", "good", "circle")
    assert "GetEntitlements goes round in circles" in refusal(entitled)


def test_terms_go_on_with_the_agreement_that_failed(aws_server: Aws, visit: Visit) -> None:
    visit = asking(visit, parts="agreements")
    aws_server.trouble("GetAgreementTerms", "good", "denied")
    refusal(visit)
    aws_server.asked.clear()
    marketplace_api.fetch(visit)
    assert [asked.request["agreementId"] for asked in aws_server.asked] == ["agmt-1", "agmt-2"]
    assert [term["agreementId"] for term in lines(visit, "agreement_terms")] == [
        f"agmt-{number}" for number in range(3) for _ in range(4)
    ]


def test_progress_names_every_part_and_file_and_ends_whole(visit: Visit) -> None:
    seen: list[tuple[str, float]] = []
    marketplace_api.fetch(replace(visit, progress=lambda what, share: seen.append((what, share))))
    told = [what.removeprefix("marketplace_api: ") for what, _ in seen]
    assert [what for what in told if what in marketplace_api.PARTS] == list(marketplace_api.PARTS)
    assert {what.rpartition(" ")[2] for what in told if " lines of " in what} == set(FILES)
    assert "12 lines of agreement_terms.jsonl" in told
    assert [share for _, share in seen] == sorted(share for _, share in seen)
    assert seen[-1][1] == 1.0


# What is refused, and what a reader is told instead


@pytest.mark.parametrize(
    ("part", "operation"),
    [
        ("catalog", "DescribeEntity"),
        ("catalog", "ListEntities"),
        ("discovery", "ListPurchaseOptions"),
        ("discovery", "GetOfferTerms"),
        ("agreements", "SearchAgreements"),
        ("agreements", "DescribeAgreement"),
        ("agreements", "GetAgreementTerms"),
        ("entitlements", "GetEntitlements"),
    ],
)
def test_a_denied_call_names_the_action_to_allow(aws_server: Aws, visit: Visit, part: str, operation: str) -> None:
    aws_server.trouble(operation, "denied")
    assert refusal(asking(visit, parts=part, product_code=CODE)) == (
        f"[marketplace_api]: AWS denies {operation} to these credentials; allow the action "
        f"aws-marketplace:{operation} in IAM"
    )


def test_a_wrong_product_id_names_the_nearest(visit: Visit) -> None:
    assert refusal(asking(visit, product_id="prod-velocitygtm01")) == (
        "[marketplace_api]: product_id is 'prod-velocitygtm01', which is no product of this seller; the nearest is "
        "'prod-vellocitygtm01' (Vellocity GTM)"
    )


def test_a_product_id_that_is_an_offers_names_the_product(visit: Visit) -> None:
    assert refusal(asking(visit, product_id=OFFER)) == (
        f"[marketplace_api]: product_id is {OFFER!r}, an entity of type Offer@1.0, which is no product of this seller; "
        f"the nearest is {PRODUCT!r} (Vellocity GTM)"
    )


def test_a_wrong_product_of_a_seller_without_products_says_where_to_look(aws_server: Aws, visit: Visit) -> None:
    aws_server.world.summaries.clear()
    assert "take it from the product's page in the seller console" in refusal(asking(visit, product_id="prod-x"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"offer_ids": "offer-gone"}, "offer_ids names 'offer-gone', which is no offer of this seller"),
        ({"listing_id": "listing-gone", "parts": "discovery"}, "listing_id is 'listing-gone', which is no listing"),
        (
            {"product_code": "other", "parts": "catalog, entitlements"},
            f"product_code is 'other', but the product {PRODUCT} has {CODE!r}; write that",
        ),
        ({"product_code": "other", "parts": "entitlements"}, "product_code is 'other', and AWS does not take"),
        ({"parts": "entitlements"}, "product_code is missing"),
        ({"parts": "catalogue"}, "parts names 'catalogue', which is none; the nearest is 'catalog'"),
        ({"region": "us-west-2"}, "region is 'us-west-2', and 'us-east-1' is where these services answer"),
        ({"endpoint": "http://127.0.0.1:9"}, "127.0.0.1:9 cannot be reached (EndpointConnectionError)"),
        (
            {"endpoint": "http://127.0.0.1:9", "region": "us-eaast-1", "parts": "discovery"},
            "region is 'us-eaast-1', which is none; the nearest is 'us-east-1'",
        ),
        ({"product_id": "prod vellocity"}, "product_id is 'prod vellocity', which is no product of this seller"),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_key_is_named_with_the_right_one(visit: Visit, settings: dict[str, str], words: str) -> None:
    assert words in refusal(asking(visit, **settings))


def test_what_is_no_aws_is_not_taken_for_it(aws_server: Aws, visit: Visit) -> None:
    """A proxy's page with status 200 would else be a seller without agreements."""
    aws_server.trouble("SearchAgreements", "gibberish")
    visit = asking(visit, parts="agreements")
    host = aws_server.url.removeprefix("http://")
    assert refusal(visit) == f"[marketplace_api]: what answers at {host} is not AWS; look at endpoint"
    assert "agreements.jsonl" not in visible(visit)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AWS_ACCESS_KEY_ID", "AKIDOFSOMEBODY", "AWS does not know this access key"),
        ("AWS_PROFILE", "desk", "AWS_PROFILE names a profile that this machine does not have"),
    ],
)
def test_wrong_credentials_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, visit: Visit, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    assert words in refusal(visit)


def test_without_credentials_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, aws_server: Aws, visit: Visit) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "there are no AWS credentials" in refusal(visit)
    assert aws_server.asked == []


def test_the_secret_key_stays_out_of_every_file(pulled: tuple[Aws, Visit]) -> None:
    _, visit = pulled
    everything = [path for path in visit.target.rglob("*") if path.is_file()]
    assert sorted(path.name for path in everything) == FILES
    assert not [path for path in everything if SECRET.encode() in path.read_bytes()]


# A block of the sources file


def snapshot_of(aws: Aws, folder: Path, more: str = "", **others: str) -> Snapshot:
    (folder / "sources.toml").write_text(
        f'[marketplace_api]\nkind = "marketplace_api"\nproduct_id = "{PRODUCT}"\nendpoint = "{aws.url}"\n{more}'
    )
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, **others}
    return pull(folder / "sources.toml", folder / "snapshots", date(2026, 10, 31), environ=keys)


def test_a_block_brings_a_snapshot_and_an_interrupted_pull_goes_on(aws_server: Aws, tmp_path: Path) -> None:
    aws_server.trouble("GetEntitlements", "denied")
    with pytest.raises(PullRefused, match="aws-marketplace:GetEntitlements"):
        snapshot_of(aws_server, tmp_path)
    aws_server.asked.clear()
    taken = snapshot_of(aws_server, tmp_path)
    assert aws_server.operations() == ["GetEntitlements"]
    assert [file.path.removeprefix("marketplace_api/") for file in taken.files] == FILES
    assert sorted(path.name for path in (taken.folder / "marketplace_api").iterdir()) == FILES


def test_another_product_is_asked_for_anew(aws_server: Aws, tmp_path: Path) -> None:
    aws_server.trouble("GetEntitlements", "denied")
    with pytest.raises(PullRefused):
        snapshot_of(aws_server, tmp_path)
    aws_server.asked.clear()
    snapshot_of(aws_server, tmp_path, f'offer_ids = "{OFFER}"\n')
    assert aws_server.operations()[:2] == ["DescribeEntity", "DescribeEntity"]


@pytest.mark.parametrize(
    "caller",
    [
        {"AWS_ACCESS_KEY_ID": "AKIAOFANOTHERACCOUNT"},
        {"AWS_PROFILE": "another"},
        {"AWS_ROLE_ARN": "arn:aws:iam::222222222222:role/desk"},
    ],
)
def test_nothing_of_another_account_stays_from_an_interrupted_pull(
    aws_server: Aws, tmp_path: Path, caller: dict[str, str]
) -> None:
    aws_server.trouble("GetEntitlements", "denied")
    with pytest.raises(PullRefused):
        snapshot_of(aws_server, tmp_path)
    aws_server.asked.clear()
    with suppress(PullRefused):  # this server knows one key only
        snapshot_of(aws_server, tmp_path, **caller)
    assert aws_server.operations()[0] == "DescribeEntity"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('product_kode = "a"\n', "there is no key 'product_kode'; the nearest is 'product_code'"),
        ('offers = "a"\n', "there is no key 'offers'; the nearest is 'offer_ids'"),
    ],
)
def test_a_mistyped_key_names_the_nearest(aws_server: Aws, tmp_path: Path, more: str, words: str) -> None:
    with pytest.raises(PullRefused) as refused:
        snapshot_of(aws_server, tmp_path, more)
    assert words in str(refused.value)
