"""The panel of one evaluation on the screen: temporary members, the draw, 回避, who sits."""

from datetime import date

import pyarrow as pa
import streamlit as st

from db.commands import evaluation_panels as commands
from db.queries import evaluation_panels as queries
from db.queries import evaluators, office
from db.queries.evaluation_panels import CandidateRow, DrawRow, ObjectionRow, SeatRow
from db.queries.evaluations import EvaluationFile
from documents import evaluation_papers
from rules import evaluation_recusal, evaluation_steps
from rules.evaluation_draw import Bar
from rules.evaluation_terms import (
    EvaluationState,
    Move,
    Objector,
    RecusalReason,
    SeatKind,
    TemporaryKind,
)
from rules.permissions import Action, Actor
from rules.roster_notices import chinese_date
from ui import evaluation_forms, evaluation_members, forms, store, templates, windows

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def draw(file: EvaluationFile, actor: Actor) -> None:
    """Draw all of the panel, and what this actor can do about it."""
    manages = actor.may(Action.MANAGE_EVALUATIONS)
    st.subheader("评价小组")
    if file.draw is None:
        if manages and file.state is EvaluationState.ADMITTED:
            _before(file)
        else:
            st.caption("还没有抽取评价员。")
    else:
        _seats(file)
        evaluation_members.counted(file)
        _record(file, file.draw, manages=manages)
        if manages and file.state is EvaluationState.ADMITTED:
            _forming(file)
    _objections(file, actor)


def _pool(file: EvaluationFile) -> list[CandidateRow]:
    with store.reading() as session:
        return queries.candidates_of(session, file.id, today=store.today())


def _before(file: EvaluationFile) -> None:
    pool = _pool(file)
    out = [row for row in pool if row.bar is Bar.RECUSED]
    free = sum(row.bar is Bar.FREE for row in pool)
    st.caption(
        f"名册 {len(pool)} 名，可以抽取 {free} 名，系统提示应当回避 {len(out)} 名"
        "（在被评价单位工作或三年内工作过、办理过本事项、同村、与信访人同名）。"
        "提示不对的，在“回避”里登记并决定不回避。"
    )
    if out:
        with st.expander(f"提示回避的 {len(out)} 名"):
            reasons = [row.reason.label if row.reason else "" for row in out]
            st.dataframe(
                pa.table(
                    {
                        "姓名": [row.name for row in out],
                        "类别": [row.category for row in out],
                        "单位": [row.unit for row in out],
                        "情形": reasons,
                    }
                ),
                hide_index=True,
            )
    _temporaries(file)
    _drawing(file)


def _temporaries(file: EvaluationFile) -> None:
    there = [seat for seat in file.seats if seat.kind is SeatKind.TEMPORARY]
    for seat in there:
        with st.container(horizontal=True, vertical_alignment="center"):
            declared = f"，{seat.declared}" if seat.declared else ""
            st.markdown(
                forms.plain(f"临时成员：{seat.name}（{seat.category}{declared}）"), width="stretch"
            )
            if st.button("去掉", key=f"temporary_drop-{seat.id}", type="tertiary"):
                _drop(file, seat.id)
    with st.popover("增加临时成员", key="temporary_adding"):
        st.caption("网友代表、邻里、同事等，先于抽取确定，不超过小组人数的三分之一（参数）。")
        kind = st.selectbox(
            "类别",
            list(TemporaryKind),
            index=None,
            format_func=lambda each: each.label,
            key="temporary_kind",
            placeholder="请选择",
        )
        name = st.text_input("姓名", key="temporary_name", max_chars=60)
        declared = st.text_input(
            "与信访人的关系（邻里、同事须申报）", key="temporary_declared", max_chars=200
        )
        if st.button("增加", type="primary", key="temporary_add"):
            forms.save(
                lambda session: commands.add_temporary(
                    session,
                    file.id,
                    kind=kind,
                    name=name or "",
                    declared=declared or "",
                    version=file.version,
                    now=store.now(),
                ),
                refilled={"temporary_name": "", "temporary_declared": ""},
                message=f"已增加临时成员：{name}",
                beside=evaluation_forms.beside(file),
            )


