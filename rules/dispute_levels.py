"""红黄蓝 of a dispute: by which criteria it is proposed, and who decides it in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.dispute_terms import GradeStage, RiskLevel
from rules.errors import Problem
from rules.policy import Value
from rules.terms import UnitKind

REASON_MAX = 500
WHO_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the criteria ask of a dispute; nothing of any person."""

    people: int
    amount_fen: int | None = None
    cross: bool = False
    group: bool = False
    may_petition: bool = False


@dataclass(frozen=True, slots=True)
class Criteria:
    """From how many people and how much money on a dispute is red or yellow, as the county set it."""

    red_people: int
    red_amount_fen: int
    yellow_people: int
    yellow_amount_fen: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The level the criteria come to, with the criteria that are met, for people to decide on."""

    level: RiskLevel
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """One recorded step of deciding."""

    stage: GradeStage
    level: RiskLevel
    decided_on: date


def criteria(parameters: Mapping[str, Value]) -> Criteria:
    """Read the county's numbers; money is set in 万元."""

    def read(key: str) -> int:
        value = parameters[key]
        assert isinstance(value, int)
        return value

    return Criteria(
        read("dispute_red_people"),
        read("dispute_red_amount") * 1_000_000,
        read("dispute_yellow_people"),
        read("dispute_yellow_amount") * 1_000_000,
    )


def proposed(matter: Matter, by: Criteria) -> Proposal:
    """Propose a level by the written criteria; the gravest that one criterion asks for."""
    amount = matter.amount_fen or 0
    red = [
        *([f"涉及 {matter.people} 人，达到 {by.red_people} 人"] * (matter.people >= by.red_people)),
        *([f"金额达到 {by.red_amount_fen // 1_000_000} 万元"] * (amount >= by.red_amount_fen)),
        *(["群体性且可能引发信访"] * (matter.group and matter.may_petition)),
    ]
    if red:
        return Proposal(RiskLevel.RED, tuple(red))
    yellow = [
        *(
            [f"涉及 {matter.people} 人，达到 {by.yellow_people} 人"]
            * (matter.people >= by.yellow_people)
        ),
        *(
            [f"金额达到 {by.yellow_amount_fen // 1_000_000} 万元"]
            * (amount >= by.yellow_amount_fen)
        ),
        *(["三跨三分离"] * matter.cross),
        *(["群体性"] * matter.group),
        *(["可能引发信访"] * matter.may_petition),
    ]
    if yellow:
        return Proposal(RiskLevel.YELLOW, tuple(yellow))
    return Proposal(RiskLevel.BLUE, ("不到红、黄标准",))


def stages(found_by: UnitKind) -> tuple[GradeStage, ...]:
    """Name who decides, in their order; what no village found has no 村议定."""
    if found_by is UnitKind.VILLAGE:
        return tuple(GradeStage)
    return GradeStage.GROUP, GradeStage.TOWNSHIP


def round_of(grades: Sequence[Grade]) -> Sequence[Grade]:
    """Return the grades since the group last began: an earlier round is history."""
    begun = [place for place, grade in enumerate(grades) if grade.stage is GradeStage.GROUP]
    return grades[begun[-1] :] if begun else ()


def next_stages(grades: Sequence[Grade], found_by: UnitKind) -> tuple[GradeStage, ...]:
    """Name who may decide next: the one whose turn it is, and the group, who may begin anew."""
    order, done = stages(found_by), round_of(grades)
    following = order[len(done)] if len(done) < len(order) else None
    if following in (None, GradeStage.GROUP):
        return (GradeStage.GROUP,)
    return following, GradeStage.GROUP


def grade_problems(
    stage: GradeStage,
    level: RiskLevel | None,
    *,
    who: str,
    reason: str,
    decided_on: date | None,
    grades: Sequence[Grade],
    found_by: UnitKind,
    above_village: bool,
    found_on: date,
    today: date,
) -> list[Problem]:
    """List why a step of deciding cannot be recorded; `above_village` is who records it.

    A village does not write down what the township decided on its matter.
    """
    found = []
    if stage not in next_stages(grades, found_by):
        order = " → ".join(each.label for each in stages(found_by))
        found.append(Problem("stage", f"等级按“{order}”逐级评定，现在轮不到{stage.label}"))
    if stage is GradeStage.TOWNSHIP and not above_village:
        found.append(Problem("stage", "乡镇审定由乡镇（部门）或联席办登记"))
    if level is None:
        found.append(Problem("level", "请选择等级"))
    if not who:
        found.append(Problem("who", "请填写评定人（小组、村委会或乡镇及姓名）"))
    for name, label, text, limit in (
        ("who", "评定人", who, WHO_MAX),
        ("reason", "评定依据", reason, REASON_MAX),
    ):
        if len(text) > limit:
            found.append(Problem(name, f"{label}最多 {limit} 个字"))
    before = round_of(grades)
    if (
        before
        and stage is not GradeStage.GROUP
        and level is not None
        and level is not before[-1].level
        and not reason
    ):
        found.append(Problem("reason", f"与{before[-1].stage.label}的等级不同，请写明依据"))
    if decided_on is None:
        found.append(Problem("decided_on", "请填写评定日期"))
    else:
        least = max([found_on, *(grade.decided_on for grade in grades)])
        if decided_on > today:
            found.append(Problem("decided_on", f"评定日期 {decided_on} 晚于今天"))
        if decided_on < least:
            found.append(Problem("decided_on", f"评定日期 {decided_on} 早于 {least}"))
    return found
