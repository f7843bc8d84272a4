"""Invented names of companies and people, each used once."""

from world.recipe import read
from world.setting import Setting


def companies(count: int, setting: Setting, kind: str = "companies", topic: str = "") -> list[str]:
    """Put together as many different names of one kind of company as asked for."""
    words = read("names.toml")
    kinds, heads, tails = words[kind], words["heads"], words["tails"]
    order = setting.stream(f"names/{kind}/{topic}").permutation(len(heads) * len(tails) * len(kinds))[:count]
    return [_company(int(i), heads, tails, kinds) for i in order]


def owners() -> list[str]:
    """Name the people who own deals."""
    return list(read("names.toml")["owners"])


def mailbox(company: str) -> str:
    """Give a company's billing address, under the reserved domain."""
    host = "".join(letter for letter in company.lower() if letter.isalnum())
    return f"billing@{host}.example"


def _company(index: int, heads: list[str], tails: list[str], kinds: list[str]) -> str:
    rest, kind = divmod(index, len(kinds))
    head, tail = divmod(rest, len(tails))
    return f"{heads[head]}{tails[tail]} {kinds[kind]}"
