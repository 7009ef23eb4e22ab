"""听取汇报: three bodies hear how petitions stand at least so often a quarter (S4-01), in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.terms import Term

_NAMED = 8


class HearingBody(Term):
    """A body that is to hear how petitions stand."""

    COMMITTEE = "committee", "党委常委会议"
    GOVERNMENT = "government", "政府常务会议"
    TOWNSHIP = "township", "乡镇（街道）党政联席会议"


@dataclass(frozen=True, slots=True)
class Heard:
    """One time a body heard a report; `unit_id` is the township of a township's."""

    body: HearingBody
    unit_id: int | None
    held_on: date


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a body kept the cadence in a quarter, in words; `missing` names townships that did not."""

    body: HearingBody
    kept: bool
    text: str
    missing: tuple[str, ...] = ()


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the quarter a day lies in."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = first.replace(day=28) + timedelta(days=4)
    for _ in range(2):
        after = after.replace(day=28) + timedelta(days=4)
    return first, after.replace(day=1) - timedelta(days=1)


def findings(
    heard: Collection[Heard],
    *,
    townships: Mapping[int, str],
    least: int,
    quarter: tuple[date, date],
    today: date,
) -> list[Finding]:
    """Judge a quarter for each of the three bodies; a running one says until when there is time."""
    first, last = quarter
    within = [each for each in heard if first <= each.held_on <= last]
    named = f"{first.year} 年第 {(first.month + 2) // 3} 季度"
    found = []
    for body in (HearingBody.COMMITTEE, HearingBody.GOVERNMENT):
        days = sorted(each.held_on for each in within if each.body is body)
        found.append(_county(body, days, least=least, named=named, last=last, today=today))
    counts = dict.fromkeys(townships, 0)
    for each in within:
        if each.body is HearingBody.TOWNSHIP and each.unit_id in counts:
            counts[each.unit_id] += 1
    found.append(_townships(counts, townships, least=least, named=named, last=last, today=today))
    return found


def _county(
    body: HearingBody, days: Sequence[date], *, least: int, named: str, last: date, today: date
) -> Finding:
    kept = len(days) >= least
    when = "、".join(f"{day.month}月{day.day}日" for day in days)
    heard = f"听取 {len(days)} 次（{when}）" if days else "没有听取"
    short = least - len(days)
    after = "" if kept else f"，{_still(short, last=last, today=today)}"
    return Finding(body, kept, f"{named}{body.label}{heard}信访工作汇报{after}。")


def _townships(
    counts: Mapping[int, int],
    names: Mapping[int, str],
    *,
    least: int,
    named: str,
    last: date,
    today: date,
) -> Finding:
    missing = tuple(names[key] for key, count in counts.items() if count < least)
    kept = len(counts) - len(missing)
    text = f"{named}{HearingBody.TOWNSHIP.label}：{len(counts)} 个乡镇（街道）中 {kept} 个听取了"
    text += f"信访工作汇报（每季度至少 {least} 次）"
    if missing:
        shown = "、".join(missing[:_NAMED])
        more = f"等 {len(missing)} 个" if len(missing) > _NAMED else ""
        until = (
            f"，{last.month}月{last.day}日前补上" if today <= last else "，本季度已过，未达到要求"
        )
        text += f"；没有听取的：{shown}{more}{until}"
    return Finding(HearingBody.TOWNSHIP, not missing, f"{text}。", missing)


def _still(short: int, *, last: date, today: date) -> str:
    if today <= last:
        return f"{last.month}月{last.day}日前还应听取 {short} 次"
    return f"少 {short} 次，未达到要求"
