"""The pool of evaluators on the screen: its entries, categories, and the two platforms."""

from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st

from db.commands import evaluators as commands
from db.queries import evaluators as queries
from db.queries.evaluators import CategoryRow, EvaluatorRow, MemberRow, PanelRow
from rules.errors import RuleError
from rules.evaluation_terms import PanelPost
from rules.terms import UnitKind
from ui import case_filter, forms, store
from ui.options import options

_FORM = ("name", "category_id", "unit_id", "employer", "post", "village_id")
_REST = ("valid_from", "valid_to", "available", "note")


def pool(*, today: date) -> None:
    """Draw the pool, narrowed by category and words, and the form of the entry that is chosen."""
    with store.reading() as session:
        categories = queries.categories(session)
    names = {row.id: row.name for row in categories}
    left, middle, right = st.columns([2, 1.5, 1], vertical_alignment="bottom")
    term = left.text_input(
        "搜索姓名、单位、职务、村", type="search", key="pool_term", persist_state="session"
    )
    category_id = case_filter.choice(middle, "类别", [*names], names, key="pool_category")
    ended = right.toggle("含不在任期的", key="pool_ended", bind="query-params")
    with store.reading() as session:
        rows = queries.pool(
            session, category_id=category_id, term=term or "", on=None if ended else today
        )
    if not rows:
        st.info(
            "名册里没有符合条件的评价员。点“登记评价员”逐个登记，或在“导入名单”里从 Excel 导入。"
        )
        return
    counted = "、".join(f"{row.name} {row.members}" for row in categories if row.members)
    st.caption(f"列出 {len(rows)} 名。全部名册：{counted}")
    listed, beside = st.columns([2, 1], gap="small")
    with listed:
        _table(rows, today)
    with beside:
        _change(rows, names, today)


def _table(rows: list[EvaluatorRow], today: date) -> None:
    st.dataframe(
        pa.table(
            {
                "姓名": [row.name for row in rows],
                "类别": [row.category for row in rows],
                "单位、职务": [f"{row.unit or row.employer} {row.post}".strip() for row in rows],
                "村（社区）": [row.village for row in rows],
                "电话": [row.phone for row in rows],
                "任期": [_term(row) for row in rows],
                "参加": [_may(row, today) for row in rows],
                "次数": [str(row.served) for row in rows],
            }
        ),
        hide_index=True,
        height=min(len(rows), 16) * 35 + 38,
        alt="评价员名册",
        column_config={
            "姓名": st.column_config.TextColumn(width=68, pinned=True),
            "类别": st.column_config.TextColumn(width=106),
            "单位、职务": st.column_config.TextColumn(width=164),
            "村（社区）": st.column_config.TextColumn(width=76),
            "电话": st.column_config.TextColumn(width=96),
            "任期": st.column_config.TextColumn(width=112),
            "参加": st.column_config.TextColumn(width=66),
            "次数": st.column_config.TextColumn(width=44),
        },
    )


def _term(row: EvaluatorRow) -> str:
    if row.valid_to is not None:
        return f"到 {row.valid_to}"
    return f"{row.valid_from} 起" if row.valid_from else "不限"


def _may(row: EvaluatorRow, today: date) -> str:
    if not row.standing.in_term(today):
        return "不在任期"
    return "可以" if row.available else "暂不能"


def add_form(key: str) -> None:
    """Draw the form of a new entry; category, unit and term stay for the next."""
    with store.reading() as session:
        names = {row.id: row.name for row in queries.categories(session) if row.active}
    given, phone = _fields(names, "new")
    st.caption("电话加密保存，名册里只显示首尾；不收证件号。")
    if st.button("登记", type="primary", key="evaluator_add"):
        forms.save(
            lambda session: commands.add_evaluator(session, given, phone=phone),
            refilled={f"evaluator_{n}-new": "" for n in ("name", "post", "note", "phone")},
            message=f"已登记：{given['name']}",
        )


