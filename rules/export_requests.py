"""An export of identity takes two people: what a request must say, and which step is open when."""

from collections.abc import Collection
from datetime import datetime, timedelta

from rules.errors import Problem, RuleError
from rules.terms import RequestState

WORDS_MAX = 200
# What may still be taken back: it has not led to a file.
WITHDRAWABLE = (RequestState.WAITING, RequestState.APPROVED)
# What the office does where nobody else could decide; the second person is never left out.
ALONE = (
    "目前没有另一个能审批的账号。请系统管理员在“系统管理 → 账号”里为另一位同事开立联席办账号"
    "并设口令，由其登录后审批。"
)
_NEXT = {
    RequestState.WAITING: "请另一位联席办同事在首页或本页审批；不需要了可以撤回。",
    RequestState.APPROVED: "请在有效期内生成文件，只能生成一次。",
    RequestState.REFUSED: "请按审批意见调整后重新申请，或改用不含姓名电话的导出。",
    RequestState.WITHDRAWN: "如仍需要，请在案件登记簿里重新申请。",
    RequestState.USED: "再次需要的，请重新申请。",
    RequestState.EXPIRED: "同意后没有在有效期内生成文件。如仍需要，请重新申请。",
}


def request_problems(reason: str, *, searched: bool, rows: int, limit: int) -> list[Problem]:
    """List what is wrong with a request; what was searched for may name somebody and is not kept."""
    problems = _words_problems("export_reason", "导出身份信息的理由", reason)
    if searched:
        message = "申请里不保存搜索文字和信访人姓名，请先清除这两项，改用时间、单位、状态等条件筛选"
        problems.append(Problem("export", message))
    elif not rows:
        problems.append(Problem("export", "当前筛选没有可以导出的案件"))
    elif rows > limit:
        message = f"超过 {limit} 件，请用时间或单位缩小范围后分次申请"
        problems.append(Problem("export", message))
    return problems


def opinion_problems(opinion: str) -> list[Problem]:
    """List what is wrong with the words of whoever decides, which both answers need."""
    return _words_problems("opinion", "审批意见", opinion)


def _words_problems(field: str, label: str, words: str) -> list[Problem]:
    if len(words) < 2:
        return [Problem(field, f"请填写{label}")]
    return [Problem(field, f"{label}最多 {WORDS_MAX} 个字")] if len(words) > WORDS_MAX else []


def state_at(stored: RequestState, expires_at: datetime | None, *, now: datetime) -> RequestState:
    """Return where a request stands at `now`: an approval ends at its hour without anybody's doing."""
    over = stored is RequestState.APPROVED and expires_at is not None and now >= expires_at
    return RequestState.EXPIRED if over else stored


def expiry(approved_at: datetime, *, hours: int) -> datetime:
    """Return the moment from which an approval is worth nothing any more."""
    return approved_at + timedelta(hours=hours)


def require_other(*, own: bool) -> None:
    """Raise RuleError when whoever asked would decide himself."""
    if own:
        raise RuleError("自己的申请不能自己审批，请另一位联席办同事审批")


def require_own(*, own: bool) -> None:
    """Raise RuleError when anybody but whoever asked would take it back or make the file."""
    if not own:
        raise RuleError("只有申请人本人可以撤回申请或生成文件")


def require_state(state: RequestState, allowed: Collection[RequestState]) -> None:
    """Raise RuleError when the step is not open in this state, with what to do instead."""
    if state not in allowed:
        raise RuleError(f"该申请目前是“{state.label}”，不能这样操作。{next_step(state)}")


def next_step(state: RequestState) -> str:
    """Tell whoever asked what comes next."""
    return _NEXT[state]
