"""Searching a hundred thousand formulas as one types: the index alone, and over HTTP with the page drawn.

Formulas are made by chance from the herbs that the classics of the package use, as often as they use them. Questions
are typed letter by letter, as people do: names, pinyin, initials, herbs, diseases, lay words, herbs to have or lack.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import httpx

from formula_crowd import crowd
from measured import example_node, keep, percentile
from tcmchain.formulas.model.query import Asked, Searchable
from tcmchain.formulas.model.seeds import seed_documents
from tcmchain.formulas.readmodel.search import SearchIndex
from tcmchain.terms.lookup import find

TARGETS = {"search_p95_ms": 30}
FORMULAS = 100_000
SEED = 5
TYPED = (
    "桂枝汤", "四君子", "甘草", "黄芪 当归", "睡不着 心烦", "拉肚子怕冷", "头疼发烧出汗", "感冒", "失眠多梦",
    "气虚", "脾胃虚寒证", "咳嗽痰多", "小便不利", "guizhitang", "gui zhi", "renshen", "huangqi danggui", "gzt", "bzyqt",
    "黃耆", "芒消", "口渴 便秘", "我最近总是腰疼没有力气", "加味逍遥", "不存在的方名",
)  # fmt: skip
NARROWED = ((("黄芪",), ("附子",)), (("甘草", "生姜"), ("人参",)), ((), ("甘草",)), (("麻黄",), ()))
ROUNDS = 4


def prefixes() -> Iterator[str]:
    """What is in the field after each key."""
    for text in TYPED:
        for length in range(1, len(text) + 1):
            if not text[length - 1].isspace():
                yield text[:length]


def questions() -> list[Asked]:
    asked = [Asked(text) for text in prefixes()]
    for having, lacking in NARROWED:
        filters = tuple(find(name).id for name in having), tuple(find(name).id for name in lacking)
        asked += [Asked(text, *filters) for text in ("", "失眠", "汤")]
    return asked + [Asked("甘草", offset=at) for at in (20, 200, 980)]


def built(file: Path, count: int) -> tuple[SearchIndex, float]:
    """An index of so many formulas, and how long it took to write."""
    compositions = [[one.herb for one in document.ingredients] for document in seed_documents()]
    index, began = SearchIndex(file), time.perf_counter()
    for some in _batched(crowd(count, SEED, compositions), 2000):
        index.put(some)
    return index, time.perf_counter() - began


def _batched(items: Iterator[Searchable], size: int) -> Iterator[list[Searchable]]:
    batch: list[Searchable] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def timed(calls: Sequence[Callable[[], object]], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Milliseconds of each call, after one round to warm up."""
    for call in calls:
        call()
    took = []
    for _ in range(ROUNDS):
        for call in calls:
            began = clock()
            call()
            took.append((clock() - began) * 1000)
    return took


def figures(took: Sequence[float]) -> dict[str, float]:
    return {
        "p50_ms": round(percentile(took, 0.5), 1),
        "p95_ms": round(percentile(took, 0.95), 1),
        "p99_ms": round(percentile(took, 0.99), 1),
        "max_ms": round(max(took), 1),
        "questions": len(took) // ROUNDS,
    }


def over_http(home: Path, asked: Sequence[Asked]) -> dict[str, dict[str, float]]:
    """The same questions to a node in a process of its own: as JSON, and as the part of the page that htmx fetches."""
    found = {}
    with example_node(home) as address, httpx.Client(base_url=address, timeout=60) as client:
        for name, path, headers in (
            ("json", "/api/formulas/search", {}),
            ("page", "/formulas", {"HX-Request": "true"}),
        ):
            found[name] = figures(timed([_call(client, path, headers, one) for one in asked]))
    return found


def _call(client: httpx.Client, path: str, headers: dict[str, str], one: Asked) -> Callable[[], object]:
    several = path.startswith("/api")
    asks: dict[str, str | int | list[str]] = {"q": one.text}
    for name, herbs in (("with", one.having), ("without", one.lacking)):
        if herbs:
            asks[name] = list(herbs) if several else " ".join(herbs)
    if one.offset:
        asks |= {"offset": one.offset} if several else {"page": one.offset // 20 + 1}

    def call() -> object:
        return client.get(path, params=asks, headers=headers).raise_for_status()

    return call


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--formulas", type=int, default=FORMULAS)
    count = parser.parse_args().formulas
    asked = questions()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with example_node(home):
            pass  # The node shares the classics; the crowd is put beside them.
        index, took = built(home / "search.db", count)
        size = (home / "search.db").stat().st_size
        calls = [partial(index.ask, one) for one in asked]
        alone, processor = figures(timed(calls)), figures(timed(calls, time.thread_time))
        index.close()
        http = over_http(home, asked)
    keep(
        "search",
        target=TARGETS,
        formulas=count,
        seed=SEED,
        build_seconds=round(took, 1),
        file_mib=round(size / 2**20),
        service=alone,
        service_processor_time=processor,
        http_json=http["json"],
        http_page=http["page"],
    )


if __name__ == "__main__":
    main()