def _fields(names: dict[int, str], at: str) -> tuple[dict[str, Any], str]:
    offered = options()
    villages = {key: offered.unit_names[key] for key in offered.townships}
    name = st.text_input("姓名", key=f"evaluator_name-{at}", max_chars=60)
    category_id = forms.choose("类别", names, key=f"evaluator_category_id-{at}", empty="请选择")
    unit_id = forms.choose(
        "所在单位", offered.unit_choices, key=f"evaluator_unit_id-{at}", empty="（不在单位表中）"
    )
    left, right = st.columns(2)
    employer = left.text_input(
        "单位（不在单位表中的）", key=f"evaluator_employer-{at}", max_chars=100
    )
    post = right.text_input("职务、职业", key=f"evaluator_post-{at}", max_chars=100)
    village_id = forms.choose(
        "所在村（社区）", villages, key=f"evaluator_village_id-{at}", empty="（未登记）"
    )
    phone = st.text_input(
        "电话" if at == "new" else "电话（不变请留空）",
        key=f"evaluator_phone-{at}",
        max_chars=30,
    )
    left, right = st.columns(2)
    with left:
        valid_from = forms.date_input("任期起", key=f"evaluator_valid_from-{at}")
    with right:
        valid_to = forms.date_input("任期止（这天起不再是）", key=f"evaluator_valid_to-{at}")
    st.session_state.setdefault(f"evaluator_available-{at}", True)
    available = st.checkbox("可以参加", key=f"evaluator_available-{at}")
    note = st.text_input("说明", key=f"evaluator_note-{at}", max_chars=200)
    given = {
        "name": name or "",
        "category_id": category_id,
        "unit_id": unit_id,
        "employer": employer or "",
        "post": post or "",
        "village_id": village_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "available": available,
        "note": note or "",
    }
    return given, phone or ""


def _change(rows: list[EvaluatorRow], names: dict[int, str], today: date) -> None:
    labels = {row.id: f"{row.name}（{row.category}）" for row in rows}
    chosen = forms.choose("要改的评价员", labels, key="evaluator_changed")
    row = next((each for each in rows if each.id == chosen), rows[0])
    record = f"evaluator-{row.id}"
    values = {f"evaluator_{n}-{row.id}": getattr(row, n) for n in (*_FORM, *_REST)}
    version = forms.filled(record, row.version, values)
    with st.form(record):
        given, phone = _fields(names, str(row.id))
        left_on = forms.date_input("换了单位的，哪天离开原单位", key=f"evaluator_left_on-{row.id}")
        submitted = st.form_submit_button("保存", type="primary", key=f"evaluator_save-{row.id}")
    if submitted:
        forms.save(
            lambda session: commands.change_evaluator(
                session,
                row.id,
                given,
                phone=phone,
                left_on=left_on,
                version=version,
                today=today,
            ),
            record=record,
            refilled={f"evaluator_phone-{row.id}": ""},
        )
    _phone(row)


def _phone(row: EvaluatorRow) -> None:
    if not row.phone:
        return
    with st.popover("查看电话", icon=":material/visibility:", type="tertiary"):
        reason = st.text_input("查看理由（记入审计）", key=f"evaluator_reason-{row.id}")
        if st.button("查看", type="primary", key=f"evaluator_reveal-{row.id}"):
            try:
                with store.writing() as session:
                    phone = commands.reveal_phone(session, row.id, reason=reason or "")
            except RuleError as refusal:
                forms.show_refusal(refusal)
            else:
                st.text(f"{row.name} {phone}")


def categories(key: str) -> None:
    """Draw the categories with their seats, and the form of a new one."""
    with store.reading() as session:
        rows = queries.categories(session)
    st.caption("名额是平常一个小组里各类别坐几名，抽取时可以改；停用的不再抽取，过去的记录不变。")
    for row in rows:
        _category(row)
    with st.form("category_new", border=True):
        name = st.text_input("新类别", key="category_name", max_chars=50)
        seats = st.number_input("名额", 0, 20, 1, key="category_seats")
        if st.form_submit_button("添加", key="category_add"):
            forms.save(
                lambda session: commands.add_category(session, name or "", seats=int(seats)),
                refilled={"category_name": ""},
                message=f"已添加类别：{name}",
            )


