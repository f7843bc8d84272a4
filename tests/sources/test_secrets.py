"""Secrets come from the environment or from a file that git does not keep; a sources file may hold none."""

import subprocess
from pathlib import Path

import pytest

from lib.sources.refusal import PullRefused
from lib.sources.secrets import Secrets, refuse_written, unspoken


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text('STRIPE_API_KEY = "from the file"\nPLANS_DB_URL = "sqlite:///file"\nport = 7\n')
    vault = Secrets({"STRIPE_API_KEY": "from the environment", "PLANS_DB_URL": ""}, file)
    wanted = {"STRIPE_API_KEY": True, "PLANS_DB_URL": False, "AWS_SESSION_TOKEN": False}
    assert vault.of(wanted, "here") == {"STRIPE_API_KEY": "from the environment", "PLANS_DB_URL": "sqlite:///file"}


def test_a_secret_that_is_needed_is_asked_for_by_name(tmp_path: Path) -> None:
    vault = Secrets({"STRIPE_APIKEY": "hush"}, tmp_path / "none.toml")
    with pytest.raises(PullRefused, match=r"\[stripe\]: the secret STRIPE_API_KEY is missing; there is STRIPE_APIKEY"):
        vault.of({"STRIPE_API_KEY": True}, "[stripe]")
    with pytest.raises(PullRefused, match=r"set OTHER in the environment or in \.streamlit/secrets\.toml"):
        vault.of({"OTHER": True}, "[stripe]")


def test_a_file_of_secrets_that_git_tracks_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text('STRIPE_API_KEY = "hush"\n')
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert Secrets({}, file).of({"STRIPE_API_KEY": True}, "here") == {"STRIPE_API_KEY": "hush"}
    subprocess.run(["git", "-C", tmp_path, "add", file.name], check=True)
    with pytest.raises(PullRefused, match=r"secrets\.toml holds secrets, but git tracks it") as refused:
        Secrets({}, file).of({"STRIPE_API_KEY": True}, "here")
    assert "hush" not in str(refused.value)


def test_a_file_of_secrets_that_is_no_toml_is_refused_without_a_word_of_it(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text("STRIPE_API_KEY = hush\n")
    with pytest.raises(PullRefused, match=r"secrets\.toml cannot be read \(TOMLDecodeError\)") as refused:
        Secrets({}, file).of({"STRIPE_API_KEY": True}, "here")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"stripe": {"kind": "stripe_api", "api_key": "hush"}}, r"\[stripe\]: api_key is a secret"),
        ({"stripe": {"endpoint": "sk_live_hush00000000"}}, r"\[stripe\]: endpoint is a secret"),
        ({"stripe": {"kind": ["sk_test_hush00000000"]}}, r"\[stripe\]: kind is a secret"),
        ({"s": {"x": "AKIAHUSH0HUSH0HUSH00"}}, r"\[s\]: x is a secret"),
        ({"s": {"x": "akiahush0hush0hush00"}}, r"\[s\]: x is a secret"),
        ({"s": {"aws_secret_access_key": "hush"}}, r"\[s\]: aws_secret_access_key is a secret"),
        ({"p": {"url": "mysql+pymysql://u:hush@h/x"}}, r"\[p\]: url is a secret"),
        ({"p": {"url": "postgresql+psycopg://h/x?user=u&password=hush"}}, r"\[p\]: url is a secret"),
        *(
            ({"p": {"url": f"{url}"}}, r"\[p\]: url is a secret")
            for url in (
                "mysql+pymysql://desk:pa/hush@db.example/plans",
                "postgresql://desk:pa#hush@db/plans",
                "postgresql://desk:pa?hush@db/plans",
                "postgresql://desk:pa:hush@db/plans",
                "postgresql://desk:pa@hush@db/plans",
                "postgresql://desk:pa hush@db/plans",
                "postgresql://desk@company:hush@db/plans",
                "postgresql://:hush@db/plans",
                "postgresql://db/plans?sslpassword=hush",
                "postgresql://db/plans?user=u&ssl_key_pass=hush",
                "mysql://db/plans?passphrase=hush",
                "mysql://db/plans?charset=utf8;authToken=hush",
                "mysql://db/plans?client-secret=hush",
                "https://s3.example?X-Api-Key=hush",
            )
        ),
        ({"p": {"passphrase": "hush"}}, r"\[p\]: passphrase is a secret"),
        ({"p": {"endpoint": "https://u:hush@s3.example"}}, r"\[p\]: endpoint is a secret"),
        ({"world": "https://u:hush@h/world.toml"}, "world is a secret"),
        ({"rk_live_hush00000000": {"x": 1}}, "has a secret in the place of a key"),
        ({"s": {"rk_live_hush00000000": 1}}, "has a secret in the place of a key"),
        ({"metering": {"mapping": {"key": "sk_live_hush00000000"}}}, r"\[metering\.mapping\]: key is a secret"),
        ({"metering": {"password": {"a": 1}}}, r"\[metering\]: password is a secret"),
    ],
)
def test_a_secret_in_a_sources_file_is_told_where_it_belongs(document: dict[str, object], told: str) -> None:
    with pytest.raises(PullRefused, match=told) as refused:
        refuse_written(document, Path("sources.toml"))
    assert "hush" not in str(refused.value).lower()
    assert ".streamlit/secrets.toml" in str(refused.value)


