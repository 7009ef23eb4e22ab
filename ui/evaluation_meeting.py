"""社会公示 and the meeting of an evaluation on the screen: the desk of the office, and the wall."""

from html import escape

import streamlit as st

import settings
from db.commands import evaluation_meetings as commands
from db.queries import ballots, office
from db.queries import evaluation_papers as paper_queries
from db.queries import evaluations as queries
from db.queries.evaluations import EvaluationFile, NoticeRow
from documents import evaluation_papers
from rules import evaluation_notices
from rules.errors import Missing
from rules.evaluation_notices import Notice
from rules.evaluation_steps import JUDGED
from rules.evaluation_terms import EvaluationState, VoteMethod
from rules.permissions import Action, Actor
from ui import evaluation_forms, evaluation_vote, forms, store, templates

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PAGE = "pages/evaluations/meeting.py"
_TEXTS = ("title", "held_time", "place", "matter", "phone", "signed")
_SECONDS = 2


def notices(file: EvaluationFile, actor: Actor) -> None:
    """Draw the notice that is published next, and those that were, with their forms to take away."""
    forming = file.state in (EvaluationState.FORMED, EvaluationState.NOTICED)
    if not forming and not file.notices:
        return
    st.subheader("社会公示")
    if forming and actor.may(Action.MANAGE_EVALUATIONS):
        _notice_form(file)
    for row in file.notices:
        _published(file, row)


def _notice_form(file: EvaluationFile) -> None:
    with store.reading() as session:
        parameters = office.in_force(session, on=store.today())
    days = int(str(parameters["panel_notice_days"]))
    last = file.notices[0].notice if file.notices else None
    values = {
        "notice_title": last.title
        if last
        else evaluation_notices.title(str(parameters["county_name"])),
        "notice_held_on": last.held_on if last else None,
        "notice_held_time": last.held_time if last else "",
        "notice_place": last.place if last else "",
        "notice_matter": last.matter if last else file.title,
        "notice_phone": last.phone if last else "",
        "notice_signed": last.signed if last else settings.current().office_name,
    }
    record = f"evaluation-notice-{file.id}"
    version = forms.filled(record, file.version, values)
    for line in file.panel_gate:
        st.warning(forms.plain(line))
    label = "重新公示" if file.notice else "公示"
    with st.form("evaluation_notice"):
        st.text_input("标题", key="notice_title", max_chars=100)
        left, right = st.columns(2)
        with left:
            forms.date_input("开会日期", key="notice_held_on")
        right.text_input("时间", key="notice_held_time", max_chars=5, placeholder="如 14:30")
        st.text_input("地点", key="notice_place", max_chars=100)
        st.text_input("评价事项（不写姓名、电话、门牌号）", key="notice_matter", max_chars=300)
        left, right = st.columns(2)
        left.text_input("监督电话", key="notice_phone", max_chars=30)
        right.text_input("落款", key="notice_signed", max_chars=100)
        pressed = st.form_submit_button(label, type="primary", key="notice_publish")
    st.caption(f"至少提前 {days} 天。公示后不能修改；有变动的重新公示，天数重新计算。")
    if pressed:
        typed = {name: st.session_state[f"notice_{name}"] or "" for name in _TEXTS}
        notice = Notice(held_on=st.session_state["notice_held_on"], judged="", **typed)
        forms.save(
            lambda session: commands.publish(
                session,
                file.id,
                notice,
                version=version,
                today=store.today(),
                now=store.now(),
            ),
            record=record,
            message=lambda number: f"已公示（第 {number} 次）",
            beside=evaluation_forms.beside(file, version),
        )
    if file.notice is not None:
        _revoking(file)


def _revoking(file: EvaluationFile) -> None:
    with st.popover("撤销公示", type="tertiary"):
        why = st.text_input("撤销的原因", key="revoke_why", max_chars=500)
        if st.button("撤销", type="primary", key="notice_revoke"):
            forms.save(
                lambda session: commands.revoke_notice(
                    session,
                    file.id,
                    why=why or "",
                    version=file.version,
                    today=store.today(),
                    now=store.now(),
                ),
                refilled={"revoke_why": ""},
                message="已撤销公示",
                beside=evaluation_forms.beside(file),
            )


def _published(file: EvaluationFile, row: NoticeRow) -> None:
    ended = "（已失效）" if row.ended_at is not None else ""
    label = f"第 {row.number} 次公示：{row.published_on}，{row.held_on} 开会{ended}"
    with st.expander(label, expanded=row.ended_at is None):
        for words in row.changes:
            st.caption(forms.plain(words))
        with store.reading() as session:
            template = templates.template(session, evaluation_papers.NOTICE.template)
        with st.container(horizontal=True):
            st.download_button(
                "Word",
                lambda: evaluation_papers.notice(
                    row.notice, published_on=row.published_on, template=template
                ),
                file_name=f"评价会公示_{file.number}_第{row.number}次.docx",
                mime=_TYPE,
                key=f"notice_take-{row.id}",
                icon=":material/description:",
                on_click="ignore",
            )
        st.text_area(
            "文本（复制后粘贴到微信或网站）",
            evaluation_notices.as_text(row.notice, published_on=row.published_on),
            height=230,
            key=f"notice_text-{row.id}",
        )


