"""One proposal: its matters, and what a person makes of it; and what was not taken up."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import hotspots as commands
from db.queries import discovery as queries
from db.queries import hotspots as hotspot_queries
from db.queries.discovery import MatterLine
from rules import hotspots as rules
from rules.case_terms import HotspotState
from ui import case_views, forms, hotspot_discovery, hotspot_into, store, tables
from ui.hotspot_discovery import Open

_NEW, _INTO, _NONE = "建成热点", "归入已有热点", "不采纳"
_WIDTHS = {"标题": 420, "收到日期": 92, "属地": 90, "责任单位": 170, "状态": 72}


def draw(each: Open, among: Sequence[Open]) -> None:
    """Draw a proposal with its matters, and the decision on all of them or on those ticked."""
    st.button(
        "返回提议",
        key="proposal_back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=hotspot_discovery.choose,
        args=(None,),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(forms.plain(each.name), width="content")
        hotspot_discovery.badges(each)
    told = (hotspot_discovery.figures, hotspot_discovery.tying, hotspot_discovery.pace)
    st.markdown("  \n".join(forms.plain(tell(each)) for tell in told))
    with_others = _others(each, among)
    ids = tuple(dict.fromkeys(i for one in (each, *with_others) for i in one.left.ids))
    lines = store.kept("matter_lines", ids, lambda s: tuple(queries.matter_lines(s, ids)))
    ticked = _matters(lines, key=f"proposal_matters_{len(with_others)}")
    chosen = [lines[row] for row in ticked] or list(lines)
    what = f"勾选的 {len(chosen)} 件" if ticked else f"这 {len(chosen)} 件"
    st.caption("不勾选就是全部；只勾选几件，就只定这几件，其余仍留在提议里（拆分）。")
    if not chosen:
        return
    decision = st.segmented_control(
        "怎么定", [_NEW, _INTO, _NONE], default=_NEW, required=True, key="decision"
    )
    if decision == _NEW:
        _open(each, chosen, what)
    elif decision == _INTO:
        _into(each, chosen, what)
    else:
        _dismiss(each, with_others, chosen, what, ticked=bool(ticked))


def _others(each: Open, among: Sequence[Open]) -> list[Open]:
    """Ask which other proposals are the same thing, to be decided with this one."""
    others = {one.left.fingerprint: one for one in among if one is not each}
    if not others:
        return []
    labels = {mark: f"{one.name}（{len(one.left.ids)} 件）" for mark, one in others.items()}
    chosen = st.multiselect(
        "连同这些提议一起定（合并）",
        list(others),
        format_func=forms.named(labels, missing=""),
        key="with_others",
        placeholder="是同一件事的可以合并，不选就只定这一组",
    )
    return [others[mark] for mark in chosen if mark in others]


def _matters(lines: Sequence[MatterLine], *, key: str) -> list[int]:
    return tables.opening_table(
        [line.number for line in lines],
        {
            "标题": [line.title for line in lines],
            "收到日期": [f"{line.received_on}" for line in lines],
            "属地": [line.township for line in lines],
            "责任单位": [line.unit for line in lines],
            "状态": [line.state.label for line in lines],
        },
        _WIDTHS,
        on_open=case_views.open_case,
        key=key,
        alt="提议里的案件",
        choosing=True,
    )


def _open(each: Open, chosen: Sequence[MatterLine], what: str) -> None:
    hotspot_into.new(
        chosen,
        mark=each.left.fingerprint,
        what=what,
        name=each.proposal.name,
        place=each.proposal.place[0],
        words=_words(each),
    )


def _words(each: Open) -> str:
    return "、".join([*each.proposal.place, *each.proposal.topic])[: rules.WORDS_MAX]


def _into(each: Open, chosen: Sequence[MatterLine], what: str) -> None:
    """Draw the choice of a hotspot these matters go into; at first the one that holds the rest."""
    found = store.kept("hotspot_names", None, hotspot_queries.names)
    offered = hotspot_into.standing()
    if not offered:
        st.caption("还没有热点可以归入，请先“建成热点”。")
        return
    ended = next((one for one in found if one.id == each.left.hotspot_id), None)
    if ended is not None and ended.state is HotspotState.ENDED:
        st.warning(
            forms.plain(
                f"多数已在热点“{ended.name}”，它已登记为解决；又有反映的，请到热点里“重新打开”。"
            )
        )
    key = f"into_{each.left.fingerprint}"
    if key not in st.session_state and each.left.hotspot_id in offered:
        st.session_state[key] = each.left.hotspot_id
    hotspot_into.into([line.id for line in chosen], offered, key=key, what=what)


def _dismiss(
    each: Open,
    others: Sequence[Open],
    chosen: Sequence[MatterLine],
    what: str,
    *,
    ticked: bool,
) -> None:
    """Draw the reason for which a proposal is none."""
    with st.form("dismiss", width=640):
        reason = st.text_input(
            "理由",
            key="dismiss_reason",
            max_chars=rules.REASON_MAX,
            placeholder="例如：地点相同，但反映的不是同一件事",
        )
        st.caption("不采纳的以后不再提议，除非又多出三件以上（较多的，多出四分之一）。可以恢复。")
        submitted = st.form_submit_button(f"不采纳{what}", type="primary", key="dismiss_submit")
    if not submitted:
        return
    among = {line.id for line in chosen}

    def work(session: Session) -> None:
        for one in (each, *others):
            ids = [case_id for case_id in one.left.ids if case_id in among]
            if ids:
                commands.dismiss(
                    session,
                    one.left.fingerprint,
                    ids,
                    words=_words(one),
                    reason=reason or "",
                    now=store.now(),
                )

    forms.save(work, refilled={"dismiss_reason": ""}, message=f"已记下，不采纳{what}")


def dismissed() -> None:
    """Draw what was not taken up, by whom and why, each with the way back."""
    count = store.kept("dismissed_count", None, queries.dismissed_count)
    if not count:
        st.info("没有未采纳的提议。")
        return
    pages = -(-count // queries.PAGE)
    page = st.pagination(pages, key="dismissed_page") if pages > 1 else 1
    for row in store.kept("dismissed", page, lambda s: queries.dismissed(s, page=page)):
        with st.container(
            border=True,
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
        ):
            st.markdown(
                forms.plain(f"{row.words}（{row.matters} 件）")
                + "  \n"
                + forms.plain(f"{row.reason} · {row.actor} {store.local(row.at):%Y-%m-%d %H:%M}"),
                width="stretch",
            )
            if st.button("恢复提议", key=f"undo_{row.id}"):
                forms.save(
                    partial(commands.undo_dismissal, dismissed_id=row.id),
                    message="已恢复，下次发现时会再提议",
                )
