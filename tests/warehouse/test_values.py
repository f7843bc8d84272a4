"""Fields are checked as text, because a cast would round or shift them in silence."""

import pytest

from lib.warehouse.values import kind

RECORD = '[{"Timestamp":"2026-05-01T10:00:00Z","CustomerIdentifier":"enc-1","Dimension":"words","Quantity":1}]'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text", "anything"),
        ("text?", ""),
        ("integer", "0"),
        ("integer", "-12"),
        ("usd", "299"),
        ("usd", "-299.00"),
        ("price", "0"),
        ("price", "299.00"),
        ("unit", "per image"),
        ("unit", "per seat/month"),
        ("unit", "per 1,000 words"),
        ("unit", "per 1000 words"),
        ("bands", '[{"above":0,"price":"0.001"},{"above":100000,"price":0.0008}]'),
        ("ids", "[1,2,3]"),
        ("json", "{}"),
        ("term", '{"dimensions":[{"dimensionKey":"TeamSeats","dimensionValue":25}],"enableAutoRenew":true}'),
        ("term", '{"dimensions":[{"dimensionKey":"TeamSeats","dimensionValue":"10"}]}'),
        ("term", '{"renewalTerm":{"type":"RenewalTerm","configuration":{"enableAutoRenew":true}}}'),
        ("term", '{"fixedUpfrontPricingTerm":{"configuration":null}}'),
        ("account", "000012345678"),
        ("account", "12345678"),
        ("usage_records", "[]"),
        ("usage_records", RECORD),
        ("usage_records", RECORD.replace('"Quantity":1', '"QuantityAsDecimal":"0.000001"')),
        ("usage_records", RECORD.replace('"2026-05-01T10:00:00Z"', "1777629600.5")),
        ("meter_results", f'[{{"UsageRecord":{RECORD[1:-1]},"Status":"DuplicateRecord"}}]'),
        ("allowance", "1000000.5"),
        ("allowance", "by contract"),
        ("usd", "0.5"),
        ("usd?", ""),
        ("micros", "0.000001"),
        ("nanos", "0.000004200"),
        ("quantity", "100000.5"),
        ("unit_price", "0.000004200"),
        ("percent", "100"),
        ("percent", "12.5"),
        ("us_dollars", "usd"),
        ("us_dollars", "USD"),
        ("subscription_status", "past_due"),
        ("fraction", "0.25"),
        ("fraction", "0"),
        ("years", "3"),
        ("date", "2024-02-29"),
        ("time", "2026-10-31"),
        ("time", "2026-10-31 08:30"),
        ("time", "2026-10-31T23:59:59Z"),
        ("time", "2026-10-31T23:59:59.123456+00:00"),
    ],
)
def test_what_a_kind_holds(name: str, text: str) -> None:
    assert kind(name).fault(text) is None


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("text", "", "is empty"),
        ("usd", "", "is empty"),
        ("integer", "7.5", "is not a whole number: 7.5"),
        ("json", "[1", "is no JSON object or list: [1"),
        ("json", "7", "is no JSON object or list: 7"),
        ("account", "1234567890123", "is no AWS account number of at most 12 digits: 1234567890123"),
        ("account", "1.2E+11", "is no AWS account number of at most 12 digits: 1.2E+11"),
        ("integer", "1_000", "is not a whole number: 1_000"),
        ("integer", "٣", "is not a whole number: ٣"),
        ("quantity", "-1", "is not a quantity, zero or more, of at most 6 decimals: -1"),
        ("unit_price", "-0.1", "is not a price, zero or more, of at most 9 decimals: -0.1"),
        ("percent", "100.5", "is not a percentage from 0 to 100 of at most 6 decimals: 100.5"),
        ("us_dollars", "eur", "is not usd, and the books are kept in US dollars alone: eur"),
        ("fraction", "25", "is not a fraction below 1 like 0.25: 25"),
        ("fraction", "1", "is not a fraction below 1 like 0.25: 1"),
        ("years", "0", "is not a number of years from 1 to 5: 0"),
        ("price", "-0.01", "is not a price, zero or more, in dollars and cents: -0.01"),
        ("unit", "per zero words", "is not a unit like 'per image' or 'per 1,000 words': per zero words"),
        ("unit", "per 10,00 words", "is not a unit like 'per image' or 'per 1,000 words': per 10,00 words"),
        ("unit", "per 0 words", "is not a unit like 'per image' or 'per 1,000 words': per 0 words"),
        ("bands", "7", """is not a list of bands like [{"above":0,"price":"0.001"}]: 7"""),
        (
            "bands",
            '[{"above":true,"price":1}]',
            """is not a list of bands like [{"above":0,"price":"0.001"}]: [{"above":true,"price":1}]""",
        ),
        ("ids", '["x"]', 'is not a list of ids like [1,2,3]: ["x"]'),
        ("allowance", "lots", "is neither a quantity nor 'unlimited', 'not offered' or 'by contract': lots"),
        ("usd", "1.999", "is not dollars and cents: 1.999"),
        ("usd", "1,250.00", "is not dollars and cents: 1,250.00"),
        ("usd", "$5", "is not dollars and cents: $5"),
        ("usd", "1e3", "is not dollars and cents: 1e3"),
        ("micros", "0.0000001", "is not a number of at most 6 decimals: 0.0000001"),
        ("nanos", "nan", "is not a number of at most 9 decimals: nan"),
        ("date", "2026-02-30", "is not a date like 2026-10-31: 2026-02-30"),
        ("date", "20261031", "is not a date like 2026-10-31: 20261031"),
        ("date", "2026-10-31T00:00:00Z", "is not a date like 2026-10-31: 2026-10-31T00:00:00Z"),
        ("time", "2026-10-31T25:00:00Z", "is not a UTC time like 2026-10-31T23:59:59Z: 2026-10-31T25:00:00Z"),
        ("time", "2026-10-31T23:59:59+02:00", "is not a UTC time like 2026-10-31T23:59:59Z: 2026-10-31T23:59:59+02:00"),
        ("time", "31/10/2026", "is not a UTC time like 2026-10-31T23:59:59Z: 31/10/2026"),
    ],
)
def test_what_it_does_not(name: str, text: str, fault: str) -> None:
    assert kind(name).fault(text) == fault


