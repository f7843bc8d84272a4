"""A trouble of a database is told by its kind and its own number, and never in the words of its driver."""

import pytest

from lib.databases import BUSY, HOST, LOGIN, NOT_LET_IN, PORT, TLS, code_of, network_trouble, spoken_trouble


class DriverError(Exception):
    """As drivers raise them: a number or words first, and perhaps a state beside."""

    def __init__(self, *args: object, state: str | None = None) -> None:
        super().__init__(*args)
        self.sqlstate = state


def test_the_number_of_mariadb_counts_before_the_state_its_driver_adds() -> None:
    assert code_of(DriverError(1064, "near 'secret'", state="42000")) == "1064"


def test_postgresql_tells_a_state_and_words_are_no_code() -> None:
    assert code_of(DriverError("password is secret", state="42P01")) == "42P01"
    assert code_of(DriverError("password is secret")) == ""


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("could not translate host name", HOST),
        ("no pg_hba.conf entry for host, SSL off", NOT_LET_IN),
        ("certificate verify failed", TLS),
        ("password authentication failed", LOGIN),
        ("database is locked", BUSY),
        ("connection refused", PORT),
        ("nobody has said this before", None),
    ],
)
def test_words_tell_a_kind(words: str, kind: str | None) -> None:
    assert spoken_trouble(DriverError(words)) == kind


def test_what_the_network_says_is_found_under_what_the_driver_says() -> None:
    error = DriverError(2003, "cannot connect")
    error.original_exception = ConnectionRefusedError()  # type: ignore[attr-defined]
    assert network_trouble(error) == PORT
