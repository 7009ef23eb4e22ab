"""Evaluations as lists and pages show them: the board's rows, one file, and what is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.evaluations import (
    ConditionRow,
    Evaluation,
    EvaluationNotice,
    EvaluationPanel,
    EvaluationQuestion,
    EvaluationStep,
)
from db.models.units import Unit
from db.queries import (
    evaluation_matters,
    evaluation_outcomes,
    evaluation_panels,
    office,
    procedure,
)
from db.queries.evaluation_panels import DrawRow, ObjectionRow, SeatRow
from rules import evaluation_meetings, evaluation_notices, evaluation_steps
from rules.errors import Missing
from rules.evaluation_admission import SENSITIVE, Met
from rules.evaluation_notices import Notice
from rules.evaluation_outcomes import next_line
from rules.evaluation_steps import JUDGED, OPEN, STEP_OF, Days, Line
from rules.evaluation_terms import (
    AfterStep,
    ApplicationRoute,
    Condition,
    EvaluationState,
    Move,
    PanelLevel,
    RefusalReason,
)
from rules.limits import Terms
from rules.policy import Value
from rules.terms import Purpose


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """An evaluation in a list; `due_on` is the last day of the step it is in."""

    number: str
    title: str
    state: EvaluationState
    step: str
    due_on: date | None
    late: bool
    level: PanelLevel
    unit: str
    judged_unit: str
    applied_on: date
    held_on: date | None


@dataclass(frozen=True, slots=True)
class StandingCondition:
    """A condition with the file of its evidence, where there is one."""

    id: int
    condition: Condition
    met: Met
    file: str


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the history."""

    move: Move
    happened_on: date
    text: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as it was published; `ended_at` once another took its place or it was taken down."""

    id: int
    number: int
    published_on: date
    held_on: date
    days: int
    notice: Notice
    changes: tuple[str, ...]
    actor: str
    at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question of the meeting."""

    asked_by: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class EvaluationFile:
    """One evaluation as its page shows it; it names nobody of the matter.

    `matter` is the number of the case or dispute where the actor may see that, `warnings` and
    `open_meeting` what a person must know before he goes on.
    """

    id: int
    version: int
    number: str
    state: EvaluationState
    route: ApplicationRoute
    level: PanelLevel
    panel: str
    unit_id: int
    unit: str
    judged_unit_id: int
    judged_unit: str
    village_id: int | None
    is_case: bool
    matter: str
    title: str
    claims: str
    facts: str
    opinion_number: str
    opinion_on: date | None
    new_facts: str
    marks: frozenset[str]
    applied_on: date
    confirmed_on: date | None
    formed_on: date | None
    refused_for: RefusalReason | None
    refused_why: str
    held_on: date | None
    opened_on: date | None
    host: str
    observers: str
    petitioner_came: bool
    judged_came: bool
    agenda: tuple[str, ...]
    agenda_item: int
    conditions: tuple[StandingCondition, ...]
    book: tuple[Line, ...]
    history: tuple[Told, ...]
    draws: tuple[DrawRow, ...]
    seats: tuple[SeatRow, ...]
    objections: tuple[ObjectionRow, ...]
    notices: tuple[NoticeRow, ...]
    questions: tuple[QuestionRow, ...]
    warnings: tuple[str, ...]
    panel_gate: tuple[str, ...]
    meeting_gate: tuple[str, ...]
    vote_gate: tuple[str, ...]

    @property
    def draw(self) -> DrawRow | None:
        """The draw that holds."""
        return next((each for each in self.draws if each.annulled_on is None), None)

    @property
    def notice(self) -> NoticeRow | None:
        """The notice that holds."""
        return next((each for each in self.notices if each.ended_at is None), None)

    @property
    def met(self) -> dict[Condition, Met]:
        """The four conditions as the rules ask about them."""
        return {each.condition: each.met for each in self.conditions}


_Judged = aliased(Unit)