def test_what_only_looks_like_a_secret_may_stand() -> None:
    refuse_written(
        {
            "plans_db": {"kind": "sql", "url": "mysql+pymysql://reader@db.internal:3306/app?charset=utf8mb4"},
            "crm_db": {"url": "postgresql://reader@[::1]:5432/app?keepalives=1&sslmode=verify-full"},
            "metering": {"path": "token/secret", "mapping": {"token": "words", "output_tokens": {"factor": 0.75}}},
            "crm": {"columns": {"company": {"token": "Token"}}},
            "marketplace": {"bucket": "keys", "prefix": "passwords/2026", "endpoint": "http://127.0.0.1:5000"},
        },
        Path("sources.toml"),
    )


def test_an_error_that_quotes_a_secret_is_not_let_out() -> None:
    url = "mysql+pymysql://reader:p%40ss-planted@db.internal/app"
    for said in (url, "access denied for p@ss-planted", "p%40ss-planted"):
        with (
            pytest.raises(PullRefused, match="whose words hold a secret and are not shown") as refused,
            unspoken({"PLANS_DB_URL": url}, "[plans_db]"),
        ):
            raise RuntimeError("it went wrong") from OSError(said)
        assert "planted" not in str(refused.value)
    with pytest.raises(RuntimeError, match="a fault of ours"), unspoken({"PLANS_DB_URL": url}, "[plans_db]"):
        raise RuntimeError("a fault of ours")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql+pymysql://desk:pa/planted@db.internal/app", "denied using pa/planted"),
        ("mysql+pymysql://desk:pa/planted@db.internal/app", "no port 'planted'"),
        ("postgresql://desk:pa#planted@db/app", "denied using pa#planted"),
        ("postgresql://desk:pa?planted@db/app", "denied using pa?planted"),
        ("postgresql://desk:pa@planted@db/app", "no host planted@db"),
        ("postgresql://desk:pl9@db/app?application_name=planted@desk", "denied using pl9 of planted"),
        ("postgresql://desk@company:planted@db/app", "denied using planted"),
        ("postgresql://db/app?sslpassword=planted%2Fone", "no key opens with planted/one"),
        ("postgresql://db/app?user=u&passphrase=planted", "no key opens with planted"),
    ],
)
def test_every_form_of_a_secret_in_a_url_is_known_in_an_error(url: str, said: str) -> None:
    with pytest.raises(PullRefused, match="whose words hold a secret") as refused, unspoken({"PLANS_DB_URL": url}, "x"):
        raise RuntimeError(said)
    assert "planted" not in str(refused.value)


def test_a_url_without_a_secret_hides_no_fault() -> None:
    for url in (
        "sqlite:///file",
        "mysql://reader@db.internal:3306/app?charset=utf8mb4",
        "postgresql://db/app?password=",
    ):
        with pytest.raises(RuntimeError, match="utf8mb4 at 3306"), unspoken({"PLANS_DB_URL": url}, "x"):
            raise RuntimeError("utf8mb4 at 3306")