def desk(file: EvaluationFile) -> None:
    """Draw the meeting as the office leads it: the gate, attendance, the agenda, questions."""
    st.caption(forms.plain(f"{file.number} · {file.panel} · 被评价单位 {file.judged_unit}"))
    with st.container(horizontal=True):
        st.page_link(
            "pages/evaluations/evaluation.py",
            label="返回评价事项",
            icon=":material/arrow_back:",
            query_params={"evaluation": file.number},
        )
        st.page_link(
            _PAGE,
            label="投屏",
            icon=":material/cast:",
            query_params={"evaluation": file.number, "wall": "1"},
        )
    left, right = st.columns(2, gap="medium")
    with left:
        _attendance(file)
    with right:
        _opening(file)
        if file.state is EvaluationState.MEETING:
            _agenda(file)
        evaluation_vote.draw(file)
        if file.state is EvaluationState.MEETING:
            _questions(file)


def _attendance(file: EvaluationFile) -> None:
    st.subheader("签到")
    sitting = [seat for seat in file.seats if seat.seated]
    quorum = file.draw.quorum if file.draw else 0
    came = sum(seat.present for seat in sitting)
    st.caption(f"应到 {len(sitting)} 名，实到 {came} 名，至少到 {quorum} 名才能票决。")
    if file.state not in (EvaluationState.NOTICED, EvaluationState.MEETING):
        for place, seat in enumerate(sitting, start=1):
            told = "到会" if seat.present else "未到"
            st.markdown(forms.plain(f"{place}．{seat.name}（{seat.category}）：{told}"))
        return
    record = f"attendance-{file.id}"
    values = {
        "meeting_host": file.host,
        **{f"present-{seat.id}": seat.present for seat in sitting},
        "petitioner_came": file.petitioner_came,
        "judged_came": file.judged_came,
        "observers": file.observers,
    }
    version = forms.filled(record, file.version, values)
    with st.form(record):
        host = st.text_input("主持人（组长，不参加票决）", key="meeting_host", max_chars=64)
        places = st.columns(2)
        present = [
            seat.id
            for place, seat in enumerate(sitting)
            if places[place % 2].checkbox(
                forms.plain(f"{place + 1}．{seat.name}（{seat.category}）"),
                key=f"present-{seat.id}",
            )
        ]
        petitioner = st.checkbox("信访人（当事人）到会", key="petitioner_came")
        judged = st.checkbox("被评价单位到会", key="judged_came")
        observers = st.text_input("列席（不参加票决）", key="observers", max_chars=200)
        submitted = st.form_submit_button("保存签到", type="primary", key="attendance_save")
    if submitted:
        forms.save(
            lambda session: commands.record_attendance(
                session,
                file.id,
                present=present,
                petitioner_came=petitioner,
                judged_came=judged,
                observers=observers or "",
                host=host or "",
                version=version,
                now=store.now(),
            ),
            record=record,
            message="签到已保存",
            beside=evaluation_forms.beside(file, version),
        )


def _opening(file: EvaluationFile) -> None:
    st.subheader("开会")
    if file.state is EvaluationState.NOTICED:
        for line in file.meeting_gate:
            st.warning(forms.plain(line))
        if st.button("评价会开始", type="primary", key="meeting_open"):
            forms.save(
                lambda session: commands.open_meeting(
                    session,
                    file.id,
                    version=file.version,
                    today=store.today(),
                    now=store.now(),
                ),
                message="评价会已开始",
                beside=evaluation_forms.beside(file),
            )
        return
    if file.opened_on is None:
        st.info("公示以后，到了公示的那一天才能开会。")
        return
    st.info(f"评价会已于 {file.opened_on} 开始，主持人{forms.plain(file.host)}。")


def _agenda(file: EvaluationFile) -> None:
    st.subheader("议程")
    last = len(file.agenda) - 1
    items = [f"{place}．{forms.plain(item)}" for place, item in enumerate(file.agenda, start=1)]
    items[file.agenda_item] = f"**▶ {items[file.agenda_item]}**"
    st.markdown("  \n".join(items))
    with st.container(horizontal=True):
        if st.button("上一项", key="agenda_back", disabled=file.agenda_item <= 0):
            _go(file, file.agenda_item - 1)
        if st.button("下一项", type="primary", key="agenda_on", disabled=file.agenda_item >= last):
            _go(file, file.agenda_item + 1)


def _go(file: EvaluationFile, item: int) -> None:
    forms.save(
        lambda session: commands.go_to(
            session,
            file.id,
            item,
            version=file.version,
            today=store.today(),
            now=store.now(),
        ),
        message=f"现在：{file.agenda[item]}",
        beside=evaluation_forms.beside(file),
    )


