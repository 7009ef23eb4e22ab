"""The panel of an evaluation: temporary members, the draw, objections, and who steps in."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands.evaluations import noted, writable
from db.engine import cipher_of
from db.models.evaluations import (
    Evaluation,
    EvaluationDraw,
    EvaluationSeat,
    Evaluator,
    EvaluatorCategory,
    Objection,
)
from db.queries import evaluation_matters, office
from db.queries import evaluation_panels as queries
from db.scope import actor_of
from rules import evaluation_draw as draws
from rules import evaluation_recusal as recusal
from rules import evaluation_steps
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem, RuleError
from rules.evaluation_draw import Plan
from rules.evaluation_terms import (
    EvaluationState,
    Move,
    Objector,
    RecusalReason,
    SeatKind,
    TemporaryKind,
)
from rules.permissions import Action

_DECLARED = (TemporaryKind.NEIGHBOUR, TemporaryKind.COLLEAGUE)


def add_temporary(
    session: Session,
    evaluation_id: int,
    *,
    kind: TemporaryKind | None,
    name: str,
    declared: str,
    version: int,
    now: datetime,
) -> int:
    """Take somebody in for this evaluation alone, before the draw; a neighbour says how he stands."""
    row = _managed(session, evaluation_id, version)
    _undrawn(session, row)
    called, words, found = clean(name), clean(declared), []
    if kind is None:
        found.append(Problem("kind", "请选择临时成员的类别"))
    if not called or len(called) > 60:
        found.append(Problem("name", "请填写姓名，最多 60 个字"))
    if kind in _DECLARED and not words:
        found.append(Problem("declared", "邻里、同事须申报与信访人的关系"))
    if len(words) > 200:
        found.append(Problem("declared", "关系申报最多 200 个字"))
    if called and cipher_of(session).lookup(called) in evaluation_matters.people_hashes(
        session, row
    ):
        found.append(Problem("name", f"“{called}”与信访人（当事人）同名，应当回避"))
    if called in evaluation_matters.handlers(session, row):
        found.append(Problem("name", f"“{called}”办理过本事项，应当回避"))
    there = queries.seats(session, row.id)
    if any(seat.name == called for seat in there if seat.left_on is None):
        found.append(Problem("name", f"“{called}”已经是临时成员"))
    if found:
        raise Invalid(found)
    assert kind is not None
    seat = EvaluationSeat(
        evaluation_id=row.id,
        kind=SeatKind.TEMPORARY,
        position=1 + sum(each.kind is SeatKind.TEMPORARY for each in there),
        temporary=kind,
        name=called,
        category=kind.label,
        declared=words,
        seated=True,
    )
    session.add(seat)
    row.updated_at = now
    session.flush()
    return seat.id


def remove_temporary(session: Session, seat_id: int, *, version: int, now: datetime) -> None:
    """Take a temporary member out again before the draw."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    seat = _seat(session, seat_id)
    row = _managed(session, seat.evaluation_id, version)
    _undrawn(session, row)
    if seat.kind is not SeatKind.TEMPORARY:
        raise RuleError("抽取的评价员不能直接去掉，请登记回避或因故不能参加")
    waiting = select(Objection).where(Objection.seat_id == seat.id)
    for each in session.scalars(waiting):
        session.delete(each)
    session.flush()
    session.delete(seat)
    row.updated_at = now