def listing(
    session: Session,
    *,
    states: frozenset[EvaluationState] = frozenset(),
    term: str = "",
    today: date,
) -> list[EvaluationRow]:
    """List evaluations, those on their way by their step's last day, then the newest."""
    statement = (
        select(Evaluation, EvaluationPanel.level, Unit.name, _Judged.name)
        .join(EvaluationPanel, EvaluationPanel.id == Evaluation.panel_id)
        .join(Unit, Unit.id == Evaluation.unit_id)
        .join(_Judged, _Judged.id == Evaluation.judged_unit_id)
        .order_by(Evaluation.applied_on.desc(), Evaluation.id.desc())
    )
    if states:
        statement = statement.where(Evaluation.state.in_(sorted(states)))
    if words := term.strip():
        found = (Evaluation.title, Evaluation.number, _Judged.name, Unit.name)
        either = [column.contains(words, autoescape=True) for column in found]
        statement = statement.where(either[0] | either[1] | either[2] | either[3])
    parameters, terms = office.in_force(session, on=today), procedure.terms(session)
    rows = []
    for row, level, unit, judged in session.execute(statement):
        step, due_on, late = _waiting(session, row, parameters, terms, today=today)
        rows.append(
            EvaluationRow(
                number=row.number,
                title=row.title,
                state=row.state,
                step=step,
                due_on=due_on,
                late=late,
                level=level,
                unit=unit,
                judged_unit=judged,
                applied_on=row.applied_on,
                held_on=row.held_on,
            )
        )
    return sorted(rows, key=lambda row: (row.state not in OPEN, row.due_on or date.max))


def _waiting(
    session: Session,
    row: Evaluation,
    parameters: Mapping[str, Value],
    terms: Terms,
    *,
    today: date,
) -> tuple[str, date | None, bool]:
    """Name the step that waits with its last day: of the run book, after the vote of its papers."""
    if row.state in JUDGED & OPEN:
        after = evaluation_outcomes.lines(session, row, terms, today=today)
        waits = next_line(after)
        if waits is None:
            return Move.END.label, None, False
        return waits.step.label, waits.due.on if waits.due else None, waits.late > 0
    line = current(run_book(row, parameters, terms, today=today))
    if line is None:
        return "", None, False
    return line.name, line.due.on if line.due else None, line.late


def run_book(
    row: Evaluation, parameters: Mapping[str, Value], terms: Terms, *, today: date
) -> list[Line]:
    """Return the five steps as an evaluation stands in them."""
    days = Days(
        applied_on=row.applied_on,
        confirmed_on=row.confirmed_on,
        formed_on=row.formed_on,
        noticed_on=row.noticed_on,
        held_on=row.held_on,
        opened_on=row.opened_on,
        ended_on=row.ended_on,
    )
    return evaluation_steps.run_book(parameters, days, row.state, terms=terms, today=today)


def current(book: list[Line]) -> Line | None:
    """Return the step an evaluation is in; None where it is over."""
    return next((line for line in book if line.current), None)


def step_counts(rows: list[EvaluationRow]) -> list[tuple[str, int]]:
    """Count those on their way by the step that waits, by its name, in the order they are taken."""
    order = {state: place for place, state in enumerate(STEP_OF)}
    after = {step.label: place for place, step in enumerate(AfterStep, start=len(order))}
    places: dict[str, int] = {}
    counts: dict[str, int] = {}
    for row in rows:
        if row.state in STEP_OF:
            last = max(after.values()) + 1
            judged = after.get(row.step, last) if row.state in JUDGED else order[row.state]
            places.setdefault(row.step, judged)
            counts[row.step] = counts.get(row.step, 0) + 1
    return [(name, counts[name]) for name in sorted(places, key=lambda name: places[name])]


def of_matter(session: Session, number: str) -> list[tuple[str, str]]:
    """List number and state of the evaluations of a case or dispute with this number."""
    found = session.execute(
        select(Evaluation.number, Evaluation.state)
        .outerjoin(Case, Case.id == Evaluation.case_id)
        .outerjoin(Dispute, Dispute.id == Evaluation.dispute_id)
        .where((Case.number == number) | (Dispute.number == number))
        .order_by(Evaluation.id)
    )
    return [(key, state.label) for key, state in found]


def version_of(session: Session, evaluation_id: int) -> int:
    """Return the version of an evaluation, what is being written on it included."""
    session.flush()
    return session.get_one(Evaluation, evaluation_id).version


