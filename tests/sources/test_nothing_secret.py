"""No secret is ever told: not on the screen, not in an error, not in a snapshot, whatever goes wrong.

Every failure is provoked on real servers and through the command line; every byte that comes out is searched.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from botocore.exceptions import ConnectTimeoutError, ProxyConnectionError, ReadTimeoutError, SSLError

from lib.__main__ import main
from lib.sources import aws
from lib.sources.refusal import PullRefused
from tests.servers.s3 import KEYS, Server
from tests.sources.plans import load_server

PASSWORD = "pl4nted-pass"
DATABASE = f"mysql+pymysql://reader:{PASSWORD}@127.0.0.1:9/app"
SECRETS = {**KEYS, "PLANS_DB_URL": DATABASE}
PLANTED = (*KEYS.values(), PASSWORD)

Run = Callable[[str, Mapping[str, str]], tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Pull by the command line → its exit code and all it said; nothing of it, or on disk, may hold a secret."""

    def pulled(toml: str, environ: Mapping[str, str]) -> tuple[int, str]:
        for name in (*SECRETS, "AWS_PROFILE", "AWS_ENDPOINT_URL_S3"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        (tmp_path / "sources.toml").write_text(toml)
        places = ["--sources", str(tmp_path / "sources.toml"), "--snapshots", str(tmp_path / "snapshots")]
        code = main(["pull", *places, "--as-of", "2026-11-02"])
        said = "".join(capfd.readouterr())
        (tmp_path / "sources.toml").unlink()
        left = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert not [secret for secret in PLANTED if secret in said or secret.encode() in left]
        return code, said

    return pulled


PLANS = '[plans_db]\nkind = "sql"\n'


def bucket(name: str, url: str) -> str:
    return f'[marketplace]\nkind = "s3"\nbucket = "{name}"\nregion = "us-east-1"\nendpoint = "{url}"\n'


@pytest.mark.parametrize(
    "url",
    [
        DATABASE,
        f"mysql+pymysql://reader:{PASSWORD}@no.such.host.invalid/app",
        f"mysql+pymysql://reader:{PASSWORD}@127.0.0.1:9/app?nonsense=1",
        f"nonsense://reader:{PASSWORD}@127.0.0.1/app",
        f"mysql+pymysql://reader:{PASSWORD}@127.0.0.1:port/app",
        f"reader:{PASSWORD}",
        f"sqlite:///{PASSWORD}/nowhere.sqlite",
    ],
)
def test_a_database_that_does_not_answer(run: Run, url: str) -> None:
    code, said = run(PLANS, {"PLANS_DB_URL": url})
    assert code == 2
    assert said.count("python -m lib pull: ") == 1


@pytest.mark.server
def test_a_database_that_knows_another_password_or_holds_other_tables(run: Run, mariadb_url: str) -> None:
    wrong = mariadb_url.replace("desk:desk@", f"desk:{PASSWORD}@")
    code, said = run(PLANS, {"PLANS_DB_URL": wrong})
    assert (code, "it does not take that user or password" in said) == (2, True)
    load_server(mariadb_url)
    assert run(PLANS, {"PLANS_DB_URL": mariadb_url})[0] == 0


@pytest.mark.parametrize(
    "line",
    [
        f'url = "{DATABASE}"',
        f'password = "{PASSWORD}"',
        f'kind = "{KEYS["AWS_ACCESS_KEY_ID"]}"',
        f'{KEYS["AWS_ACCESS_KEY_ID"]} = "x"',
        f'aws_secret_access_key = "{KEYS["AWS_SECRET_ACCESS_KEY"]}"',
        f'secret_key = "{KEYS["AWS_SECRET_ACCESS_KEY"]}"',
        f'url = "{DATABASE}" url',
    ],
)
def test_a_secret_in_the_sources_file(run: Run, line: str) -> None:
    code, said = run(f"[plans_db]\n{line}\n", {})
    assert code == 2
    assert re.search(r"secrets\.toml|is not valid TOML", said)


def test_a_bucket_that_is_not_there_does_not_answer_or_may_not_be_read(
    run: Run, s3_server: Server, tmp_path: Path
) -> None:
    s3_server.fill("secretive", {"a.csv": b"a\n1\n"})
    with s3_server.guarded() as weak:
        for keys, told in (
            (KEYS, "AWS does not know this access key (InvalidAccessKeyId)"),
            ({**KEYS, "AWS_ACCESS_KEY_ID": weak["AWS_ACCESS_KEY_ID"]}, "the secret access key is not the one"),
            (weak, "these credentials may not GetObject here (AccessDenied); grant it, or use others"),
        ):
            code, said = run(bucket("secretive", s3_server.url), keys)
            assert (code, told in said, weak["AWS_SECRET_ACCESS_KEY"] in said) == (2, True, False)
    code, said = run(bucket("secretive", "http://127.0.0.1:9"), KEYS)
    assert (code, "127.0.0.1:9 cannot be reached (EndpointConnectionError); check endpoint" in said) == (2, True)
    assert run(bucket("no-such-bucket", s3_server.url), KEYS)[0] == 2
    userinfo = s3_server.url.replace("//", f"//reader:{PASSWORD}@") + "x"
    without = bucket("secretive", "").replace('endpoint = ""\n', "")
    assert run(without, {**KEYS, "AWS_ENDPOINT_URL_S3": userinfo})[0] == 2
    assert run(without, {"AWS_ACCESS_KEY_ID": KEYS["AWS_ACCESS_KEY_ID"]})[0] == 2
    assert run(without, {"AWS_PROFILE": PASSWORD})[0] == 2


def test_a_pull_that_is_interrupted_and_one_that_succeeds(run: Run, s3_server: Server, tmp_path: Path) -> None:
    s3_server.fill("told-on", {"a.csv": b"a\n1\n"})
    code, _ = run(bucket("told-on", s3_server.url) + PLANS, SECRETS)
    assert code == 2
    assert (tmp_path / "snapshots" / ".pulling-2026-11-02" / "marketplace" / "a.csv").is_file()
    code, said = run(bucket("told-on", s3_server.url), SECRETS)
    assert (code, "snapshot 2026-11-02: 1 files" in said) == (0, True)
    assert (tmp_path / "snapshots" / "2026-11-02" / "manifest.json").is_file()


class Gossip(BaseHTTPRequestHandler):
    """A server that answers every request with an error that repeats what it was told, and what it was not."""

    def do_GET(self) -> None:
        told = f"{self.headers.get('Authorization')} {PASSWORD} {KEYS['AWS_SECRET_ACCESS_KEY']}"
        body = f"<Error><Code>{told}</Code><Message>{told}</Message></Error>".encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """It gossips, but not here."""


@contextmanager
def gossiping() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Gossip) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_server_that_repeats_what_it_was_told(run: Run) -> None:
    with gossiping() as url:
        code, said = run(bucket("secretive", url), KEYS)
    assert code == 2
    assert "ListObjectsV2 was refused (no code)" in said


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url=f"https://reader:{PASSWORD}@s3.internal"),
        ReadTimeoutError(endpoint_url=f"https://reader:{PASSWORD}@s3.internal"),
        ProxyConnectionError(proxy_url=f"https://reader:{PASSWORD}@proxy.internal", error=PASSWORD),
        SSLError(endpoint_url=f"https://reader:{PASSWORD}@s3.internal", error=PASSWORD),
    ],
)
def test_a_line_that_is_slow_or_cut_is_told_by_its_kind_only(error: Exception) -> None:
    """Nobody waits a minute in a test: the errors are the client's own, raised where it raises them."""
    with (
        pytest.raises(PullRefused, match=rf"cannot be reached \({type(error).__name__}\)") as refused,
        aws.client("s3", {"region": "us-east-1"}, KEYS, "[marketplace]"),
    ):
        raise error
    assert PASSWORD not in str(refused.value)


def test_the_search_finds_what_is_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "companies.csv").write_text(f"note\n{PASSWORD}\n")
    with pytest.raises(AssertionError, match=PASSWORD):
        run('[crm]\nkind = "folder"\npath = "crm"\n', {})
