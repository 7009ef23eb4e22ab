"""The panel of one evaluation: who can be drawn, who sits, what objections say, and its gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.evaluations import (
    Evaluation,
    EvaluationDraw,
    EvaluationNotice,
    EvaluationSeat,
    Evaluator,
    EvaluatorCategory,
    FormerUnit,
    Objection,
)
from db.models.units import Unit
from db.queries import evaluation_matters, office
from rules import evaluation_draw as draws
from rules import evaluation_meetings as meetings
from rules import evaluation_notices as notices
from rules import evaluation_recusal as recusal
from rules.errors import Missing
from rules.evaluation_draw import Bar, Candidate, Limits
from rules.evaluation_recusal import Decision, Judged, Profile
from rules.evaluation_terms import (
    EvaluationState,
    Objector,
    RecusalReason,
    SeatKind,
    TemporaryKind,
)
from rules.evaluators import Standing
from rules.policy import Value


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One of the pool as a draw would see him: why he is out, where he is."""

    id: int
    name: str
    category_id: int
    category: str
    unit: str
    bar: Bar
    reason: RecusalReason | None

    @property
    def candidate(self) -> Candidate:
        """What the draw asks of him."""
        return Candidate(self.id, self.category_id, self.bar)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """Somebody on a panel; `seated` that he is a member now and not an alternate or gone."""

    id: int
    kind: SeatKind
    position: int
    evaluator_id: int | None
    temporary: TemporaryKind | None
    name: str
    category: str
    unit_id: int | None
    unit: str
    declared: str
    seated: bool
    left_on: date | None
    left_for: RecusalReason | None
    briefed_on: date | None
    promised_on: date | None
    present: bool

    @property
    def waits(self) -> bool:
        """Whether he is an alternate who may still step in."""
        return self.kind is SeatKind.ALTERNATE and not self.seated and self.left_on is None


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection and what was decided on it."""

    id: int
    version: int
    evaluator_id: int | None
    seat_id: int | None
    name: str
    raised_by: Objector
    reason: RecusalReason
    text: str
    raised_on: date
    upheld: bool | None
    decided_by: str | None
    decided_on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw; `annulled_on` for one that counts no more."""

    id: int
    seed: str
    snapshot_sha256: str
    pool: int
    size: int
    quorum: int
    pressed_by: Objector
    witness: str
    actor: str
    at: datetime
    annulled_on: date | None
    annulled_why: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A draw made once more from what was recorded, beside what came of it then."""

    same: bool
    sha256: str
    members: tuple[str, ...]
    alternates: tuple[str, ...]


def limits(parameters: Mapping[str, Value]) -> Limits:
    """Put the county's parameters of a panel together."""
    least, most = parameters["panel_least"], parameters["panel_most"]
    share, quorum = parameters["panel_temporary"], parameters["panel_quorum"]
    lowest = parameters["panel_quorum_least"]
    assert isinstance(least, int)
    assert isinstance(most, int)
    assert isinstance(lowest, int)
    assert isinstance(share, Fraction)
    assert isinstance(quorum, Fraction)
    return Limits(least, most, share, quorum, lowest)


def candidates(session: Session, row: Evaluation, *, today: date) -> list[CandidateRow]:
    """Say of everybody of the pool whether he can be drawn for this evaluation today, and why not."""
    years = office.parameter(session, "panel_worked_years", on=today)
    assert isinstance(years, int)
    judged = Judged(
        unit=_path(session, row.judged_unit_id),
        handlers=evaluation_matters.handlers(session, row),
        village_id=row.village_id,
    )
    people = evaluation_matters.people_hashes(session, row)
    decided = _decisions(session, row.id)
    former: dict[int, list[tuple[str, date]]] = {}
    left = select(FormerUnit.evaluator_id, Unit.path, FormerUnit.left_on)
    for key, path, on in session.execute(left.join(Unit, Unit.id == FormerUnit.unit_id)):
        former.setdefault(key, []).append((path, on))
    cipher = cipher_of(session)
    found = session.execute(
        select(Evaluator, EvaluatorCategory.name, EvaluatorCategory.active, Unit.name, Unit.path)
        .join(EvaluatorCategory, EvaluatorCategory.id == Evaluator.category_id)
        .outerjoin(Unit, Unit.id == Evaluator.unit_id)
        .order_by(EvaluatorCategory.position, Evaluator.id)
    )
    rows = []
    for each, category, active, unit, path in found:
        profile = Profile(
            name=each.name,
            unit=path or "",
            former=tuple(former.get(each.id, ())),
            village_id=each.village_id,
            party=cipher.lookup(each.name) in people,
        )
        hinted = recusal.hints(profile, judged, on=today, years=years)
        reason = recusal.bar(hinted, decided.get(each.id, ()))
        standing = Standing(each.valid_from, each.valid_to, each.available)
        if not standing.in_term(today) or not active:
            bar = Bar.TERM
        elif reason is not None:
            bar = Bar.RECUSED
        else:
            bar = Bar.FREE if standing.available else Bar.AWAY
        named = unit or each.employer
        rows.append(
            CandidateRow(each.id, each.name, each.category_id, category, named, bar, reason)
        )
    return rows