def evaluation_file(session: Session, number: str, *, today: date, now: datetime) -> EvaluationFile:
    """Return the evaluation of that number; raises Missing where the actor may see none."""
    row = session.scalar(select(Evaluation).where(Evaluation.number == number.strip()))
    if row is None:
        raise Missing(f"没有编号为“{number}”的第三方评价，或不在您的查看范围内")
    panel = session.get_one(EvaluationPanel, row.panel_id)
    parameters = office.in_force(session, on=today)
    matter, warnings = "", tuple[str, ...]()
    try:
        found = evaluation_matters.of(session, row.case_id, row.dispute_id, today=today)
    except Missing:
        # Merged since, or outside of the actor's scope: the evaluation is his to see all the same.
        pass
    else:
        matter, warnings = found.number, found.warnings
    agenda = evaluation_meetings.agenda(str(parameters["evaluation_agenda"]))
    drawn = evaluation_panels.standing_draw(session, row.id) is not None
    return EvaluationFile(
        id=row.id,
        version=row.version,
        number=row.number,
        state=row.state,
        route=row.route,
        level=panel.level,
        panel=panel.name,
        unit_id=row.unit_id,
        unit=session.get_one(Unit, row.unit_id).name,
        judged_unit_id=row.judged_unit_id,
        judged_unit=session.get_one(Unit, row.judged_unit_id).name,
        village_id=row.village_id,
        is_case=row.case_id is not None,
        matter=matter,
        title=row.title,
        claims=row.claims,
        facts=row.facts,
        opinion_number=row.opinion_number,
        opinion_on=row.opinion_on,
        new_facts=row.new_facts,
        marks=frozenset(name for name in SENSITIVE if getattr(row, name)),
        applied_on=row.applied_on,
        confirmed_on=row.confirmed_on,
        formed_on=row.formed_on,
        refused_for=row.refused_for,
        refused_why=row.refused_why,
        held_on=row.held_on,
        opened_on=row.opened_on,
        host=row.host,
        observers=row.observers,
        petitioner_came=row.petitioner_came,
        judged_came=row.judged_came,
        agenda=tuple(agenda),
        agenda_item=row.agenda_item,
        conditions=tuple(_conditions(session, row.id)),
        book=tuple(run_book(row, parameters, procedure.terms(session), today=today)),
        history=tuple(_history(session, row.id)),
        draws=tuple(evaluation_panels.draws_of(session, row.id)),
        seats=tuple(evaluation_panels.seats(session, row.id)),
        objections=tuple(evaluation_panels.objections(session, row.id)),
        notices=tuple(notices_of(session, row.id)),
        questions=tuple(_questions(session, row.id)),
        warnings=warnings,
        panel_gate=tuple(evaluation_panels.panel_problems(session, row, on=today) if drawn else ()),
        meeting_gate=tuple(evaluation_panels.meeting_may_open(session, row, today=today, now=now)),
        vote_gate=tuple(evaluation_panels.vote_may_open(session, row, today=today, now=now)),
    )


def _conditions(session: Session, evaluation_id: int) -> list[StandingCondition]:
    order = list(Condition)
    rows = session.scalars(select(ConditionRow).where(ConditionRow.evaluation_id == evaluation_id))
    found = [
        StandingCondition(
            row.id,
            row.condition,
            Met(met=row.met, evidence=row.evidence, who=row.who, on=row.shown_on),
            row.name,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: order.index(each.condition))


def _history(session: Session, evaluation_id: int) -> list[Told]:
    rows = session.scalars(
        select(EvaluationStep)
        .where(EvaluationStep.evaluation_id == evaluation_id)
        .order_by(EvaluationStep.id.desc())
    )
    return [Told(row.move, row.happened_on, row.text, row.actor, row.at) for row in rows]


def notices_of(session: Session, evaluation_id: int) -> list[NoticeRow]:
    """List what was published of an evaluation, the latest first."""
    rows = session.scalars(
        select(EvaluationNotice)
        .where(EvaluationNotice.evaluation_id == evaluation_id)
        .order_by(EvaluationNotice.number.desc())
    )
    return [_notice(row) for row in rows]


def published(session: Session, *, since: date) -> list[NoticeRow]:
    """List the notices in force of meetings on a day or later: what the hall shows everybody.

    That of a matter which turned out to be an accusation is shown no more (§30).
    """
    # The tables themselves: the hall's account sees neither evaluations nor cases.
    own: Any = Evaluation.__table__
    cases: Any = Case.__table__
    accused = select(own.c.id).join(cases, cases.c.id == own.c.case_id)
    accused = accused.where(cases.c.purpose == Purpose.ACCUSATION)
    rows = session.scalars(
        select(EvaluationNotice)
        .where(EvaluationNotice.ended_at.is_(None), EvaluationNotice.held_on >= since)
        .where(EvaluationNotice.evaluation_id.not_in(accused))
        .order_by(EvaluationNotice.held_on, EvaluationNotice.id)
    )
    return [_notice(row) for row in rows]


def _notice(row: Any) -> NoticeRow:
    return NoticeRow(
        id=row.id,
        number=row.number,
        published_on=row.published_on,
        held_on=row.held_on,
        days=row.days,
        notice=evaluation_notices.restored(row.notice),
        changes=tuple(row.changes),
        actor=row.actor,
        at=row.at,
        ended_at=row.ended_at,
    )


def _questions(session: Session, evaluation_id: int) -> list[QuestionRow]:
    rows = session.scalars(
        select(EvaluationQuestion)
        .where(EvaluationQuestion.evaluation_id == evaluation_id)
        .order_by(EvaluationQuestion.id)
    )
    return [QuestionRow(row.asked_by, row.text, row.answer) for row in rows]
