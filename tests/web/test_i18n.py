"""The reader's language."""

import pytest
from starlette.requests import Request

from tcmchain.web.i18n import language_of, translator


def _request(query: str = "", cookie: str = "", accept: str = "") -> Request:
    headers = [(b"cookie", cookie.encode()), (b"accept-language", accept.encode())]
    return Request({"type": "http", "query_string": query.encode(), "headers": headers, "path": "/"})


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "language"),
    [
        ("", "", "", "zh"),
        ("", "", "en-GB,en;q=0.9", "en"),
        ("", "", "en;q=0.3,zh-CN;q=0.9", "zh"),
        ("", "", "fr,de;q=0.5", "zh"),
        ("", "", "en;q=nonsense,zh", "zh"),
        ("", "", "en;q=0", "zh"),
        ("", "tcmchain_lang=en", "zh", "en"),
        ("lang=zh", "tcmchain_lang=en", "en", "zh"),
        ("lang=xx", "", "en", "en"),
    ],
)
def test_choose__what_the_reader_says__wins_in_order(query: str, cookie: str, accept: str, language: str) -> None:
    assert language_of(_request(query, cookie, accept)) == language


def test_translate__values__are_put_in() -> None:
    assert translator("zh")("第 %(n)s 版", n=2) == "第 2 版"
    assert translator("en")("第 %(n)s 版", n=2) == "Version 2"


def test_translate__unknown_sentence__stays_as_it_is() -> None:
    assert translator("en")("没有人翻译过这一句") == "没有人翻译过这一句"
