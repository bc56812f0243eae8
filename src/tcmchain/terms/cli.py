"""``tcmchain terms``: look herbs, codes and symptoms up in the tables of this machine, and check the tables."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Annotated, Final

import typer
from rich.console import Console

from tcmchain.terms.amounts import units
from tcmchain.terms.cards import Card, card_of
from tcmchain.terms.check import check
from tcmchain.terms.doses import NOT_DECOCTED
from tcmchain.terms.formulas import gaps, seed_formulas
from tcmchain.terms.lookup import find, search
from tcmchain.terms.measures import conventions, readings, weighings_in
from tcmchain.terms.preparations import preparations
from tcmchain.terms.safety import GRADES, WHOM, WORDINGS, Restriction, incompatibilities
from tcmchain.terms.vocabulary import CodeKind, find_code, find_symptoms

app = typer.Typer(help="术语 · herbs, codes and symptoms", no_args_is_help=True)

_console: Final = Console()
_FORMS: Final = {"decoction": "煎剂", "powder": "散剂", "pill": "丸散", "external": "外用"}
_BASES: Final = {"per-day": "一日", "per-dose": "一次"}
_SIZES: Final = {"": "", "large": "（大）", "middle": "（中）", "small": "（小）"}
_UNKNOWN: Final = "未知，无法审查 unknown, cannot be checked"

Name = Annotated[str, typer.Argument(help="a herb's exact name, alias or pinyin")]


@app.command("check")
def check_tables() -> None:
    """Look for contradictions within and between the tables; exit 1 where there is one."""
    faults = check()
    for fault in faults:
        _say(f"{fault.subject}  {fault.fault}")
    if faults:
        raise typer.Exit(1)
    _say("没有矛盾 no contradictions")


@app.command("search")
def search_herbs(text: Annotated[str, typer.Argument(help="part of a name, pinyin or initials")]) -> None:
    """List herbs and forms that fit a text, to choose from."""
    for term in search(text):
        _say(f"{term.id:<24} {term.zh}  {term.pinyin}")


@app.command("find")
def find_herb(name: Name) -> None:
    """Show all that the tables say of the one herb that a name means."""
    for label, value in _lines(card_of(find(name).id)):
        _say(f"{label}  {value}")


@app.command("dose")
def read_doses(name: Name) -> None:
    """Show the dose ranges of a herb, the newest edition first."""
    for line in _doses(card_of(find(name).id)):
        _say(line)


@app.command("grams")
def read_grams(
    name: Name, words: Annotated[str, typer.Argument(help="an amount as written, such as 三两, 半升 or 9–15g")]
) -> None:
    """Show what an amount of a herb comes to by every convention, and by whose weighing."""
    herb = find(name).id
    for id, grams in readings(words, herb).items():
        _say(f"{id:<12} {conventions()[id].zh}  {'不能折算 cannot be computed' if grams is None else f'{grams} g'}")
    for each in weighings_in(words, herb):
        weight = f"{float(each.low):g}" + ("" if each.low == each.high else f"–{float(each.high):g}")
        _say(f"{each.per} {units()[each.unit].zh}{_SIZES[each.size]} = {weight} g  {each.source.zh}")


@app.command("formulas")
def read_formulas() -> None:
    """Show how many formulas each source gives, and which were left out and why."""
    counted = Counter(seed.source.zh for seed in seed_formulas())
    for source, number in counted.items():
        _say(f"{number:>4}  {source}")
    for gap in gaps():
        _say(f"未收 left out  {gap.name}  {gap.reason}（{gap.source.zh}）")


@app.command("pairs")
def read_pairs(names: Annotated[list[str], typer.Argument(help="exact names of herbs")]) -> None:
    """Tell which of several herbs do not go together; exit 1 where two do not."""
    herbs = [find(name) for name in names]
    pairs = [incompatibilities().get(frozenset((a.id, b.id))) for a, b in combinations(herbs, 2)]
    bad = [pair for pair in pairs if pair is not None]
    for pair in bad:
        _say(f"{card_of(pair.left).herb.zh} × {card_of(pair.right).herb.zh}  {pair.name}（{pair.source.zh}）")
    if bad:
        raise typer.Exit(1)
    _say("未见配伍禁忌 no pair that does not go together")


@app.command("code")
def read_codes(
    kind: Annotated[CodeKind, typer.Argument(help="disease, syndrome or therapy")],
    text: Annotated[str, typer.Argument(help="a code or a name")],
) -> None:
    """Find a disease, syndrome or therapy of the national standards."""
    for term in find_code(kind, text)[:20]:
        _say(f"{term.code:<18} {term.zh}  {'、'.join(term.others)}  {term.standard}")


@app.command("symptom")
def read_symptoms(text: Annotated[str, typer.Argument(help="what somebody says")]) -> None:
    """Find the symptoms that stand in somebody's own words."""
    for symptom in find_symptoms(text):
        _say(f"{symptom.zh}  {symptom.pinyin}  {'、'.join(symptom.words)}")


def _say(line: str) -> None:
    _console.print(line, highlight=False, markup=False, soft_wrap=True)


def _lines(card: Card) -> Iterator[tuple[str, str]]:
    yield "药名", f"{card.herb.zh}（{card.herb.traditional}） {card.herb.pinyin} {card.herb.latin} {card.herb.en}"
    yield "编号", card.herb.id
    if card.herb.aliases:
        yield "别名", "、".join(card.herb.aliases)
    yield "来源", card.herb.source.zh
    if len(card.states) > 1:
        yield "生制", "、".join(state.zh for state in card.states)
    for line in _doses(card):
        yield "用量", line
    if card.handlings:
        yield "煎服", "、".join(_handled(one.preparation) for one in card.handlings)
    yield "毒性", GRADES[card.toxicity.grade] if card.toxicity else _silence(card)
    yield "妊娠", WORDINGS[card.pregnancy.wording] if card.pregnancy else _silence(card)
    for caution in card.cautions:
        yield "注意", f"{WHOM[caution.whom]} {WORDINGS[caution.wording]}"
    if card.restriction:
        yield "限制", _limit(card.restriction)
    for other, rule in card.incompatible:
        yield "禁忌", f"{other.zh}（{rule.name}，{rule.source.zh}）"


def _silence(card: Card) -> str:
    return "未载 not stated" if card.read else _UNKNOWN


def _doses(card: Card) -> list[str]:
    return [
        f"{_FORMS[d.form]} {_BASES[d.basis]} {d.low:f}–{d.high:f} g  {d.source.zh}" + (f"  {d.note}" if d.note else "")
        for d in card.doses
    ] or [_UNKNOWN]


def _handled(preparation: str) -> str:
    return "不入煎剂" if preparation == NOT_DECOCTED else preparations()[preparation].zh


def _limit(limit: Restriction) -> str:
    if limit.kind == "banned":
        return f"不得开方（{limit.source.zh}）"
    return f"至多 {limit.days} 日用量，处方保存 {limit.keep_years} 年（{limit.source.zh}）"
