"""What may be set and filed in a sweep: cadences, rounds opened by hand, reports and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from rules.errors import Problem
from rules.reception_terms import PeriodType
from rules.sweep_terms import Cadence, RoundKind
from rules.sweeps import SweepRule, is_late
from rules.units import span_problems

NAME_MAX = 100
CLAUSE_MAX = 200
NOTE_MAX = 500
COUNT_MAX = 9999
DUE_DAYS_MAX = 30
SPAN_DAYS_MAX = 366
BY_HAND: Sequence[RoundKind] = (RoundKind.CAMPAIGN, RoundKind.AD_HOC)
# The rule by which due times move, as the screens and the manual say it.
ROLLING = "截止日遇双休日、节假日的，顺延到下一个工作日（调休上班的双休日算工作日）；特护期不顺延"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How often a level is to report, and when a report is due after its period."""

    cadence: Cadence
    due_days: int
    due_time: time | None
    rolls: bool
    clause: str


def said(rule: SweepRule) -> str:
    """Say what a rule asks for."""
    if rule.cadence is Cadence.NONE:
        return "不要求"
    when = "特护期" if rule.period_type is PeriodType.SPECIAL else ""
    end = "" if rule.cadence is Cadence.DAY else "期末"
    days = f"{end}后第 {rule.due_days} 天" if rule.due_days else f"{end}当天"
    rolls = "，遇休息日顺延" if rule.rolls else ""
    return f"{when}{rule.cadence.label}一次，{days} {rule.due_time} 截止{rolls}"


def rule_problems(
    wanted: Asked, *, valid_from: date | None, valid_to: date | None, today: date
) -> list[Problem]:
    """List what is wrong with a cadence to be laid from a day on; the past is never changed."""
    found = []
    if not 0 <= wanted.due_days <= DUE_DAYS_MAX:
        found.append(Problem("due_days", f"期末后几天应在 0 到 {DUE_DAYS_MAX} 之间"))
    if wanted.due_time is None:
        found.append(Problem("due_time", "请填写截止时间"))
    if not wanted.clause or len(wanted.clause) > CLAUSE_MAX:
        found.append(Problem("clause", f"请填写依据（最多 {CLAUSE_MAX} 个字），例如县里的文件号"))
    if valid_from is None:
        found.append(Problem("valid_from", "请填写从哪一天起施行"))
    elif valid_from < today:
        message = f"施行日期 {valid_from} 已经过去。以前的轮次按当时的频次，请从今天或以后起施行"
        found.append(Problem("valid_from", message))
    return found + span_problems(valid_from, valid_to)


def round_problems(
    *,
    name: str,
    kind: RoundKind,
    first_on: date | None,
    last_on: date | None,
    due_at: datetime | None,
    units: int,
    now: datetime,
    today: date,
) -> list[Problem]:
    """List what is wrong with a round to be opened by hand for `units` units."""
    found = []
    if kind not in BY_HAND:
        found.append(Problem("kind", "手工发起的只有专项排查和临时排查"))
    if not name or len(name) > NAME_MAX:
        found.append(Problem("name", f"名称应为 1 到 {NAME_MAX} 个字"))
    if not units:
        found.append(Problem("unit_ids", "请选择要报送的单位"))
    if first_on is None or last_on is None or due_at is None:
        found.append(Problem("first_on", "请填写开始日期、结束日期和截止时间"))
        return found
    if last_on < first_on:
        found.append(Problem("last_on", f"结束日期 {last_on} 早于开始日期 {first_on}"))
    elif last_on < today:
        found.append(Problem("last_on", f"结束日期 {last_on} 已经过去"))
    elif (last_on - first_on).days >= SPAN_DAYS_MAX:
        found.append(Problem("last_on", f"一轮最多 {SPAN_DAYS_MAX} 天，更长的请分成几轮"))
    if due_at.date() < last_on:
        found.append(Problem("due_at", f"截止时间 {due_at:%Y-%m-%d %H:%M} 早于结束日期 {last_on}"))
    elif is_late(now, due_at):
        found.append(Problem("due_at", f"截止时间 {due_at:%Y-%m-%d %H:%M} 已经过去"))
    return found


def report_problems(*, found: int, resolved: int, note: str) -> list[Problem]:
    """List what is wrong with a report of counts; who found and resolved nothing reports zero."""
    problems = []
    if found == resolved == 0:
        problems.append(Problem("found", "没有排查到、也没有化解的，请点“零报告”"))
    if not 0 <= found <= COUNT_MAX:
        message = f"排查件数应在 0 到 {COUNT_MAX} 之间"
        problems.append(Problem("found", message))
    if not 0 <= resolved <= COUNT_MAX:
        problems.append(Problem("resolved", f"化解件数应在 0 到 {COUNT_MAX} 之间"))
    if len(note) > NOTE_MAX:
        problems.append(Problem("note", f"说明最多 {NOTE_MAX} 个字，现在是 {len(note)} 个字"))
    return problems


def correction_problems(*, text: str, reason: str) -> list[Problem]:
    """List what is wrong with a correction beside a closed round."""
    problems = []
    if not text or len(text) > NOTE_MAX:
        problems.append(Problem("text", f"请填写更正内容（最多 {NOTE_MAX} 个字）"))
    if not reason or len(reason) > CLAUSE_MAX:
        problems.append(Problem("reason", f"请填写更正理由（最多 {CLAUSE_MAX} 个字）"))
    return problems