def candidates_of(session: Session, evaluation_id: int, *, today: date) -> list[CandidateRow]:
    """Return `candidates` of an evaluation by its id; raises Missing outside the actor's scope."""
    row = session.get(Evaluation, evaluation_id)
    if row is None:
        raise Missing("该第三方评价不存在，或不在您的查看范围内")
    return candidates(session, row, today=today)


def _path(session: Session, unit_id: int) -> str:
    return session.get_one(Unit, unit_id).path


def _decisions(session: Session, evaluation_id: int) -> dict[int, list[Decision]]:
    found: dict[int, list[Decision]] = {}
    rows = session.execute(
        select(
            Objection.evaluator_id, EvaluationSeat.evaluator_id, Objection.reason, Objection.upheld
        )
        .outerjoin(EvaluationSeat, EvaluationSeat.id == Objection.seat_id)
        .where(Objection.evaluation_id == evaluation_id)
    )
    for own, seated, reason, upheld in rows:
        key = own or seated
        if key is not None:
            found.setdefault(key, []).append(Decision(reason, upheld))
    return found


def standing_draw(session: Session, evaluation_id: int) -> EvaluationDraw | None:
    """Return the draw that holds: the one that was not annulled."""
    return session.scalar(
        select(EvaluationDraw).where(
            EvaluationDraw.evaluation_id == evaluation_id, EvaluationDraw.annulled_on.is_(None)
        )
    )


def draws_of(session: Session, evaluation_id: int) -> list[DrawRow]:
    """List every draw, the latest first; those annulled stay to be seen."""
    found = session.scalars(
        select(EvaluationDraw)
        .where(EvaluationDraw.evaluation_id == evaluation_id)
        .order_by(EvaluationDraw.id.desc())
    )
    return [
        DrawRow(
            id=row.id,
            seed=row.seed,
            snapshot_sha256=row.snapshot_sha256,
            pool=len(row.snapshot["pool"]),
            size=row.size,
            quorum=row.quorum,
            pressed_by=row.pressed_by,
            witness=row.witness,
            actor=row.actor,
            at=row.at,
            annulled_on=row.annulled_on,
            annulled_why=row.annulled_why,
        )
        for row in found
    ]


def seats(session: Session, evaluation_id: int) -> list[SeatRow]:
    """List who came to the panel in the standing draw and as 临时成员, members before alternates."""
    holds = standing_draw(session, evaluation_id)
    found = session.execute(
        select(EvaluationSeat, Unit.name)
        .outerjoin(Unit, Unit.id == EvaluationSeat.unit_id)
        .where(EvaluationSeat.evaluation_id == evaluation_id)
        .order_by(EvaluationSeat.position, EvaluationSeat.id)
    )
    order = list(SeatKind)
    rows = [
        SeatRow(
            id=row.id,
            kind=row.kind,
            position=row.position,
            evaluator_id=row.evaluator_id,
            temporary=row.temporary,
            name=row.name,
            category=row.category,
            unit_id=row.unit_id,
            unit=unit or "",
            declared=row.declared,
            seated=row.seated,
            left_on=row.left_on,
            left_for=row.left_for,
            briefed_on=row.briefed_on,
            promised_on=row.promised_on,
            present=row.present,
        )
        for row, unit in found
        if row.draw_id is None or (holds is not None and row.draw_id == holds.id)
    ]
    return sorted(rows, key=lambda seat: (not seat.seated, order.index(seat.kind), seat.position))


def objections(session: Session, evaluation_id: int) -> list[ObjectionRow]:
    """List the objections in the order they were raised."""
    found = session.execute(
        select(Objection, Evaluator.name, EvaluationSeat.name)
        .outerjoin(Evaluator, Evaluator.id == Objection.evaluator_id)
        .outerjoin(EvaluationSeat, EvaluationSeat.id == Objection.seat_id)
        .where(Objection.evaluation_id == evaluation_id)
        .order_by(Objection.id)
    )
    return [
        ObjectionRow(
            id=row.id,
            version=row.version,
            evaluator_id=row.evaluator_id,
            seat_id=row.seat_id,
            name=seat or name or "",
            raised_by=row.raised_by,
            reason=row.reason,
            text=row.text,
            raised_on=row.raised_on,
            upheld=row.upheld,
            decided_by=row.decided_by,
            decided_on=row.decided_on,
            why=row.why,
        )
        for row, name, seat in found
    ]