def draw_panel(
    session: Session,
    evaluation_id: int,
    *,
    size: int,
    seats: Mapping[int, int],
    alternates: int,
    pressed_by: Objector,
    witness: str,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Draw the panel by category from the pool as it stands, and keep all it takes to draw again.

    `seats` by the ids of categories. The seed is made when everything else is settled. Raises
    Invalid saying which category lacks how many; returns the id of the draw.
    """
    row = _managed(session, evaluation_id, version)
    evaluation_steps.require(Move.DRAW, row.state)
    _undrawn(session, row)
    if waiting := queries.pending(session, row.id):
        raise RuleError(f"回避申请还没有决定，不能抽取：{'、'.join(waiting)}")
    limits = queries.limits(office.in_force(session, on=today))
    taken = sum(
        seat.kind is SeatKind.TEMPORARY and seat.left_on is None
        for seat in queries.seats(session, row.id)
    )
    plan = Plan(size, {key: n for key, n in seats.items() if n}, taken, alternates)
    categories = session.execute(select(EvaluatorCategory.id, EvaluatorCategory.name))
    named = {each[0]: each[1] for each in categories}
    found = draws.plan_problems(plan, limits)
    pool = queries.candidates(session, row, today=today)
    snapshot = [each.candidate for each in pool]
    if not found:
        found = draws.shortages(snapshot, plan, named)
    if len(clean(witness)) > 64:
        found.append(Problem("witness", "见证人最多 64 个字"))
    if found:
        raise Invalid(found)
    kept, seed = draws.kept(snapshot, plan), secrets.token_hex(16)
    drawn = draws.draw(snapshot, plan, seed=seed)
    made = EvaluationDraw(
        evaluation_id=row.id,
        seed=seed,
        snapshot=kept,
        snapshot_sha256=draws.digest(kept),
        members=list(drawn.members),
        alternates=list(drawn.alternates),
        size=size,
        quorum=draws.quorum(size, limits),
        pressed_by=pressed_by,
        witness=clean(witness),
        actor=actor_of(session).name,
        at=now,
    )
    session.add(made)
    session.flush()
    by_id = {each.id: each for each in pool}
    for kind, ids in (
        (SeatKind.DRAWN, drawn.members),
        (SeatKind.ALTERNATE, drawn.alternates),
    ):
        for place, evaluator_id in enumerate(ids, start=1):
            session.add(
                EvaluationSeat(
                    evaluation_id=row.id,
                    draw_id=made.id,
                    kind=kind,
                    position=place,
                    evaluator_id=evaluator_id,
                    name=by_id[evaluator_id].name,
                    category=by_id[evaluator_id].category,
                    unit_id=session.get_one(Evaluator, evaluator_id).unit_id,
                    seated=kind is SeatKind.DRAWN,
                )
            )
    words = f"由{pressed_by.label}按下抽取，小组 {size} 名，候补 {len(drawn.alternates)} 名"
    noted(session, row, Move.DRAW, before=row.state, text=words, on=today, now=now)
    session.flush()
    return made.id


def annul_draw(
    session: Session,
    evaluation_id: int,
    *,
    why: str,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Annul the draw that holds, for a reason; it stays to be seen beside the one that follows."""
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.ANNUL, row.state)
    holds = queries.standing_draw(session, row.id)
    if holds is None:
        raise RuleError("没有可以作废的抽取")
    words = clean(why)
    if not words or len(words) > 500:
        raise Invalid([Problem("why", "请填写作废的原因，最多 500 个字")])
    holds.annulled_on, holds.annulled_why = today, words
    for seat in session.scalars(select(EvaluationSeat).where(EvaluationSeat.draw_id == holds.id)):
        seat.seated = False
    before, row.state, row.formed_on = row.state, after, None
    noted(session, row, Move.ANNUL, before=before, text=words, on=today, now=now)


