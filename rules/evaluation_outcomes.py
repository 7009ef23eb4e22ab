"""What follows a verdict: the clocks of its papers, the end of duty, 督办, and a second evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.errors import Problem
from rules.evaluation_terms import AfterStep, Verdict
from rules.limits import Due, Terms, due

NOTICE = "本事项已第三方评价满意"
ASKED = "有无新事实、新理由"
TEXT_MAX = 5000
WHY_MAX = 500
AGAIN_MAX = 1000
EVALUATIONS_MAX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days of one evaluation after its vote; None for not yet.

    `closed` says that the result may not be made public, `fails` that the panel was dissatisfied.
    """

    opened_on: date
    issued_on: date | None = None
    delivered_on: date | None = None
    published_on: date | None = None
    reported_on: date | None = None
    plan_on: date | None = None
    result_on: date | None = None
    closed: bool = False
    fails: bool = False


@dataclass(frozen=True, slots=True)
class AfterLine:
    """One of the steps after a vote with its clock; `due` is None until what starts it happened."""

    step: AfterStep
    due: Due | None
    done_on: date | None
    late: int

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        if self.done_on is not None:
            return f"{self.done_on} 完成" + (f"，超期 {self.late} 天" if self.late else "")
        if self.due is None or self.due.on is None:
            return "还没有开始"
        return f"期限 {self.due.on}" + (f"，已超期 {self.late} 天" if self.late else "")


_FROM_MEETING = {
    AfterStep.OPINION: "evaluation_opinion_days",
    AfterStep.DELIVERY: "evaluation_delivery_days",
}
_FROM_OPINION = {
    AfterStep.PUBLICATION: "evaluation_public_days",
    AfterStep.REPORT: "evaluation_report_days",
    AfterStep.PLAN: "evaluation_plan_days",
    AfterStep.RESULT: "evaluation_result_days",
}


def lines(days: Days, *, terms: Terms, today: date) -> list[AfterLine]:
    """List the steps after a vote with their clocks; what does not apply is not listed."""
    done = {
        AfterStep.OPINION: days.issued_on,
        AfterStep.DELIVERY: days.delivered_on,
        AfterStep.PUBLICATION: days.published_on,
        AfterStep.REPORT: days.reported_on,
        AfterStep.PLAN: days.plan_on,
        AfterStep.RESULT: days.result_on,
    }
    apart = set[AfterStep]()
    if days.closed:
        apart.add(AfterStep.PUBLICATION)
    if not days.fails:
        apart |= {AfterStep.PLAN, AfterStep.RESULT}
    found = []
    for step in AfterStep:
        if step in apart:
            continue
        limit = _limit(step, days, terms)
        last = done[step] or today
        late = (last - limit.on).days if limit is not None and limit.on is not None else 0
        found.append(AfterLine(step, limit, done[step], max(late, 0)))
    return found


def _limit(step: AfterStep, days: Days, terms: Terms) -> Due | None:
    if step in _FROM_MEETING:
        count = terms.days(_FROM_MEETING[step], on=days.opened_on)
        return due(days.opened_on, count, terms=terms, starts="评价会")
    if days.issued_on is None:
        return None
    count = terms.days(_FROM_OPINION[step], on=days.issued_on)
    return due(days.issued_on, count, terms=terms, starts="出具意见书")


def next_line(found: Sequence[AfterLine]) -> AfterLine | None:
    """Return the step that waits, the one due first; None where all are done."""
    waiting = [each for each in found if each.done_on is None]
    return min(
        waiting,
        key=lambda each: each.due.on if each.due and each.due.on else date.max,
        default=None,
    )


def end_problems(found: Sequence[AfterLine]) -> list[str]:
    """Say what keeps an evaluation from its end: every step that applies is done."""
    return [f"“{each.step.label}”还没有完成" for each in found if each.done_on is None]


def told(verdict: Verdict, opinion: str) -> str:
    """Say a verdict with the opinion it stands in, as a reason kept elsewhere."""
    return f"第三方评价{verdict.label}（{opinion}）"


def in_the_way(opinion: str, what: str) -> str:
    """Say why a matter is not given to anybody any more, and what remains open to whoever brought it."""
    return (
        f"{NOTICE}（{opinion}），不再{what}；有新事实、新理由的，另行登记新的信访事项，"
        "或者重新办理，不受影响"
    )


def too_like(likeness: int, *, percent: int) -> bool:
    """Whether an opinion is the same or nearly the same as the one that was judged."""
    return likeness >= percent


def same_told(likeness: int, *, percent: int, number: str) -> str:
    """Refuse an opinion that repeats the judged one, with the way to have it decided."""
    return (
        f"与第三方评价不满意的原处理意见相似 {likeness}%（达到 {percent}% 即为基本相同），不能再作出；"
        f"确有不同的，在第三方评价 {number} 的“督办”里报送，由联席办对照认定"
    )


def handed_problems(
    text: str, *, handed_on: date | None, since: date, today: date
) -> list[Problem]:
    """List what a plan or a result lacks."""
    found = []
    if not text or len(text) > TEXT_MAX:
        found.append(Problem("text", f"请填写内容，最多 {TEXT_MAX} 个字"))
    if handed_on is None:
        found.append(Problem("handed_on", "请填写日期"))
    elif not since <= handed_on <= today:
        found.append(Problem("handed_on", f"日期应在意见书出具日期（{since}）到今天之间"))
    return found


def judge_problems(*, accepted: bool | None, why: str, like: bool) -> list[Problem]:
    """List what a decision on a result lacks; one that repeats the judged opinion asks for a reason."""
    found = []
    if accepted is None:
        found.append(Problem("accepted", "请选择认可还是退回"))
    if len(why) > WHY_MAX:
        found.append(Problem("why", f"理由最多 {WHY_MAX} 个字"))
    if not why and (like or accepted is False):
        words = (
            "与原意见基本相同，认可的须写明为什么不是相同意见" if accepted else "退回的请写明理由"
        )
        found.append(Problem("why", words))
    return found


def again_problems(earlier: Sequence[str], new_facts: str) -> list[Problem]:
    """Say why a matter may not be evaluated again: once more, and on new facts that are written."""
    if not earlier:
        return []
    told_ = "、".join(earlier)
    if len(earlier) >= EVALUATIONS_MAX:
        return [Problem("matter", f"本事项已评价过 {len(earlier)} 次（{told_}），不再受理")]
    if not new_facts:
        words = f"本事项已评价过（{told_}），再次申请须写明新事实、新理由"
        return [Problem("new_facts", words)]
    if len(new_facts) > AGAIN_MAX:
        return [Problem("new_facts", f"新事实、新理由最多 {AGAIN_MAX} 个字")]
    return []


def return_problems(new_facts: bool | None, text: str) -> list[Problem]:
    """List what an answer to ASKED lacks; where there are new facts they are named."""
    if new_facts is None:
        return [Problem("new_facts", f"请选择{ASKED}")]
    if new_facts and not text:
        return [Problem("text", "有新事实、新理由的，请写明是什么")]
    if len(text) > AGAIN_MAX:
        return [Problem("text", f"说明最多 {AGAIN_MAX} 个字")]
    return []
