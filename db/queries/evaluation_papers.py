"""What the papers of an opinion say (domain.md 5.4): the copy for the file, and that for the public."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.evaluations import Evaluation, EvaluationNotice, EvaluationPanel
from db.models.units import Unit
from db.queries import ballots, evaluation_matters, evaluation_outcomes, evaluation_panels, office
from rules import evaluation_notices
from rules import evaluation_opinions as rules
from rules.errors import Missing
from rules.evaluation_notices import Notice
from rules.roster_notices import chinese_date


@dataclass(frozen=True, slots=True)
class OpinionPaper:
    """An opinion by the names its template fills; `members` are empty in the public copy."""

    values: Mapping[str, str]
    members: tuple[Mapping[str, str], ...]


def opinion_paper(session: Session, row: Evaluation, *, public: bool) -> OpinionPaper:
    """Return an opinion as its copy says it; that for the public names nobody and no door."""
    opinion = evaluation_outcomes.opinion(session, row.id)
    vote = ballots.vote_file(session, row.id)
    if opinion is None or vote is None or vote.tally is None:
        raise Missing("还没有出具意见书")
    names = evaluation_matters.people_names(session, row.case_id, row.dispute_id)
    seats = [each for each in evaluation_panels.seats(session, row.id) if each.seated]
    small = office.parameter(session, "evaluation_small", on=opinion.issued_on)
    assert isinstance(small, int)
    # Nobody in public: those of the matter, and neither who judged it nor who presided.
    hidden = [*names, *(each.name for each in seats), row.host]
    reasons = [each.reason for each in evaluation_panels.objections(session, row.id) if each.upheld]
    reasons += [each.left_for for each in evaluation_panels.seats(session, row.id) if each.left_for]

    def said(text: str) -> str:
        return rules.public(text, hidden) if public else text

    values = {
        "文号": opinion.number,
        "编号": row.number,
        "评价事项": said(row.title),
        "信访人": rules.NOBODY if public else "、".join(names) or "（未登记）",
        "申请单位": _unit(session, row.unit_id),
        "被评价单位": _unit(session, row.judged_unit_id),
        "原处理意见书": _original(row),
        "主要诉求": said(row.claims),
        "处理情况": said(row.facts) or "见原处理意见书",
        **_meeting(session, row, public=public),
        "应到": f"{vote.electorate.members}",
        "实到": f"{vote.electorate.present}",
        "评价员类别": "、".join(dict.fromkeys(each.category for each in seats if each.category)),
        "回避情况": rules.recusals_told(reasons),
        "票决结果": rules.counted(vote.tally, small=small if public else 0),
        "评价结果": opinion.verdict.label,
        "评价意见": said(opinion.text),
        "理由": said(opinion.reasons),
        "建议": said(opinion.advice) or "无",
        "权利告知": rules.RIGHTS,
        "落款": opinion.signed,
        "日期": chinese_date(opinion.issued_on),
    }
    members = [
        {
            "序号": f"{place}",
            "姓名": each.name,
            "类别": each.category,
            "到会": "到会" if each.present else "未到",
        }
        for place, each in enumerate(seats, start=1)
    ]
    return OpinionPaper(values, () if public else tuple(members))


def brief(session: Session, evaluation_id: int, *, today: date) -> Mapping[str, str]:
    """Return what each member of a panel is sent of the facts: as in public, nobody and no door in it."""
    row = session.get(Evaluation, evaluation_id)
    if row is None:
        raise Missing("该第三方评价不存在，或不在您的查看范围内")
    names = evaluation_matters.people_names(session, row.case_id, row.dispute_id)
    told = _notice(session, row)
    title, claims, facts = (
        rules.public(each, names) for each in (row.title, row.claims, row.facts)
    )
    return {
        "编号": row.number,
        "评价事项": title,
        "被评价单位": _unit(session, row.judged_unit_id),
        "原处理意见书": _original(row),
        "主要诉求": claims,
        "处理情况": facts or "见原处理意见书",
        "时间": _when(told.held_on, told.held_time) if told else "时间另行通知",
        "地点": told.place if told else "地点另行通知",
        "落款": session.get_one(EvaluationPanel, row.panel_id).name,
        "日期": chinese_date(today),
    }


def read_out(session: Session, evaluation_id: int) -> Mapping[str, str] | None:
    """Return what is read out in the room, as in public; None before it is issued or where it is marked."""
    row = session.get(Evaluation, evaluation_id)
    if row is None or evaluation_outcomes.opinion(session, evaluation_id) is None:
        return None
    if rules.why_closed(evaluation_outcomes.marks_of(row)):
        return None
    return opinion_paper(session, row, public=True).values


def _notice(session: Session, row: Evaluation) -> Notice | None:
    found = session.scalars(
        select(EvaluationNotice)
        .where(EvaluationNotice.evaluation_id == row.id, EvaluationNotice.ended_at.is_(None))
        .order_by(EvaluationNotice.number.desc())
    ).first()
    return evaluation_notices.restored(found.notice) if found is not None else None


def _meeting(session: Session, row: Evaluation, *, public: bool) -> dict[str, str]:
    told = _notice(session, row)
    panel = session.get_one(EvaluationPanel, row.panel_id)
    return {
        "时间": _when(row.opened_on, told.held_time if told else ""),
        "地点": told.place if told else "",
        "主持人": panel.name if public else row.host,
    }


def _when(day: date | None, clock: str) -> str:
    return f"{chinese_date(day)} {clock}".strip() if day is not None else ""


def _original(row: Evaluation) -> str:
    day = chinese_date(row.opinion_on) if row.opinion_on else ""
    return "，".join(filter(None, [row.opinion_number, day])) or "（未填）"


def _unit(session: Session, unit_id: int) -> str:
    return session.get_one(Unit, unit_id).name
