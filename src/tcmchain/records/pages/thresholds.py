"""From which measured values on a person is told something, what, and by which guideline; judged on the device."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tcmchain.web.i18n import N_, Language, translator

_PRESSURE: Final = N_("《中国高血压防治指南（2024 年修订版）》")
_GLUCOSE: Final = N_("《中国糖尿病防治指南（2024 版）》")
_WEIGHT: Final = N_("WS/T 428—2013《成人体重判定》")
_OXYGEN: Final = N_("世界卫生组织《脉搏血氧监测培训手册》（2011）")
_SIGNS: Final = N_("《诊断学》第 10 版（人民卫生出版社）")


@dataclass(frozen=True, slots=True)
class Threshold:
    """Holds for the last value of ``measure`` that is at least ``least`` and below ``below`` (in the measure's unit).

    ``tone`` is ``bad`` when the person should act at once, ``warn`` otherwise.
    """

    measure: str
    least: float | None
    below: float | None
    tone: str
    says: str
    advice: str
    source: str


_SOON: Final = N_("安静休息五分钟后再测一次；仍然这么高，或伴有头痛、胸闷、视物模糊，请马上就医或拨打 120。")
_DOCTOR: Final = N_("换不同的日子再测两次；都偏高请预约医生。")
_LOOK: Final = N_("少盐、规律运动，过些日子再测。")

THRESHOLDS: Final[Sequence[Threshold]] = (
    Threshold("systolic", 180, None, "bad", N_("收缩压很高"), _SOON, _PRESSURE),
    Threshold("systolic", 140, 180, "warn", N_("收缩压达到高血压的诊断界值"), _DOCTOR, _PRESSURE),
    Threshold("systolic", 120, 140, "note", N_("收缩压为正常高值"), _LOOK, _PRESSURE),
    Threshold("systolic", None, 90, "warn", N_("收缩压偏低"), N_("起身放慢；有头晕、乏力请就医。"), _SIGNS),
    Threshold("diastolic", 110, None, "bad", N_("舒张压很高"), _SOON, _PRESSURE),
    Threshold("diastolic", 90, 110, "warn", N_("舒张压达到高血压的诊断界值"), _DOCTOR, _PRESSURE),
    Threshold("diastolic", 80, 90, "note", N_("舒张压为正常高值"), _LOOK, _PRESSURE),
    Threshold("pulse", 100.01, None, "warn", N_("心率偏快"), N_("静坐后再测；持续偏快或心慌请就医。"), _SIGNS),
    Threshold("pulse", None, 60, "note", N_("心率偏慢"), N_("运动员常见；有头晕、乏力请就医。"), _SIGNS),
    Threshold("temperature_c", 39.1, None, "bad", N_("高热"), N_("补水、物理降温，并尽快就医。"), _SIGNS),
    Threshold("temperature_c", 37.3, 39.1, "warn", N_("发热"), N_("多喝水、休息；超过三天请就医。"), _SIGNS),
    Threshold("temperature_c", None, 35, "bad", N_("体温过低"), N_("保暖，并尽快就医。"), _SIGNS),
    Threshold("spo2", None, 90, "bad", N_("血氧很低"), N_("请马上就医或拨打 120。"), _OXYGEN),
    Threshold("spo2", 90, 94, "warn", N_("血氧偏低"), N_("暖手后重测；仍低于 94% 请尽快就医。"), _OXYGEN),
    Threshold("glucose_mmol_l", 11.1, None, "warn", N_("血糖很高"), N_("请尽快就医，由医生复查。"), _GLUCOSE),
    Threshold(
        "glucose_mmol_l", 7.0, 11.1, "warn", N_("空腹血糖达到糖尿病的诊断界值"),
        N_("餐后测的不按这条看；空腹测得请预约医生复查。"), _GLUCOSE,
    ),
    Threshold("glucose_mmol_l", 6.1, 7.0, "note", N_("空腹血糖受损"), N_("控制饮食、增加活动，定期复查。"), _GLUCOSE),
    Threshold(
        "glucose_mmol_l", None, 3.9, "bad", N_("低血糖"),
        N_("马上吃含糖食物，十五分钟后再测；神志不清请拨打 120。"), _GLUCOSE,
    ),
    Threshold("bmi", 28, None, "warn", N_("体重指数属于肥胖"), N_("请向医生询问减重方案。"), _WEIGHT),
    Threshold("bmi", 24, 28, "note", N_("体重指数属于超重"), N_("控制饮食、增加活动。"), _WEIGHT),
    Threshold("bmi", None, 18.5, "note", N_("体重过低"), N_("注意营养；无故消瘦请就医。"), _WEIGHT),
)  # fmt: skip
"""For adults."""


def thresholds(language: Language) -> Sequence[dict[str, Any]]:
    """The list in the reader's language."""
    _ = translator(language)
    return [
        {
            "measure": found.measure,
            "least": found.least,
            "below": found.below,
            "tone": found.tone,
            "says": _(found.says),
            "advice": _(found.advice),
            "source": _(found.source),
        }
        for found in THRESHOLDS
    ]
