"""An evaluation from its application to where it is admitted or refused (第三方评价 2151)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.commands.cases import NewFile, Opened
from db.commands.serials import take_serials
from db.models.evaluations import (
    ConditionRow,
    Evaluation,
    EvaluationPanel,
    EvaluationStep,
)
from db.models.units import Unit
from db.queries import evaluation_matters, office
from db.scope import actor_of
from rules import attachments, evaluation_steps
from rules import evaluation_admission as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem, RuleError
from rules.evaluation_admission import Matter, Met
from rules.evaluation_outcomes import again_problems
from rules.evaluation_steps import DROPPED
from rules.evaluation_terms import (
    ApplicationRoute,
    Condition,
    EvaluationState,
    Move,
    RefusalReason,
)
from rules.permissions import Action
from rules.terms import AuditAction, Purpose, SerialKind, UnitKind

_NOT_EVALUATED = "检举控告事项不作第三方评价"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What an application says; `marks` are those of rules.evaluation_admission.SENSITIVE.

    `new_facts` are what a matter that was evaluated already is to be evaluated on once more.
    """

    route: ApplicationRoute | None
    unit_id: int | None
    matter: str
    title: str
    claims: str
    facts: str = ""
    opinion_number: str = ""
    opinion_on: date | None = None
    applied_on: date | None
    village_id: int | None = None
    marks: frozenset[str] = frozenset()
    new_facts: str = ""


