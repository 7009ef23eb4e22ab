"""Disputes that may have been entered twice, side by side; a person decides, and may take it back."""

from datetime import date

import pyarrow as pa
import streamlit as st

from db.commands import dispute_pairs as commands
from db.queries import dispute_pairs as queries
from db.queries.dispute_pairs import Decision, LikelyPair
from db.queries.disputes import DisputeRow
from rules.cases import shown_count
from rules.dispute_terms import PairKind
from ui import forms, store

_SHOWN = 10


def draw(*, today: date) -> None:
    """Draw the pairs among the newest that nobody has decided."""
    found = store.kept(
        "dispute_pairs", today, lambda session: queries.likely_pairs(session, today=today)
    )
    st.caption(
        "同一乡镇、日期相近、文字相像的两件并排列出，由乡镇或联席办认定。"
        "认定为同一纠纷的，后登记的并入先登记的，只计一件；随时可以撤销。"
    )
    if not found:
        st.info("没有疑似重复登记的纠纷。")
    for pair in found[:_SHOWN]:
        _pair(pair, today=today)
    if len(found) > _SHOWN:
        st.caption(f"还有 {len(found) - _SHOWN} 对，认定之后接着列出。")


def _pair(pair: LikelyPair, *, today: date) -> None:
    later, earlier = pair.later, pair.earlier
    key = f"pair_{later.id}_{earlier.id}"
    with st.container(border=True):
        same = "类别相同" if pair.same_class else "类别不同"
        days = (later.found_on - earlier.found_on).days
        st.caption(f"文字相似 {pair.likeness}% · {same} · 相隔 {days} 天")
        left, right = _facts(earlier), _facts(later)
        st.table(
            pa.table(
                {
                    "项目": list(left),
                    f"先登记 {earlier.number}": [forms.plain(text) for text in left.values()],
                    f"后登记 {later.number}": [forms.plain(text) for text in right.values()],
                }
            ),
            border="horizontal",
            hide_index=True,
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            reason = st.text_input("理由（可不填）", key=f"{key}_reason", max_chars=200, width=360)
            for kind, label in (
                (PairKind.DOUBLE, "是同一纠纷，并入先登记的"),
                (PairKind.OTHER, "不是一回事"),
            ):
                primary = kind is PairKind.DOUBLE
                if st.button(
                    label, key=f"{key}_{kind}", type="primary" if primary else "secondary"
                ):
                    _decide(pair, kind, reason or "", today=today)


def _facts(row: DisputeRow) -> dict[str, str]:
    return {
        "名称": row.title,
        "类别": row.kind,
        "排查": f"{row.unit} {row.found_on}",
        "地点": " ".join(filter(None, [row.township, row.area, row.place])),
        "人数": shown_count(row.people, approx=row.people_approx),
        "状态": row.state.label,
        "简要情况": row.content[:200],
    }


def _decide(pair: LikelyPair, kind: PairKind, reason: str, *, today: date) -> None:
    forms.save(
        lambda session: commands.decide_pair(
            session,
            pair.later.id,
            pair.earlier.id,
            kind=kind,
            reason=reason,
            version=pair.later.version,
            other_version=pair.earlier.version,
            today=today,
            now=store.now(),
        ),
        message=f"已认定：{kind.label}",
    )


def decided(number: str, dispute_id: int, *, may_undo: bool) -> None:
    """Draw what was decided on one dispute and another, and the way to take it back."""
    with store.reading() as session:
        found = queries.decisions(session, dispute_id)
    for each in found:
        _decision(number, each, may_undo=may_undo)


def _decision(number: str, each: Decision, *, may_undo: bool) -> None:
    other = each.other_number if each.number == number else each.number
    moment = f"{store.local(each.at):%Y-%m-%d %H:%M}"
    undone = f"，已由 {each.undone_by} 撤销" if each.undone_by else ""
    reason = f"：{each.reason}" if each.reason else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            forms.plain(
                f"与 {other} 认定为“{each.kind.label}”{reason}（{each.actor} {moment}{undone}）"
            )
        )
        if (
            may_undo
            and not each.undone_by
            and st.button("撤销认定", key=f"undo_pair_{each.id}", type="tertiary")
        ):
            forms.save(
                lambda session: commands.undo_decision(
                    session, each.id, version=each.later_version, now=store.now()
                ),
                message="已撤销认定",
            )