def _category(row: CategoryRow) -> None:
    record, at = f"category-{row.id}", f"-{row.id}"
    values = {
        f"category_name{at}": row.name,
        f"category_seats{at}": row.seats,
        f"category_active{at}": row.active,
    }
    version = forms.filled(record, row.version, values)
    with st.form(record, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(f"类别（{row.members} 名）", key=f"category_name{at}", max_chars=50)
        seats = st.number_input("名额", 0, 20, key=f"category_seats{at}", width=110)
        active = st.checkbox("在用", key=f"category_active{at}")
        saved = st.form_submit_button("保存", key=f"category_save{at}")
    if saved:
        forms.save(
            lambda session: commands.change_category(
                session,
                row.id,
                name=name or "",
                seats=int(seats),
                active=active,
                version=version,
            ),
            record=record,
        )


def panels() -> None:
    """Draw the platforms with their members, and the forms that found one and give posts."""
    st.caption(
        "县、镇乡（县级部门）两级分别成立评价小组：县由县委县政府分管领导任组长，"
        "镇乡、部门由党委主要领导任组长，分管领导任副组长。组长主持，不参加票决。"
    )
    with store.reading() as session:
        rows = queries.panels(session)
    listed, beside = st.columns([3, 2], gap="medium")
    with listed:
        if not rows:
            st.info("还没有评价小组。先在右边登记县评价小组，再登记各镇乡、部门的。")
        for row in rows:
            _panel(row)
    with beside:
        _found(rows)
        _post(rows)


def _panel(row: PanelRow) -> None:
    with st.container(border=True):
        st.markdown(f"**{forms.plain(row.name)}**（{row.level.label}）")
        st.caption(forms.plain(f"办公室：{row.office or '未登记'}"))
        for member in row.members:
            _member(member)
        if not any(m.post is PanelPost.HEAD and m.valid_to is None for m in row.members):
            st.caption("还没有组长。")


def _member(member: MemberRow) -> None:
    since = f"{member.valid_from or ''} 起" if member.valid_from else ""
    until = f"，{member.valid_to} 卸任" if member.valid_to else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        said = f"{member.post.label} {member.name} {member.title}"
        st.markdown(forms.plain(f"{said} {since}{until}"), width="stretch")
        if member.valid_to is None:
            with st.popover("卸任", type="tertiary"):
                ended = forms.date_input("自哪天起卸任", key=f"member_ended-{member.id}")
                if st.button("保存", key=f"member_end-{member.id}"):
                    forms.save(
                        lambda session: commands.end_member(
                            session, member.id, valid_to=ended, version=member.version
                        ),
                        message=f"{member.name}已登记卸任",
                    )


def _found(rows: list[PanelRow]) -> None:
    offered = options()
    with store.reading() as session:
        kinds = (UnitKind.COUNTY, UnitKind.TOWNSHIP, UnitKind.DEPARTMENT)
        own = queries.units_of(session, kinds)
    names = {key: offered.unit_names[key] for key in own if key in offered.unit_names}
    with st.form("panel_new", clear_on_submit=False):
        st.markdown("**登记评价小组**")
        unit_id = forms.choose("哪个单位", names, key="panel_unit", empty="请选择")
        name = st.text_input("小组名称", key="panel_name", max_chars=100)
        office = st.text_input("小组办公室", key="panel_office", max_chars=100)
        if st.form_submit_button("保存", type="primary", key="panel_save"):
            forms.save(
                lambda session: commands.set_panel(
                    session, unit_id, name=name or "", office=office or ""
                ),
                refilled={"panel_name": "", "panel_office": ""},
                message=f"已登记：{name}",
            )


def _post(rows: list[PanelRow]) -> None:
    if not rows:
        return
    with st.form("member_new"):
        st.markdown("**登记小组成员**")
        names = {row.id: row.name for row in rows}
        panel_id = forms.choose("评价小组", names, key="member_panel")
        post = st.selectbox(
            "职责",
            list(PanelPost),
            index=None,
            format_func=lambda each: each.label,
            key="member_post",
            placeholder="请选择",
        )
        left, right = st.columns(2)
        name = left.text_input("姓名", key="member_name", max_chars=60)
        title = right.text_input("职务", key="member_title", max_chars=100)
        since = forms.date_input("任期起", key="member_since")
        if st.form_submit_button("登记", key="member_add"):
            forms.save(
                lambda session: commands.add_member(
                    session,
                    panel_id or 0,
                    post=post,
                    name=name or "",
                    title=title or "",
                    valid_from=since,
                ),
                refilled={"member_name": "", "member_title": ""},
                message=f"已登记：{name}",
            )
