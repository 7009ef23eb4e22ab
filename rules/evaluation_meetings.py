"""The meeting of an evaluation: its agenda, who is there, and what is asked."""

from rules.errors import Problem

QUESTION_MAX = 500
ANSWER_MAX = 1000


def agenda(text: str) -> list[str]:
    """Part the county's agenda into its items."""
    return [item.strip() for item in text.split("、") if item.strip()]


def lacking(present: int, *, size: int, quorum: int) -> str | None:
    """Say that too few are there for a vote, or None: a vote below the quorum does not open."""
    if present >= quorum:
        return None
    return f"应到 {size} 人，实到 {present} 人，至少要到 {quorum} 人才能票决，还差 {quorum - present} 人"


def question_problems(*, asked_by: str, text: str, answer: str) -> list[Problem]:
    """List what is wrong with a question as it is noted."""
    found = []
    if not asked_by:
        found.append(Problem("asked_by", "请选择提问人"))
    if not text:
        found.append(Problem("text", "请填写问题"))
    if len(text) > QUESTION_MAX:
        found.append(Problem("text", f"问题最多 {QUESTION_MAX} 个字"))
    if len(answer) > ANSWER_MAX:
        found.append(Problem("answer", f"回答最多 {ANSWER_MAX} 个字"))
    return found
