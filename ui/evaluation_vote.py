"""票决 at the desk of a meeting: opened, followed by its turnout, counted and closed."""

from collections.abc import Sequence

import streamlit as st

import settings
from db.commands import ballots as commands
from db.commands.cases import NewFile
from db.queries import ballots as queries
from db.queries.ballots import VoteFile
from db.queries.evaluations import EvaluationFile
from documents import ballot_slips
from rules.ballots import Tally, shown_code
from rules.evaluation_steps import JUDGED
from rules.evaluation_terms import Choice, EvaluationState, VoteMethod
from ui import forms, signin, store

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SECONDS = 2
_COUNTS = ("satisfied", "dissatisfied", "abstained")


def draw(file: EvaluationFile) -> None:
    """Draw the vote as far as it has come, with what the office does next."""
    if file.state is EvaluationState.MEETING:
        _opening(file)
        return
    if file.state is not EvaluationState.VOTING and file.state not in JUDGED:
        return
    st.subheader("票决")
    with store.reading() as session:
        vote = queries.vote_file(session, file.id)
    if vote is None:
        return
    asked = f"应到 {vote.electorate.members} 人，实到 {vote.electorate.present} 人"
    st.caption(forms.plain(f"{vote.method.label}，{asked}，由{vote.opened_by}开始。"))
    if vote.closed_at is not None:
        result(vote)
    elif vote.method is VoteMethod.PAPER:
        _paper(file, vote)
    else:
        _electronic(file, vote)


def result(vote: VoteFile) -> None:
    """Draw what was counted and the verdict, with the numbers it follows from."""
    assert vote.tally is not None
    assert vote.verdict is not None
    for place, (name, choice) in zip(
        st.columns(4), [*zip(_COUNTS, Choice, strict=True), ("unused", None)], strict=True
    ):
        count = vote.unused if choice is None else getattr(vote.tally, name)
        place.metric(choice.label if choice else "没有投", f"{count} 票", border=True)
    st.markdown(f"**评价结果：{vote.verdict.label}**")
    st.caption(forms.plain(f"{vote.reasoning}。"))
    if vote.closed_why:
        st.caption(forms.plain(f"提前结束：{vote.closed_why}"))


