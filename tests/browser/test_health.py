"""The server says how it is, on the port it was given, without anybody opening a page."""

from tests.servers.app import App, health


def test_the_desk_answers_that_it_is_well(app_server: App) -> None:
    assert app_server.url.endswith(f":{app_server.port}")
    assert health(app_server) == "ok"
