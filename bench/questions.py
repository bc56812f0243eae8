"""Ten thousand questions: searching them by words, symptoms and pinyin, and similar ones while somebody writes.

Questions are put together from symptoms in the words that people use, with figures and places between them; the
searches draw on other symptoms and on beginnings of such texts. All runs in this process, as the doors call it.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.consultations.telling import Told

from measured import keep, percentile
from tcmchain.consultations.model.texts import QuestionText
from tcmchain.consultations.service.consultations import Narrowed
from tcmchain.terms.vocabulary import symptoms

QUESTIONS: Final = 10_000
ASKED: Final = 300
A_PAGE: Final = 20
TARGET: Final = 50.0
_BETWEEN: Final = ("已经三个月了", "夜里更重", "看过几家医院", "吃药后好一些又犯", "天冷加重", "饭后明显", "检查都正常")


def written(chance: random.Random) -> str:
    """A condition as somebody might write it."""
    told = [chance.choice((one.zh, *one.words)) for one in chance.sample(symptoms(), chance.randrange(3, 7))]
    return "，".join(part for word in told for part in (word, chance.choice(_BETWEEN)))


async def make(told: Told, chance: random.Random) -> float:
    """Ask all questions; answers the seconds that it took."""
    started = time.perf_counter()
    for number in range(1, QUESTIONS + 1):
        [call] = told.consultations.ask(QuestionText(condition=written(chance)))
        told.tell(
            "Asked",
            question="0x" + number.to_bytes(32, "big").hex(),
            asker=f"0x{number:040x}",
            content=call.arguments[0],
        )
    await told.texts.level()
    return time.perf_counter() - started


def timed(asked: list[str], ask: Callable[[str], Any]) -> dict[str, float]:
    """Milliseconds of one search after the other."""
    taken = []
    for one in asked:
        started = time.perf_counter()
        ask(one)
        taken.append((time.perf_counter() - started) * 1000)
    return {name: round(percentile(taken, share), 1) for name, share in (("p50", 0.5), ("p95", 0.95))}


def main() -> None:
    chance = random.Random(33)
    with tempfile.TemporaryDirectory() as folder:
        told = Told(Path(folder))
        made = asyncio.run(make(told, chance))
        names = [chance.choice(symptoms()) for _ in range(ASKED)]

        def search(query: str) -> Any:
            return told.consultations.search(query, Narrowed(), A_PAGE)

        figures = {
            "one_symptom": timed([one.zh for one in names], search),
            "pinyin": timed([one.pinyin for one in names], search),
            "two_symptoms": timed([f"{one.zh} {chance.choice(symptoms()).zh}" for one in names], search),
            "newest": timed([""] * ASKED, search),
            "similar": timed([written(chance) for _ in names], lambda words: told.consultations.similar(words, 5)),
        }
    worst = max(one["p95"] for one in figures.values())
    keep(
        "questions",
        questions=QUESTIONS,
        searches=ASKED,
        seconds_to_ask_and_take_in=round(made, 1),
        milliseconds=figures,
        target_p95_milliseconds=TARGET,
        reached=worst <= TARGET,
    )


if __name__ == "__main__":
    main()