def _opening(file: EvaluationFile) -> None:
    st.subheader("票决")
    for line in file.vote_gate:
        st.warning(forms.plain(f"还不能票决：{line}"))
    if file.vote_gate:
        return
    st.caption("无记名投票。开始以后，到会人员和票数不能再改。主持人不参加票决。")
    method = st.segmented_control(
        "方式",
        list(VoteMethod),
        default=VoteMethod.ELECTRONIC,
        format_func=lambda each: each.label,
        required=True,
        key="vote_method",
    )
    if st.button("开始票决", type="primary", key="vote_open"):
        forms.save(
            lambda session: commands.open_vote(
                session,
                file.id,
                method=method or VoteMethod.ELECTRONIC,
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            message=lambda opened: _kept(file, opened.codes, "票决已开始"),
        )


def _kept(file: EvaluationFile, codes: Sequence[str], words: str) -> str:
    """Keep the codes in this tab, now that the store has theirs, and say what was done."""
    st.session_state[_codes(file)] = tuple(codes)
    return words


def _codes(file: EvaluationFile) -> str:
    return f"_vote_codes_{file.id}"


def _electronic(file: EvaluationFile, vote: VoteFile) -> None:
    _slips(file, vote)
    st.fragment(_turnout, run_every=_SECONDS)(vote.id, vote.issued)
    with st.form("vote_closing", border=False):
        why = st.text_input(
            "有人不再投的，写明原因（全部投完不用写）", key="vote_why", max_chars=300
        )
        if st.form_submit_button("结束票决并计票", type="primary", key="vote_close"):
            _close(file, why or "")
    _cancelling(file)


def _turnout(vote_id: int, issued: int) -> None:
    with store.reading() as session:
        used = queries.turnout(session, vote_id)
    st.progress(used / issued, text=f"已投 {used} 票，发出 {issued} 个投票码")


def _slips(file: EvaluationFile, vote: VoteFile) -> None:
    """Show the codes to whoever opened the vote, in this tab alone and never again."""
    codes: tuple[str, ...] = st.session_state.get(_codes(file), ())
    if codes:
        with st.expander(
            "投票码（打印后裁开，混合后由评价员自取，不登记谁取了哪一个）", expanded=True
        ):
            st.download_button(
                "下载投票码（Word）",
                lambda: ballot_slips.slips(codes, title=file.title),
                file_name="投票码.docx",
                mime=_TYPE,
                key="vote_slips",
                icon=":material/print:",
                on_click="ignore",
            )
            st.markdown("　".join(f"`{shown_code(each)}`" for each in codes))
    elif not vote.used:
        st.info("投票码只在开始票决的窗口里显示一次。丢失或没有打印的，可以全部重发，旧码作废。")
    if not vote.used and st.button("全部重发投票码", key="vote_reissue"):
        forms.save(
            lambda session: commands.reissue_codes(session, file.id, version=file.version),
            message=lambda codes: _kept(file, codes, "投票码已重发，旧码作废"),
        )


def _paper(file: EvaluationFile, vote: VoteFile) -> None:
    st.caption("两名计票人各用自己的账号录入，互相看不到；一致才有效，不一致的各自重新点票。")
    keyed = "、".join(vote.tellers) or "还没有"
    st.markdown(f"已录入：{forms.plain(keyed)}（{len(vote.tellers)}/2）")
    if len(vote.tellers) < 2 and signin.actor().name not in vote.tellers:
        with st.form("teller"):
            numbers = [
                place.number_input(
                    f"{choice.label}（票）",
                    min_value=0,
                    max_value=99,
                    value=None,
                    step=1,
                    key=f"teller_{name}",
                )
                for place, name, choice in zip(st.columns(3), _COUNTS, Choice, strict=True)
            ]
            if st.form_submit_button("录入", type="primary", key="teller_save"):
                tally = Tally(*(int(each or 0) for each in numbers))
                forms.save(
                    lambda session: commands.key_count(
                        session, file.id, tally, version=file.version, now=store.now()
                    ),
                    refilled={f"teller_{name}": None for name in _COUNTS},
                    message=lambda agreed: _keyed(agreed=agreed, second=bool(vote.tellers)),
                )
    elif len(vote.tellers) < 2:
        st.info("您已经录入，等另一名计票人用自己的账号录入。")
    _photo(file, vote)
    if st.button("结束票决并计票", type="primary", key="vote_close"):
        _close(file, "")
    _cancelling(file)


def _keyed(*, agreed: bool, second: bool) -> str:
    if agreed:
        return "两名计票人录入一致"
    return "两次录入不一致，已清空，请各自重新点票后再录入" if second else "已录入，等另一名计票人"


def _photo(file: EvaluationFile, vote: VoteFile) -> None:
    if vote.photo:
        st.markdown(f"计票照片：{forms.plain(vote.photo)}")
    taken = st.file_uploader("计票结果的照片", ["jpg", "jpeg", "png", "pdf"], key="vote_photo")
    if taken is not None and st.button("保存照片", key="vote_photo_save"):
        forms.save(
            lambda session: commands.attach_tally(
                session,
                file.id,
                NewFile(taken.name, taken.getvalue()),
                limit_mb=settings.current().upload_mb,
                version=file.version,
            ),
            message="照片已保存",
        )


def _close(file: EvaluationFile, why: str) -> None:
    forms.save(
        lambda session: commands.close_vote(
            session,
            file.id,
            why=why,
            version=file.version,
            today=store.today(),
            now=store.now(),
        ),
        message=lambda words: words,
        refilled={_codes(file): ()},
    )


def _cancelling(file: EvaluationFile) -> None:
    with st.popover("取消票决", type="tertiary"):
        st.caption("还没有人投票、计票时可以取消，会议继续，可以重新开始。")
        why = st.text_input("取消的原因", key="vote_cancel_why", max_chars=300)
        if st.button("取消票决", type="primary", key="vote_cancel"):
            forms.save(
                lambda session: commands.cancel_vote(
                    session,
                    file.id,
                    why=why or "",
                    version=file.version,
                    today=store.today(),
                    now=store.now(),
                ),
                refilled={"vote_cancel_why": "", _codes(file): ()},
                message="票决已取消",
            )