def _drop(file: EvaluationFile, seat_id: int) -> None:
    forms.save(
        lambda session: commands.remove_temporary(
            session, seat_id, version=file.version, now=store.now()
        ),
        message="已去掉",
        beside=evaluation_forms.beside(file),
    )


def _drawing(file: EvaluationFile) -> None:
    with store.reading() as session:
        rows = [row for row in evaluators.categories(session) if row.active]
        parameters = office.in_force(session, on=store.today())
    st.session_state.setdefault("draw_size", int(str(parameters["panel_size"])))
    st.session_state.setdefault("draw_alternates", int(str(parameters["panel_alternates"])))
    for row in rows:
        st.session_state.setdefault(f"draw_seats-{row.id}", row.seats)
    with st.form("draw"):
        left, middle, right = st.columns(3)
        size = left.number_input("小组人数（单数）", 1, 99, key="draw_size")
        alternates = middle.number_input("候补", 0, 20, key="draw_alternates")
        pressed = right.selectbox(
            "谁来按",
            [Objector.PETITIONER, Objector.JUDGED, Objector.OFFICE],
            format_func=lambda each: "办公室" if each is Objector.OFFICE else each.label,
            key="draw_pressed",
        )
        places = st.columns(4)
        seats = {
            row.id: int(places[place % 4].number_input(row.name, 0, 20, key=f"draw_seats-{row.id}"))
            for place, row in enumerate(rows)
        }
        witness = st.text_input("在场见证人", key="draw_witness", max_chars=64)
        st.caption(
            "名额合计加临时成员应等于小组人数。抽取只有一次，随机种子和名册快照当场记下，可以重放核对。"
        )
        pressed_now = st.form_submit_button("抽取", type="primary", key="draw_now")
    if pressed_now:
        forms.save(
            lambda session: commands.draw_panel(
                session,
                file.id,
                size=int(size),
                seats=seats,
                alternates=int(alternates),
                pressed_by=pressed,
                witness=witness or "",
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            message="已抽取",
            beside=evaluation_forms.beside(file),
        )


def _seats(file: EvaluationFile) -> None:
    rows = list(file.seats)
    st.dataframe(
        pa.table(
            {
                "姓名": [row.name for row in rows],
                "类别": [row.category for row in rows],
                "单位": [row.unit for row in rows],
                "怎样产生": [_how(row) for row in rows],
                "现在": [_now(row) for row in rows],
                "情况说明": [_noted(row.briefed_on) for row in rows],
                "确认到会": [_noted(row.promised_on) for row in rows],
            }
        ),
        hide_index=True,
        height=len(rows) * 35 + 38,
        alt="评价小组成员",
    )


def _noted(on: date | None) -> str:
    return f"{on:%m-%d}" if on else ""


def _how(row: SeatRow) -> str:
    return f"{row.kind.label}第 {row.position} 名"


def _now(row: SeatRow) -> str:
    if row.seated:
        return "递补在席" if row.kind is SeatKind.ALTERNATE else "在席"
    if row.left_on is not None:
        return f"{row.left_on} 退出（{row.left_for.label if row.left_for else '因故不能参加'}）"
    return "候补" if row.kind is SeatKind.ALTERNATE else "已作废"


def _record(file: EvaluationFile, drawn: DrawRow, *, manages: bool) -> None:
    moment = f"{store.local(drawn.at):%Y-%m-%d %H:%M}"
    st.caption(
        forms.plain(
            f"{moment} 由{drawn.pressed_by.label}按下抽取，名册 {drawn.pool} 名，"
            f"小组 {drawn.size} 名，到会至少 {drawn.quorum} 名。种子 {drawn.seed}"
        )
    )
    with st.container(horizontal=True):
        replayed = st.button("重放核对", key="draw_replay", icon=":material/replay:")
        with store.reading() as session:
            template = templates.template(session, evaluation_papers.DRAW.template)
        st.download_button(
            "抽取记录（Word）",
            lambda: _paper(file, drawn, template),
            file_name=f"评价员抽取记录_{file.number}.docx",
            mime=_TYPE,
            key="draw_take",
            icon=":material/description:",
            on_click="ignore",
        )
        if manages and not evaluation_steps.blocked(Move.BRIEF, file.state):
            evaluation_members.buttons(file)
        if manages and not evaluation_steps.blocked(Move.REPLACE, file.state):
            windows.opened("panel_changes", _changes_label(file), lambda key: _changes(key, file))
    if replayed:
        _replay(drawn.id)
    for old in file.draws:
        if old.annulled_on is not None:
            st.caption(
                forms.plain(
                    f"{old.annulled_on} 作废过一次抽取（种子 {old.seed}）：{old.annulled_why}"
                )
            )


def _replay(draw_id: int) -> None:
    with store.reading() as session:
        again = queries.replay(session, draw_id)
    members, alternates = "、".join(again.members), "、".join(again.alternates)
    told = f"按记录的种子和名册快照重新抽取：{members}；候补：{alternates or '无'}。"
    if again.same:
        st.success(forms.plain(f"一致。{told}快照校验值 {again.sha256[:16]}…"))
    else:
        st.error(forms.plain(f"与记录不一致，请联系系统管理员核验审计链。{told}"))


def _paper(file: EvaluationFile, drawn: DrawRow, template: bytes) -> bytes:
    upheld = [each.reason for each in file.objections if each.upheld]
    values = {
        "编号": file.number,
        "评价事项": file.title,
        "被评价单位": file.judged_unit,
        "抽取时间": f"{store.local(drawn.at):%Y-%m-%d %H:%M:%S}",
        "按下抽取的": drawn.pressed_by.label,
        "小组人数": str(drawn.size),
        "到会下限": str(drawn.quorum),
        "名册人数": str(drawn.pool),
        "快照校验值": drawn.snapshot_sha256,
        "随机种子": drawn.seed,
        "回避情况": evaluation_recusal.told(upheld),
        "见证人": drawn.witness,
        "日期": chinese_date(store.local(drawn.at).date()),
    }
    members = [
        {
            "序号": str(place),
            "姓名": row.name,
            "类别": row.category,
            "怎样产生": f"{_how(row)}，{_now(row)}",
        }
        for place, row in enumerate(file.seats, start=1)
    ]
    return evaluation_papers.draw_record(values, members, template=template)


def _annullable(file: EvaluationFile) -> bool:
    return evaluation_steps.blocked(Move.ANNUL, file.state) is None


def _changes_label(file: EvaluationFile) -> str:
    return "递补、作废" if _annullable(file) else "递补"


def _changes(key: str, file: EvaluationFile) -> None:
    sitting = {row.id: f"{row.name}（{row.category}）" for row in file.seats if row.seated}
    st.markdown("**因故不能参加的，由候补按次序递补**")
    seat_id = forms.choose("谁不能参加", sitting, key="replace_seat", empty="请选择")
    why = st.text_input("原因", key="replace_why", max_chars=200)
    if st.button("递补", type="primary", key="replace_now", disabled=seat_id is None):
        forms.save(
            lambda session: commands.replace_member(
                session,
                seat_id or 0,
                why=why or "",
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={"replace_why": "", key: False},
            message=str,
            beside=evaluation_forms.beside(file),
        )
    if _annullable(file):
        _annulling(key, file)
    elif not evaluation_steps.blocked(Move.REVOKE, file.state):
        st.caption("已经公示，要作废这次抽取的，先撤销公示。")


def _annulling(key: str, file: EvaluationFile) -> None:
    st.markdown("**作废这次抽取，重新抽取**")
    st.caption("作废的抽取连同原因一直留着。")
    reason = st.text_input("作废的原因", key="annul_why", max_chars=500)
    if st.button("作废", key="annul_now"):
        forms.save(
            lambda session: commands.annul_draw(
                session,
                file.id,
                why=reason or "",
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={"annul_why": "", key: False},
            message="已作废，请重新抽取",
            beside=evaluation_forms.beside(file),
        )


def _forming(file: EvaluationFile) -> None:
    for line in file.panel_gate:
        st.warning(forms.plain(line))
    if st.button("小组组成，进入公示", type="primary", key="panel_form"):
        forms.save(
            lambda session: commands.form_panel(
                session, file.id, version=file.version, today=store.today(), now=store.now()
            ),
            message="小组已组成，下一步社会公示",
            beside=evaluation_forms.beside(file),
        )


def _objections(file: EvaluationFile, actor: Actor) -> None:
    manages = actor.may(Action.MANAGE_EVALUATIONS)
    st.subheader("回避")
    st.caption("双方都可以提出，办公室决定并写明理由；记录和公开材料只写情形。")
    for each in file.objections:
        _objection(file, each, manages=manages)
    if not file.objections:
        st.caption("没有提出回避的。")
    if evaluation_steps.blocked(Move.REPLACE, file.state):
        return
    judged = actor.may(Action.APPLY_EVALUATION) and file.judged_unit_id in actor.unit_ids
    if manages or (judged and file.draw is not None):
        windows.opened("objecting", "提出回避", lambda key: _objecting(key, file, manages=manages))


def _objection(file: EvaluationFile, each: ObjectionRow, *, manages: bool) -> None:
    with st.container(border=True):
        st.markdown(
            forms.plain(
                f"{each.raised_on} {each.raised_by.label}：{each.name}，{each.reason.label}"
            )
        )
        if manages and each.text:
            st.text(each.text)
        if each.upheld is not None:
            decision = "回避" if each.upheld else "不回避"
            why = f"：{each.why}" if manages else ""
            st.caption(forms.plain(f"{each.decided_on} {each.decided_by}决定{decision}{why}"))
        elif manages:
            _deciding(file, each)
        else:
            st.caption("等待办公室决定。")


def _deciding(file: EvaluationFile, each: ObjectionRow) -> None:
    with st.form(f"decide-{each.id}", border=False):
        upheld = st.radio(
            "决定",
            [True, False],
            index=None,
            format_func=lambda yes: "回避" if yes else "不回避",
            horizontal=True,
            key=f"decide_upheld-{each.id}",
        )
        why = st.text_input("理由", key=f"decide_why-{each.id}", max_chars=500)
        submitted = st.form_submit_button("决定", type="primary", key=f"decide_now-{each.id}")
    if submitted:
        forms.save(
            lambda session: commands.decide(
                session,
                each.id,
                upheld=upheld,
                why=why or "",
                version=each.version,
                today=store.today(),
                now=store.now(),
            ),
            message=str,
            beside=evaluation_forms.beside(file),
        )


def _objecting(key: str, file: EvaluationFile, *, manages: bool) -> None:
    seats = {s.id: f"{s.name}（{s.category}）" for s in file.seats if s.left_on is None}
    on_panel = file.draw is not None
    names = seats if on_panel else {row.id: f"{row.name}（{row.category}）" for row in _pool(file)}
    chosen = forms.choose("对谁", names, key="object_whom", empty="请选择")
    by: Objector | None = Objector.JUDGED
    if manages:
        by = st.selectbox(
            "由谁提出", list(Objector), format_func=lambda each: each.label, key="object_by"
        )
    reason = st.selectbox(
        "情形",
        list(RecusalReason),
        index=None,
        format_func=lambda each: each.label,
        key="object_reason",
        placeholder="请选择",
    )
    text = st.text_area("具体理由（只有办公室看到）", key="object_text", max_chars=500, height=90)
    st.session_state.setdefault("object_on", store.today())
    raised_on: date | None = forms.date_input("提出日期", key="object_on")
    if st.button("提出", type="primary", key="object_now"):
        forms.save(
            lambda session: commands.object_to(
                session,
                file.id,
                evaluator_id=None if on_panel else chosen,
                seat_id=chosen if on_panel else None,
                raised_by=by,
                reason=reason,
                text=text or "",
                raised_on=raised_on,
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={"object_text": "", key: False},
            message="已登记，等待办公室决定",
            beside=evaluation_forms.beside(file),
        )
