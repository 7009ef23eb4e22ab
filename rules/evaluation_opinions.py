"""第三方评价意见书: what it must say, what its public copy may say, and its way to both parties."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from rules.ballots import Tally
from rules.errors import Problem
from rules.evaluation_terms import Medium, Party, RecusalReason, Service, Verdict
from rules.masking import describe, hide_names, redact, sweep
from rules.rates import small_or

RIGHTS = "本意见不影响信访人依法申请复查、复核、行政复议、诉讼的权利。"
NOBODY = "信访人"
# What keeps a result from being made public, by the marks of an evaluation.
CLOSED = {"secret": "涉及国家秘密、商业秘密", "privacy": "涉及个人隐私", "minor": "涉及未成年人"}
TEXTS = {"text": ("评价意见", 2000), "reasons": ("理由", 2000), "advice": ("建议", 1000)}
SIGNED_MAX = 100
PLACE_MAX = 200
_DIGITS = "0-9\uff10-\uff19一二三四五六七八九十百千零〇"
# A door, not the number of a paper: 〔2026〕12号 and 第3号 stay.
_DOOR = re.compile(
    rf"(?<![〕\]第年月{_DIGITS}])[{_DIGITS}]+(?:[-\uff0d之][{_DIGITS}]+)*"
    r"\s*(号楼|号院|号|栋|幢|座|单元|室|层|弄)(?![文令公])"
)


def number(year: int, serial: int) -> str:
    """Form the number of an opinion as offices write it: 评意〔2026〕3号."""
    return f"评意〔{year}〕{serial}号"


def opinion_problems(
    texts: Mapping[str, str], *, signed: str, issued_on: date | None, opened_on: date, today: date
) -> list[Problem]:
    """List what an opinion lacks; `texts` by TEXTS. A number of a person in it is no part of it."""
    found = []
    for name, (label, limit) in TEXTS.items():
        words = texts.get(name, "")
        if not words and name != "advice":
            found.append(Problem(name, f"请填写{label}"))
        if len(words) > limit:
            found.append(Problem(name, f"{label}最多 {limit} 个字"))
        if numbers := sweep(words):
            found.append(Problem(name, f"{label}里有{describe(numbers, words)}，请删去"))
    if not signed or len(signed) > SIGNED_MAX:
        found.append(Problem("signed", f"请填写落款，最多 {SIGNED_MAX} 个字"))
    if issued_on is None:
        found.append(Problem("issued_on", "请填写出具日期"))
    elif not opened_on <= issued_on <= today:
        words = f"出具日期应在评价会当天（{opened_on}）到今天之间"
        found.append(Problem("issued_on", words))
    return found


def public(text: str, names: Iterable[str]) -> str:
    """Return words as the public may read them: no name of the matter, no number, no door."""
    return _DOOR.sub(r"某\1", redact(hide_names(text, names)))


def why_closed(marks: Collection[str]) -> str:
    """Say why a result is not made public, or nothing where it may be."""
    held = [label for name, label in CLOSED.items() if name in marks]
    return f"本事项{'、'.join(held)}，评价结果不对外公布" if held else ""


def counted(tally: Tally, *, small: int = 0) -> str:
    """Say what a count found; below `small` ballots how many there were and no more."""
    if tally.total < small:
        return f"共 {small_or(tally.total, small)} 票，分项不公布"
    return f"满意 {tally.satisfied} 票、不满意 {tally.dissatisfied} 票、弃权 {tally.abstained} 票"


def recusals_told(reasons: Sequence[RecusalReason]) -> str:
    """Say for which reasons somebody stayed out, and never who."""
    held = [each.label for each in RecusalReason if each in reasons]
    return f"有评价员因{'；'.join(held)}回避" if held else "没有应当回避的情形"


def proposed(found: Verdict, judged: str) -> str:
    """Word the opinion of a verdict for a person to correct."""
    if found is Verdict.SATISFIED:
        return f"经票决，评价小组认可{judged}的处理意见，评价结果为满意。"
    return (
        f"经票决，评价小组不认可{judged}的处理意见，评价结果为不满意，由{judged}重新处理，"
        "不得作出与原意见相同或基本相同的处理意见。"
    )


def delivery_problems(
    party: Party | None,
    way: Service | None,
    *,
    delivered_on: date | None,
    refused: bool,
    witness: str,
    receipt: bool,
    issued_on: date,
    today: date,
) -> list[Problem]:
    """List what a delivery lacks: a receipt, or for one that was refused a witness who saw it."""
    found = []
    if party is None:
        found.append(Problem("party", "请选择送达给哪一方"))
    if way is None:
        found.append(Problem("way", "请选择送达方式"))
    if delivered_on is None:
        found.append(Problem("delivered_on", "请填写送达日期"))
    elif not issued_on <= delivered_on <= today:
        words = f"送达日期应在意见书出具日期（{issued_on}）到今天之间"
        found.append(Problem("delivered_on", words))
    if len(witness) > 64:
        found.append(Problem("witness", "见证人最多 64 个字"))
    if refused and not witness:
        found.append(Problem("witness", "拒绝签收的，请写明见证人"))
    if way is Service.LEFT and not refused:
        found.append(Problem("way", "留置送达用于拒绝签收的，请勾选“拒绝签收”"))
    if not refused and not receipt:
        found.append(Problem("receipt", "请上传送达回证；拒绝签收的，勾选后写明见证人"))
    return found


def publication_problems(
    medium: Medium | None,
    *,
    place: str,
    first_on: date | None,
    last_on: date | None,
    evidence: bool,
    marks: Collection[str],
    issued_on: date,
    today: date,
) -> list[Problem]:
    """List why a result may not be noted as public: marked matters never are, others by evidence."""
    found = []
    if told := why_closed(marks):
        found.append(Problem("medium", told))
    if medium is None:
        found.append(Problem("medium", "请选择公布方式"))
    if not place or len(place) > PLACE_MAX:
        found.append(Problem("place", f"请写明张贴地点或频道、网站，最多 {PLACE_MAX} 个字"))
    if first_on is None:
        found.append(Problem("first_on", "请填写公布日期"))
    elif not issued_on <= first_on <= today:
        words = f"公布日期应在意见书出具日期（{issued_on}）到今天之间"
        found.append(Problem("first_on", words))
    if last_on is not None and first_on is not None and last_on < first_on:
        found.append(Problem("last_on", "结束日期早于公布日期"))
    if not evidence:
        found.append(Problem("evidence", "请上传公布的证据（照片、录音录像截图、网页截图）"))
    return found


def report_problems(
    reported_to: str, reported_on: date | None, *, issued_on: date, today: date
) -> list[Problem]:
    """List what a report to the superior lacks: to whom, and a day."""
    found = []
    if not reported_to or len(reported_to) > 100:
        found.append(Problem("reported_to", "请写明报告给哪个上级部门，最多 100 个字"))
    if reported_on is None:
        found.append(Problem("reported_on", "请填写上报日期"))
    elif not issued_on <= reported_on <= today:
        words = f"上报日期应在意见书出具日期（{issued_on}）到今天之间"
        found.append(Problem("reported_on", words))
    return found
