"""回避 on a panel: who is hinted at by what the store knows, and what decisions make of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rules.errors import Problem
from rules.evaluation_terms import Objector, RecusalReason

R = RecusalReason
TEXT_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of somebody of the pool; `units` are paths of the tree, `former` until when."""

    name: str
    unit: str = ""
    former: tuple[tuple[str, date], ...] = ()
    village_id: int | None = None
    party: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whose work is evaluated, who handled the matter, and from where it comes."""

    unit: str
    handlers: frozenset[str] = frozenset()
    village_id: int | None = None


def hints(who: Profile, judged: Judged, *, on: date, years: int) -> list[RecusalReason]:
    """List the reasons the store itself sees: the unit now or within `years`, handling, the village."""
    found = []
    if who.party:
        found.append(R.PARTY)
    since = on.replace(year=on.year - years, day=min(on.day, 28))
    worked = [who.unit, *(path for path, until in who.former if until > since)]
    if judged.unit and any(path.startswith(judged.unit) for path in worked):
        found.append(R.JUDGED_UNIT)
    if who.name in judged.handlers:
        found.append(R.HANDLER)
    if judged.village_id is not None and who.village_id == judged.village_id:
        found.append(R.SAME_VILLAGE)
    return found


@dataclass(frozen=True, slots=True)
class Decision:
    """An objection with what the office made of it; `upheld` None while it waits."""

    reason: RecusalReason
    upheld: bool | None


def bar(hinted: Sequence[RecusalReason], decisions: Iterable[Decision]) -> RecusalReason | None:
    """Name why somebody stays out, or None: a decision goes before a hint of the same reason."""
    decided = list(decisions)
    upheld = [each.reason for each in decided if each.upheld]
    if upheld:
        return upheld[0]
    cleared = {each.reason for each in decided if each.upheld is False}
    return next((reason for reason in hinted if reason not in cleared), None)


def objection_problems(
    *, by: Objector | None, reason: RecusalReason | None, text: str, on: date | None, today: date
) -> list[Problem]:
    """List what is wrong with an objection as it is written down."""
    found = []
    if by is None:
        found.append(Problem("by", "请选择由谁提出"))
    if reason is None:
        found.append(Problem("reason", "请选择回避的情形"))
    if reason is R.OTHER and not text:
        found.append(Problem("text", "“其他”情形请写明具体理由"))
    if len(text) > TEXT_MAX:
        found.append(Problem("text", f"具体理由最多 {TEXT_MAX} 个字"))
    if on is None or on > today:
        found.append(Problem("raised_on", "请填写提出日期，不晚于今天"))
    return found


def decision_problems(*, upheld: bool | None, why: str) -> list[Problem]:
    """List what a decision on an objection lacks: it says yes or no, and why."""
    found = []
    if upheld is None:
        found.append(Problem("upheld", "请选择是否回避"))
    if not why:
        found.append(Problem("why", "请写明决定的理由"))
    if len(why) > TEXT_MAX:
        found.append(Problem("why", f"决定的理由最多 {TEXT_MAX} 个字"))
    return found


def told(reasons: Iterable[RecusalReason]) -> str:
    """Say in the minutes how many stayed out by which category, and nothing besides."""
    counted: dict[RecusalReason, int] = {}
    for reason in reasons:
        counted[reason] = counted.get(reason, 0) + 1
    return "；".join(f"{reason.label} {count} 人" for reason, count in counted.items()) or "无"