def apply(session: Session, given: Application, *, today: date, now: datetime) -> Opened:
    """Apply for an evaluation of a case or a dispute, and give it the next number of its year.

    The platform follows from the way, so that no level can be skipped. Raises Invalid naming
    what is wrong, RuleError where another evaluation of the matter is on its way.
    """
    actor = actor_of(session)
    actor.require(Action.APPLY_EVALUATION)
    found = evaluation_matters.by_number(session, given.matter, today=today)
    if found.matter.purpose is Purpose.ACCUSATION:
        raise RuleError(_NOT_EVALUATED)
    if found.open_number:
        raise RuleError(
            f"本事项已有第三方评价 {found.open_number} 正在进行，同一事项同时只能有一件，请办完或撤回后再申请"
        )
    applicant = session.get(Unit, given.unit_id) if given.unit_id is not None else None
    texts = {name: clean(getattr(given, name)) for name in _TEXTS}
    problems = rules.route_problems(given.route, applicant.kind if applicant else None)
    problems += rules.application_problems(
        **texts, applied_on=given.applied_on, opinion_on=given.opinion_on, today=today
    )
    new_facts = clean(given.new_facts)
    problems += again_problems(found.earlier, new_facts)
    people = evaluation_matters.people_names(session, found.case_id, found.dispute_id)
    if rules.names_anybody(texts["title"], people):
        problems.append(Problem("title", "评价事项里出现了信访人或当事人的姓名，请删去"))
    if found.judged_unit_id is None:
        problems.append(Problem("matter", "本案还没有责任单位，没有可以评价的处理工作"))
    if problems:
        raise Invalid(problems)
    assert applicant is not None
    assert given.route is not None
    assert given.applied_on is not None
    assert found.judged_unit_id is not None
    if not actor.sees_all_cases and applicant.id not in actor.unit_ids:
        raise NotAllowed("只能以本单位或下属单位的名义申请")
    above = _above(session, given.route, applicant, session.get_one(Unit, found.judged_unit_id))
    panel = _panel(session, given.route, above)
    serial = take_serials(session, {given.applied_on.year: 1}, kind=SerialKind.EVALUATION)
    code = str(office.parameter(session, "county_code", on=today))
    row = Evaluation(
        number=rules.number(code, given.applied_on.year, serial[given.applied_on.year]),
        state=EvaluationState.APPLIED,
        route=given.route,
        panel_id=panel.id,
        case_id=found.case_id,
        dispute_id=found.dispute_id,
        unit_id=applicant.id,
        judged_unit_id=found.judged_unit_id,
        village_id=given.village_id or found.village_id,
        **texts,
        opinion_on=given.opinion_on,
        applied_on=given.applied_on,
        new_facts=new_facts if found.earlier else "",
        **{name: name in given.marks for name in rules.SENSITIVE},
        created_by=actor.name,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(ConditionRow(evaluation_id=row.id, condition=each) for each in Condition)
    noted(session, row, Move.APPLY, before=None, text=given.route.label, on=today, now=now)
    return Opened(row.id, row.number)


_TEXTS = ("title", "claims", "facts", "opinion_number")


def _above(session: Session, route: ApplicationRoute, applicant: Unit, judged: Unit) -> Unit:
    """Return the unit whose platform hears it; the matter must be the applicant's to bring."""
    local = applicant
    if route is ApplicationRoute.VILLAGE:
        local = session.get_one(Unit, applicant.parent_id)
    if not judged.path.startswith(local.path):
        words = f"本事项的责任单位是“{judged.name}”，应由该单位或其上级镇乡、部门提出，不是“{local.name}”"
        raise Invalid([Problem("unit_id", words)])
    if route is not ApplicationRoute.UNIT:
        return local
    ids = [int(each) for each in local.path.strip("/").split("/")]
    county = select(Unit).where(Unit.id.in_(ids), Unit.kind == UnitKind.COUNTY)
    found = session.scalar(county)
    if found is None:
        raise Invalid([Problem("unit_id", f"“{local.name}”不在县的下面，请先在“单位”里归属")])
    return found


def _panel(session: Session, route: ApplicationRoute, unit: Unit) -> EvaluationPanel:
    found = session.scalar(select(EvaluationPanel).where(EvaluationPanel.unit_id == unit.id))
    if found is None:
        level = rules.LEVEL_OF[route].label
        words = f"“{unit.name}”还没有成立{level}，请联席办先在“评价员名册”的“评价小组”里登记"
        raise Invalid([Problem("panel_id", words)])
    return found


def set_condition(
    session: Session,
    evaluation_id: int,
    condition: Condition,
    met: Met,
    *,
    file: NewFile | None = None,
    limit_mb: int = 20,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Say whether one of the four conditions is met, by which evidence, who says so, since when.

    The fourth is the office's alone. A file sent along takes the place of the one before.
    """
    actor = actor_of(session)
    actor.require(Action.APPLY_EVALUATION)
    row = writable(session, evaluation_id, version)
    if not actor.sees_all_cases and row.unit_id not in actor.unit_ids:
        raise NotAllowed("四项条件由申请单位和联席办填写")
    if row.state is not EvaluationState.APPLIED:
        raise RuleError(f"现在是“{row.state.label}”，四项条件审核以后不再改")
    if condition is Condition.CONFIRMED:
        actor.require(Action.MANAGE_EVALUATIONS)
    given = Met(met=met.met, evidence=clean(met.evidence), who=clean(met.who), on=met.on)
    problems = rules.condition_problems({condition: given}, today=today)
    kept: dict[str, Any] = {}
    if file is not None:
        try:
            name, media_type = attachments.accepted(file.name, file.content, limit_mb=limit_mb)
        except Invalid as refusal:
            problems += refusal.problems
        else:
            kept = {
                "name": name,
                "media_type": media_type,
                "size": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
                "content": file.content,
            }
    if problems:
        raise Invalid(problems)
    found = session.scalars(
        select(ConditionRow).where(
            ConditionRow.evaluation_id == row.id, ConditionRow.condition == condition
        )
    ).one()
    found.met, found.evidence, found.who = given.met, given.evidence, given.who
    found.shown_on = given.on
    for column, value in kept.items():
        setattr(found, column, value)
    row.updated_at = now


def download_evidence(session: Session, condition_id: int) -> tuple[str, str, bytes]:
    """Return the file of a condition's evidence, and note who took it."""
    actor_of(session).require(Action.SEE_EVALUATIONS)
    found = session.get(ConditionRow, condition_id)
    if found is None or found.content is None:
        raise Missing("该证据文件不存在，或不在您的查看范围内")
    if hashlib.sha256(found.content).hexdigest() != found.sha256:
        raise Missing(f"证据文件“{found.name}”的内容与登记的校验值不符，请联系系统管理员")
    audit.record(session, AuditAction.DOWNLOAD, "evaluation_conditions", found.id)
    return found.name, found.media_type, found.content


def set_marks(
    session: Session,
    evaluation_id: int,
    marks: frozenset[str],
    *,
    village_id: int | None,
    version: int,
    now: datetime,
) -> None:
    """Set what the office finds of a matter while it judges the application: SENSITIVE, the village."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row = writable(session, evaluation_id, version)
    if row.state is not EvaluationState.APPLIED:
        raise RuleError(f"现在是“{row.state.label}”，审核以后不再改")
    for name in rules.SENSITIVE:
        setattr(row, name, name in marks)
    row.village_id, row.updated_at = village_id, now


def admit(
    session: Session, evaluation_id: int, *, version: int, today: date, now: datetime
) -> None:
    """Admit an application: all four conditions, and nothing that is never evaluated."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row = writable(session, evaluation_id, version)
    after = evaluation_steps.require(Move.ADMIT, row.state)
    conditions = conditions_of(session, row.id)
    matter = matter_of(session, row, today=today)
    level = session.get_one(EvaluationPanel, row.panel_id).level
    if found := rules.refusals(matter, conditions):
        told = "；".join(rules.refusal_told(each, conditions, level) for each in found)
        raise RuleError(f"不能受理：{told}")
    before, row.state, row.confirmed_on = row.state, after, today
    noted(session, row, Move.ADMIT, before=before, text="四项条件齐备", on=today, now=now)


def refuse(
    session: Session,
    evaluation_id: int,
    *,
    reason: RefusalReason | None,
    text: str = "",
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Refuse an application for one reason; the words of its letter are kept with it."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row = writable(session, evaluation_id, version)
    after = evaluation_steps.require(Move.REFUSE, row.state)
    conditions, words = conditions_of(session, row.id), clean(text)
    problems = []
    if reason is None:
        problems.append(Problem("reason", "请选择不予受理的理由"))
    if reason is RefusalReason.CONDITION and not rules.failing(conditions):
        problems.append(Problem("reason", "四项条件都已具备，请选择其他理由"))
    if len(words) > 500:
        problems.append(Problem("text", "补充说明最多 500 个字"))
    if problems:
        raise Invalid(problems)
    assert reason is not None
    level = session.get_one(EvaluationPanel, row.panel_id).level
    told = rules.refusal_told(reason, conditions, level)
    row.refused_for, row.refused_why = reason, "。".join(filter(None, [told, words]))
    before, row.state, row.ended_on = row.state, after, today
    row.confirmed_on = today
    noted(session, row, Move.REFUSE, before=before, text=row.refused_why, on=today, now=now)


def withdraw(
    session: Session,
    evaluation_id: int,
    *,
    why: str,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Take an application back before the meeting has begun; the matter may be applied for again.

    It is its applicant's to take back, or the office's: who is judged has no say in it.
    """
    actor = actor_of(session)
    actor.require(Action.APPLY_EVALUATION)
    row = writable(session, evaluation_id, version)
    if not actor.sees_all_cases and actor.unit_id != row.unit_id:
        raise NotAllowed("撤回由申请单位或联席办办理")
    after = evaluation_steps.require(Move.WITHDRAW, row.state)
    if not clean(why) or len(clean(why)) > 500:
        raise Invalid([Problem("why", "请填写撤回的原因，最多 500 个字")])
    before, row.state, row.ended_on = row.state, after, today
    noted(session, row, Move.WITHDRAW, before=before, text=clean(why), on=today, now=now)


def writable(
    session: Session, evaluation_id: int, version: int, *, ended: bool = False
) -> Evaluation:
    """Load an evaluation to write on; raises Missing outside the scope, Conflict where it was saved.

    One that has ended is written on no more, but for what `ended` says comes afterwards.
    """
    row = session.get(Evaluation, evaluation_id)
    if row is None:
        raise Missing("该第三方评价不存在，或不在您的查看范围内")
    if row.version != version:
        raise Conflict(f"{row.number} 已被他人修改，请核对后重新提交", version=row.version)
    if row.state in DROPPED or (row.state is EvaluationState.ENDED and not ended):
        raise RuleError(f"{row.number} {row.state.label}，不能再改")
    return row


def conditions_of(session: Session, evaluation_id: int) -> dict[Condition, Met]:
    """Return the four conditions as the rules ask about them."""
    rows = session.scalars(select(ConditionRow).where(ConditionRow.evaluation_id == evaluation_id))
    return {
        row.condition: Met(met=row.met, evidence=row.evidence, who=row.who, on=row.shown_on)
        for row in rows
    }


def matter_of(session: Session, row: Evaluation, *, today: date) -> Matter:
    """Return what of the matter decides on it, with what the application and the office marked."""
    found = evaluation_matters.of(session, row.case_id, row.dispute_id, today=today).matter
    marked: Mapping[str, bool] = {name: getattr(row, name) for name in rules.SENSITIVE}
    return Matter(
        state=found.state,
        purpose=found.purpose,
        lawsuit=found.lawsuit or marked["lawsuit"],
        secret=marked["secret"],
        privacy=marked["privacy"],
        minor=marked["minor"],
        unresolved=found.unresolved,
        evaluated="" if row.new_facts else found.evaluated,
    )


def noted(
    session: Session,
    row: Evaluation,
    move: Move,
    *,
    before: EvaluationState | None,
    text: str,
    on: date,
    now: datetime,
) -> None:
    """Add a line to the history of an evaluation; lines are only ever added."""
    row.updated_at = now
    session.add(
        EvaluationStep(
            evaluation_id=row.id,
            move=move,
            happened_on=on,
            state_before=before,
            state_after=row.state,
            text=text,
            actor=actor_of(session).name,
            at=now,
        )
    )