@pytest.mark.parametrize("many", ["10.5", '"many"', "true", "-1", "12345678901234567890", "[1]"])
@pytest.mark.parametrize("place", ["%s", '{"configurableUpfrontPricingTerm":{"id":"t","configuration":%s}}'])
def test_what_is_chosen_in_a_term_is_a_whole_number(place: str, many: str) -> None:
    text = place % '{"dimensions":[{"dimensionKey":"TeamSeats","dimensionValue":MANY}]}'.replace("MANY", many)
    assert kind("term").fault(text) == f"is no JSON of a term that chooses whole numbers of its dimensions: {text}"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"Quantity":1', '"Quantity":-1'),
        ('"Quantity":1', '"Quantity":1.5000001'),
        ('"Quantity":1', '"Quantity":1,"QuantityAsDecimal":"1"'),
        ('"Quantity":1', '"Units":1'),
        ('"Timestamp":"2026-05-01T10:00:00Z"', '"Timestamp":"2026-05-01T10:00:00-05:00"'),
        ('"Timestamp":"2026-05-01T10:00:00Z"', '"At":"2026-05-01T10:00:00Z"'),
        ('"CustomerIdentifier":"enc-1"', '"CustomerIdentifier":""'),
        ('"Dimension":"words"', '"Dimension":""'),
        ("[{", '["a record",{'),
    ],
)
def test_a_usage_record_that_says_too_little_or_too_much_is_refused(good: str, bad: str) -> None:
    assert good in RECORD
    fault = kind("usage_records").fault(RECORD.replace(good, bad, 1))
    assert fault is not None
    assert fault.startswith("is no list of usage records with a customer, a dimension, a time and one quantity: ")


@pytest.mark.parametrize("text", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_in_a_year_that_nothing_of_ours_is_of_is_said_as_that(text: str) -> None:
    for name in ("date", "date?", "time", "time?"):
        assert kind(name).fault(text) == f"is of no year from 2000 to 2099: {text}"
    assert kind("time_or_never?").fault(text) is None
    assert kind("time").fault("2099-12-31T23:59:59Z") is None and kind("date").fault("2000-01-01") is None