def object_to(
    session: Session,
    evaluation_id: int,
    *,
    evaluator_id: int | None = None,
    seat_id: int | None = None,
    raised_by: Objector | None,
    reason: RecusalReason | None,
    text: str,
    raised_on: date | None,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Write down that one of the pool or of the panel should stay out; the office decides on it.

    A unit may ask for itself and of those who sit; the office writes down what others ask.
    """
    actor = actor_of(session)
    actor.require(Action.APPLY_EVALUATION)
    row = writable(session, evaluation_id, version)
    if told := evaluation_steps.blocked(Move.REPLACE, row.state):
        raise RuleError(told)
    if not actor.may(Action.MANAGE_EVALUATIONS):
        if raised_by is not Objector.JUDGED or row.judged_unit_id not in actor.unit_ids:
            raise NotAllowed("单位只能作为被评价单位提出回避，信访人提出的由联席办登记")
        if seat_id is None:
            raise NotAllowed("抽取以后，对抽中的评价员提出回避")
    words = clean(text)
    found = recusal.objection_problems(
        by=raised_by, reason=reason, text=words, on=raised_on, today=today
    )
    seat = _seat(session, seat_id) if seat_id is not None else None
    if seat is None and (evaluator_id is None or session.get(Evaluator, evaluator_id) is None):
        found.append(Problem("evaluator_id", "请选择对谁提出回避"))
    if seat is not None and (seat.evaluation_id != row.id or seat.left_on is not None):
        found.append(Problem("seat_id", f"“{seat.name}”已不在小组里"))
    if found:
        raise Invalid(found)
    made = Objection(
        evaluation_id=row.id,
        evaluator_id=evaluator_id if seat is None else seat.evaluator_id,
        seat_id=seat_id,
        raised_by=raised_by,
        reason=reason,
        text=words,
        raised_on=raised_on,
    )
    session.add(made)
    row.updated_at = now
    session.flush()
    return made.id


def decide(
    session: Session,
    objection_id: int,
    *,
    upheld: bool | None,
    why: str,
    version: int,
    today: date,
    now: datetime,
) -> str:
    """Decide on an objection and say why; who must go is followed by the next alternate.

    Returns what came of it, in words.
    """
    actor = actor_of(session)
    actor.require(Action.MANAGE_EVALUATIONS)
    found = session.get(Objection, objection_id)
    if found is None:
        raise Missing("该回避申请不存在，请刷新")
    if found.version != version or found.upheld is not None:
        raise Conflict("该回避申请已由他人决定，请刷新后查看")
    row = session.get_one(Evaluation, found.evaluation_id)
    words = clean(why)
    if problems := recusal.decision_problems(upheld=upheld, why=words):
        raise Invalid(problems)
    found.upheld, found.why = upheld, words
    found.decided_by, found.decided_on = actor.name, today
    row.updated_at = now
    session.flush()
    if not upheld:
        return "已决定不回避"
    seat = _sitting(session, found)
    if seat is None:
        return "已决定回避，不参加抽取"
    return _step_in(session, row, seat, found.reason, today=today, now=now)


def replace_member(
    session: Session,
    seat_id: int,
    *,
    why: str,
    version: int,
    today: date,
    now: datetime,
) -> str:
    """Let the next alternate step in for a member who cannot come; returns what came of it."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    seat = _seat(session, seat_id)
    row = _managed(session, seat.evaluation_id, version)
    words = clean(why)
    if not words or len(words) > 200:
        raise Invalid([Problem("why", "请填写不能参加的原因，最多 200 个字")])
    if not seat.seated:
        raise RuleError(f"“{seat.name}”现在不在席")
    return _step_in(session, row, seat, None, today=today, now=now, why=words)


def form_panel(
    session: Session, evaluation_id: int, *, version: int, today: date, now: datetime
) -> None:
    """Settle the panel: whole, objections decided, nobody on it who is no more what he was drawn as."""
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.FORM, row.state)
    if found := queries.panel_problems(session, row, on=today):
        raise RuleError("；".join(found))
    before, row.state, row.formed_on = row.state, after, today
    sitting = sum(seat.seated for seat in queries.seats(session, row.id))
    text = f"小组 {sitting} 名"
    noted(session, row, Move.FORM, before=before, text=text, on=today, now=now)