def _questions(file: EvaluationFile) -> None:
    st.subheader("提问")
    for each in file.questions:
        st.markdown(forms.plain(f"{each.asked_by}：{each.text}"))
        if each.answer:
            st.caption(forms.plain(f"答：{each.answer}"))
    here = dict.fromkeys(
        f"第 {place} 位评价员（{seat.category}）"
        for place, seat in enumerate((s for s in file.seats if s.seated), start=1)
        if seat.present
    )
    with st.form("question", clear_on_submit=False):
        asked_by = st.selectbox(
            "提问人", list(here), index=None, key="question_by", placeholder="请选择"
        )
        text = st.text_area("问题", key="question_text", max_chars=500, height=70)
        answer = st.text_area("回答", key="question_answer", max_chars=1000, height=70)
        submitted = st.form_submit_button("记下", key="question_save")
    if submitted:
        forms.save(
            lambda session: commands.add_question(
                session,
                file.id,
                asked_by=asked_by or "",
                text=text or "",
                answer=answer or "",
                now=store.now(),
            ),
            refilled={"question_text": "", "question_answer": ""},
            message="已记下",
        )


def wall(number: str) -> None:
    """Draw the meeting for the room, anew every few seconds: nobody of it is named."""
    st.fragment(_wall, run_every=_SECONDS)(number)


def _wall(number: str) -> None:
    today = store.today()
    try:
        file = store.kept(
            "evaluation_wall",
            (number, today),
            lambda session: queries.evaluation_file(session, number, today=today, now=store.now()),
        )
    except Missing as refusal:
        st.error(forms.plain(str(refusal)))
        return
    sitting = [seat for seat in file.seats if seat.seated]
    came = sum(seat.present for seat in sitting)
    item = file.agenda[file.agenda_item] if file.opened_on else "等待开会"
    item = {
        EvaluationState.VOTING: "无记名票决",
        EvaluationState.DECIDED: "宣读票决结果",
    }.get(file.state, item)
    st.html(f'<h1 class="hall-title">第三方评价会：{escape(file.title)}</h1>')
    st.html(f'<p class="hall-today">{escape(item)}</p>')
    if file.state is EvaluationState.VOTING or file.state in JUDGED:
        _wall_vote(file)
        return
    rows = "".join(
        f'<tr class="{"hall-now" if file.opened_on and place == file.agenda_item else ""}">'
        f'<td class="hall-short">{place + 1}</td><td>{escape(name)}</td></tr>'
        for place, name in enumerate(file.agenda)
    )
    seats = "".join(
        f'<tr><td class="hall-short">第 {place} 位</td><td>{escape(seat.category)}</td>'
        f"<td>{'到会' if seat.present else '未到'}</td></tr>"
        for place, seat in enumerate(sitting, start=1)
    )
    left, right = st.columns(2)
    left.html(
        '<table class="hall-table"><thead><tr><th>次序</th><th>议程</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    right.html(
        '<table class="hall-table"><thead><tr><th>发言次序</th><th>评价员类别</th><th>签到</th></tr>'
        f"</thead><tbody>{seats}</tbody></table>"
    )
    st.html(
        f'<p class="hall-foot">被评价单位：{escape(file.judged_unit)}　应到 {len(sitting)} 名　'
        f"实到 {came} 名　"
        f'<a class="house-link" href="/evaluations-meeting?evaluation={escape(file.number)}" '
        'target="_self">返回</a></p>'
    )


def _wall_vote(file: EvaluationFile) -> None:
    """Show the room how many have voted, and once it is closed the result to be read out."""
    with store.reading() as session:
        vote = ballots.vote_file(session, file.id)
        opinion = paper_queries.read_out(session, file.id)
    if vote is None:
        return
    if vote.tally is None or vote.verdict is None:
        told = f"无记名投票进行中：已投 {vote.used} 票，共 {vote.issued} 票"
        if vote.method is VoteMethod.PAPER:
            told = "无记名投票进行中"
        st.html(f'<p class="hall-today">{told}</p>')
        return
    cells = "".join(
        f"<td>{count} 票</td>"
        for count in (vote.tally.satisfied, vote.tally.dissatisfied, vote.tally.abstained)
    )
    st.html(
        '<table class="hall-table"><thead><tr><th>满意</th><th>不满意</th><th>弃权</th></tr></thead>'
        f"<tbody><tr>{cells}</tr></tbody></table>"
    )
    st.html(f'<h1 class="hall-title">评价结果：{vote.verdict.label}</h1>')
    st.html(f'<p class="hall-foot">{escape(vote.reasoning)}</p>')
    if opinion is not None:
        for name in ("文号", "评价意见", "理由", "建议", "权利告知"):
            st.html(f'<p class="hall-foot"><b>{name}</b>：{escape(opinion[name])}</p>')