def replay(session: Session, draw_id: int) -> Replay:
    """Draw once more from the recorded seed and snapshot, and hold it against what came of it."""
    row = session.get(EvaluationDraw, draw_id)
    if row is None:
        raise Missing("该次抽取不存在，或不在您的查看范围内")
    snapshot, plan = draws.restored(row.snapshot)
    again = draws.draw(snapshot, plan, seed=row.seed)
    sha256 = draws.digest(row.snapshot)
    wanted = {*again.members, *again.alternates}
    found = session.execute(select(Evaluator.id, Evaluator.name).where(Evaluator.id.in_(wanted)))
    names = {row[0]: row[1] for row in found}
    return Replay(
        same=(list(again.members), list(again.alternates), sha256)
        == (row.members, row.alternates, row.snapshot_sha256),
        sha256=sha256,
        members=tuple(names.get(each, f"#{each}") for each in again.members),
        alternates=tuple(names.get(each, f"#{each}") for each in again.alternates),
    )


def pending(session: Session, evaluation_id: int) -> list[str]:
    """Name those on whom an objection waits to be decided."""
    waiting = [each for each in objections(session, evaluation_id) if each.upheld is None]
    return [f"{each.name}（{each.reason.label}）" for each in waiting]


def panel_problems(session: Session, row: Evaluation, *, on: date) -> list[str]:
    """Say what keeps the panel from being whole on a day: empty seats, objections, who has left."""
    holds = standing_draw(session, row.id)
    if holds is None:
        return ["还没有抽取评价员"]
    found = []
    if waiting := pending(session, row.id):
        found.append(f"回避申请还没有决定：{'、'.join(waiting)}")
    sitting = [seat for seat in seats(session, row.id) if seat.seated]
    if len(sitting) < holds.size:
        found.append(
            f"小组应有 {holds.size} 名，现有 {len(sitting)} 名，缺 {holds.size - len(sitting)} 名，"
            "候补已用完：请作废这次抽取，补充名册后重新抽取"
        )
    found += departures(session, row.id, sitting, on=on)
    return found


def departures(
    session: Session, evaluation_id: int, sitting: Sequence[SeatRow], *, on: date
) -> list[str]:
    """Say who of the panel is no more what he was drawn as: his term is over, or he left his unit.

    An objection that was decided settles it: he stays for a reason, or an alternate steps in.
    """
    stays = {
        each.seat_id
        for each in objections(session, evaluation_id)
        if each.reason is RecusalReason.LEFT_UNIT and each.upheld is False
    }
    found = []
    for seat in sitting:
        now = session.get(Evaluator, seat.evaluator_id) if seat.evaluator_id else None
        if now is None or seat.id in stays:
            continue
        who = f"{seat.name}（{seat.category}）"
        if not Standing(now.valid_from, now.valid_to, now.available).in_term(on):
            found.append(f"{who}的任期到 {now.valid_to} 为止：{_ASKED}")
        elif now.unit_id != seat.unit_id and seat.unit_id is not None:
            left = session.scalar(
                select(FormerUnit.left_on)
                .where(FormerUnit.evaluator_id == now.id, FormerUnit.unit_id == seat.unit_id)
                .order_by(FormerUnit.left_on.desc())
            )
            day = f"已于 {left} " if left else "已"
            found.append(f"{who}{day}离开{seat.unit}，不再是抽取时的身份：{_ASKED}")
    return found


_ASKED = "请在“回避”里登记“抽取后离开原单位”并决定，由候补递补，或写明理由留任"


def notice_in_force(session: Session, evaluation_id: int) -> notices.Published | None:
    """Return what the gate asks of the notice that holds; None where there is none."""
    row = session.scalar(
        select(EvaluationNotice).where(
            EvaluationNotice.evaluation_id == evaluation_id, EvaluationNotice.ended_at.is_(None)
        )
    )
    if row is None:
        return None
    return notices.Published(row.published_on, row.at, row.held_on, row.days)


def meeting_may_open(session: Session, row: Evaluation, *, today: date, now: datetime) -> list[str]:
    """Say why the meeting may not begin yet; none where it may."""
    published = notice_in_force(session, row.id)
    return [
        *notices.may_open(published, today=today, now=now),
        *panel_problems(session, row, on=today),
    ]


def vote_may_open(session: Session, row: Evaluation, *, today: date, now: datetime) -> list[str]:
    """Say why a vote may not be opened; the gate every way to a ballot passes, whoever asks.

    The meeting has begun, its notice has stood, the panel is whole, and the quorum is there.
    """
    if row.state is not EvaluationState.MEETING:
        told = "评价会开始后才能票决"
        return [told, *meeting_may_open(session, row, today=today, now=now)]
    found = meeting_may_open(session, row, today=today, now=now)
    holds = standing_draw(session, row.id)
    if holds is not None:
        present = sum(s.present for s in seats(session, row.id) if s.seated)
        if few := meetings.lacking(present, size=holds.size, quorum=holds.quorum):
            found.append(few)
    return found