def note_members(
    session: Session,
    evaluation_id: int,
    move: Move,
    *,
    seat_ids: Collection[int],
    on: date | None,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Write down that members were sent the brief (BRIEF), or say that they come (PROMISE), on a day.

    Alternates who may still step in are noted as well. Without a day what was noted is taken back;
    returns of how many.
    """
    row = _managed(session, evaluation_id, version)
    evaluation_steps.require(move, row.state)
    there = {s.id for s in queries.seats(session, row.id) if s.seated or s.waits}
    found = []
    if queries.standing_draw(session, row.id) is None:
        found.append(Problem("seat_ids", "抽取评价员以后才能登记"))
    elif not seat_ids or not there.issuperset(seat_ids):
        found.append(Problem("seat_ids", "请选择在席的评价员或候补"))
    if on is not None and not (row.confirmed_on or row.applied_on) <= on <= today:
        found.append(Problem("on", f"日期应在受理（{row.confirmed_on}）到今天之间"))
    if found:
        raise Invalid(found)
    for seat in session.scalars(select(EvaluationSeat).where(EvaluationSeat.id.in_(seat_ids))):
        setattr(seat, _NOTED[move], on)
    text = f"{len(seat_ids)} 名" if on is not None else f"收回 {len(seat_ids)} 名的登记"
    noted(session, row, move, before=row.state, text=text, on=on or today, now=now)
    return len(seat_ids)


_NOTED = {Move.BRIEF: "briefed_on", Move.PROMISE: "promised_on"}


def _step_in(
    session: Session,
    row: Evaluation,
    seat: EvaluationSeat,
    reason: RecusalReason | None,
    *,
    today: date,
    now: datetime,
    why: str = "",
) -> str:
    """Empty a seat and seat the next alternate who is not to stay out himself."""
    if row.state not in evaluation_steps.MOVES[Move.REPLACE].sources:
        raise RuleError(f"现在是“{row.state.label}”，小组成员不再变动")
    was_member = seat.seated
    seat.seated, seat.left_on, seat.left_for = False, today, reason
    session.flush()
    said = reason.label if reason is not None else why
    if not was_member:
        return f"{seat.name}（{seat.category}）不再作候补"
    barred = {
        each.id
        for each in queries.candidates(session, row, today=today)
        if each.bar is not draws.Bar.FREE
    }
    waiting = [
        each
        for each in queries.seats(session, row.id)
        if each.waits and each.evaluator_id not in barred
    ]
    if not waiting:
        text = f"{seat.category} 1 名因“{said}”退出，候补已用完"
        noted(session, row, Move.REPLACE, before=row.state, text=text, on=today, now=now)
        return f"{seat.name}已退出；候补已用完，小组还缺 1 名"
    following = session.get_one(EvaluationSeat, min(waiting, key=lambda each: each.position).id)
    following.seated = True
    text = f"{seat.category} 1 名因“{said}”退出，候补第 {following.position} 名递补"
    noted(session, row, Move.REPLACE, before=row.state, text=text, on=today, now=now)
    return f"{seat.name}已退出，由候补{following.name}（{following.category}）递补"


def _sitting(session: Session, found: Objection) -> EvaluationSeat | None:
    if found.seat_id is not None:
        return session.get(EvaluationSeat, found.seat_id)
    holds = queries.standing_draw(session, found.evaluation_id)
    if holds is None:
        return None
    return session.scalar(
        select(EvaluationSeat).where(
            EvaluationSeat.draw_id == holds.id,
            EvaluationSeat.evaluator_id == found.evaluator_id,
            EvaluationSeat.left_on.is_(None),
        )
    )


def _managed(session: Session, evaluation_id: int, version: int) -> Evaluation:
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    return writable(session, evaluation_id, version)


def _undrawn(session: Session, row: Evaluation) -> None:
    if row.state is not EvaluationState.ADMITTED:
        raise RuleError(f"现在是“{row.state.label}”，受理以后、小组组成以前才能进行")
    if queries.standing_draw(session, row.id) is not None:
        raise RuleError("已经抽取过了：抽取只有一次，要重抽的请先写明原因作废")


def _seat(session: Session, seat_id: int) -> EvaluationSeat:
    found = session.get(EvaluationSeat, seat_id)
    if found is None:
        raise Missing("该席位不存在，请刷新")
    return found
