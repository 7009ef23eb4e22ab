"""《矛盾纠纷排查情况表》 on the screen: the form, how it was frozen, what changed since, and its file."""

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

import settings
from db.commands import dispute_tables as commands
from db.engine import StoreAway
from db.queries import dispute_tables as queries
from db.queries.dispute_tables import Frozen
from documents import dispute_table_sheet
from rules.dispute_progress import Early
from rules.dispute_table import (
    DEFINITIONS,
    RATES,
    TITLE,
    Counts,
    Difference,
    Form,
    Period,
    Row,
    TableColumn,
    TableLevel,
    TableLine,
    TableSpan,
    differences,
    in_columns,
)
from rules.dispute_terms import DisputeOutcome, Facet
from rules.errors import RuleError
from rules.figures import SWEEP_FIGURES
from rules.permissions import SYSTEM, Action, Actor
from rules.rates import shown_rate
from ui import dispute_list, export_file, forms, store, tables
from ui.case_filter import Chosen
from ui.tables import Number

_READY = "_dispute_table_export"
_NARROWED: dict[str, Chosen] = {
    TableLine.FOUND.label: {},
    TableLine.MEDIATED.label: {"facet": Facet.MEDIATED},
    TableLine.MEDIATION_RATE.label: {"facet": Facet.MEDIATED},
    TableLine.SUCCEEDED.label: {"outcome": DisputeOutcome.RESOLVED},
    TableLine.SUCCESS_RATE.label: {"outcome": DisputeOutcome.RESOLVED},
    "部分化解": {"outcome": DisputeOutcome.PARTLY},
    "未化解": {"outcome": DisputeOutcome.UNRESOLVED},
    "转出": {"facet": Facet.PASSED_ON},
}


def keep_up() -> None:
    """Freeze what is due by itself, as the system; while somebody writes it is left to the next look."""
    today, opened = store.today(), store.the_store()
    if not _due(settings.current().database_url, opened.version(), today):
        return
    try:
        with opened.writing(SYSTEM, patient=False) as session:
            commands.keep_up(session, today=today, now=store.now())
    except StoreAway:
        return


@lru_cache(maxsize=4)
def _due(_store: str, _version: int, today: object) -> bool:
    with store.the_store().reading(SYSTEM) as session:
        return bool(queries.due(session, today=store.today()))


def choose() -> Period:
    """Ask for the period, whose kind and name lie in the address; at first the month that ended last."""
    today = store.today()
    left, right, _ = st.columns([1.2, 2, 4])
    span = (
        left.selectbox(
            "报表",
            list(TableSpan),
            format_func=lambda each: each.label,
            key="table_span",
            bind="query-params",
        )
        or TableSpan.MONTH
    )
    offered = store.kept(
        "table_periods", (span, today), lambda s: queries.offered(s, span, today=today)
    )
    names = {period.name: period for period in offered}
    ended = next((p.name for p in offered if p.ended(today)), offered[0].name)
    if st.session_state.get("table_period") not in names:
        st.session_state.pop("table_period", None)
    chosen = right.selectbox(
        "期间", list(names), index=list(names).index(ended), key="table_period", bind="query-params"
    )
    return names.get(chosen, offered[0])


def read(period: Period) -> tuple[Form, Frozen | None]:
    """Return the form as it stands now, and as it was frozen."""
    return store.kept(
        "dispute_table", period, lambda s: (queries.live(s, period), queries.frozen(s, period))
    )


def state_words(period: Period, frozen: Frozen | None) -> str:
    """Say in one line whether the form is frozen, by whom and when."""
    if frozen is None:
        return (
            "未定稿，按现在的登记计算"
            if period.ended(store.today())
            else "本期未结束，按现在的登记计算"
        )
    when = f"{store.local(frozen.at):%Y-%m-%d %H:%M}"
    return f"已定稿：{frozen.by or '到期自动'}，{when}"


def standing(form: Form, period: Period, frozen: Frozen | None, actor: Actor) -> None:
    """Draw whether the form is frozen, its export, and the button by which the office freezes it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(forms.plain(state_words(period, frozen)), width="stretch")
        if actor.may(Action.EXPORT):
            export(form, period, frozen, actor)
        open_ = frozen is None and period.ended(store.today())
        if not open_ or not actor.may(Action.MANAGE_SWEEPS):
            return
        if st.button("定稿", key="table_freeze", type="primary"):
            forms.save(
                lambda s: commands.freeze(s, period, today=store.today(), now=store.now()),
                message=f"{period.name}已定稿，以后不再变动",
            )


def draw(form: Form, period: Period) -> None:
    """Draw the form at one of its columns: a row for each class, each number opening its list."""
    column = st.segmented_control(
        "看哪一列",
        list(TableColumn),
        default=TableColumn.SUBTOTAL,
        required=True,
        format_func=lambda each: each.label,
        key="table_column",
        bind="query-params",
        label_visibility="collapsed",
    )
    column = column or TableColumn.SUBTOTAL
    columns: dict[str, list[Number]] = {name: [] for name in _NARROWED}
    for row in form.rows:
        counts = row.cells[column]
        chosen = _list(row, column, period)
        for name, text in _texts(counts).items():
            columns[name].append(Number(text, {**chosen, **_NARROWED[name]}))
    tables.number_table(
        "类别",
        [row.name for row in form.rows],
        columns,
        on_open=dispute_list.ask_list,
        key="dispute_table",
        alt=f"{period.name}{TITLE}，{column.label}",
    )
    with st.expander("统计口径"):
        for text in DEFINITIONS:
            name, _, words = text.partition("：")
            st.markdown(f"**{name}**：{words}" if words else text)


def _texts(counts: Counts) -> dict[str, str]:
    texts = {
        line.label: (
            shown_rate(counts.resolved, counts.mediated)
            if line is TableLine.SUCCESS_RATE
            else shown_rate(counts.mediated, counts.found)
            if line in RATES
            else counts.shown(line)
        )
        for line in TableLine
    }
    parts = in_columns(counts)
    return texts | {name: f"{parts[name]}" for name in ("部分化解", "未化解", "转出")}


def _list(row: Row, column: TableColumn, period: Period) -> Chosen:
    since = period.year_on if column is TableColumn.YEAR else period.first_on
    level = TableLevel.from_text(column.value)
    return {
        "since": since,
        "until": period.last_on,
        "class": row.class_id,
        **({"found_by": level} if level else {}),
    }


def changed(form: Form, frozen: Frozen | None) -> None:
    """Draw what is another number now than in the frozen form; the form itself stays."""
    if frozen is None:
        return
    found = differences(frozen.form, form)
    if not found:
        st.caption("定稿以后登记没有变动。")
        return
    st.markdown(f"**定稿以后有 {len(found)} 处变动**（定稿的表不改，点数字打开的是现在的清单）")
    dispute_list.plain_table(_difference_columns(found), alt="定稿以后的变动")


def _difference_columns(found: Sequence[Difference]) -> dict[str, list[str]]:
    return {
        "类别": [each.row for each in found],
        "列": [each.column.label for each in found],
        "项目": [each.what for each in found],
        "定稿": [f"{each.frozen}" for each in found],
        "现在": [f"{each.now}" for each in found],
    }


def early(period: Period) -> None:
    """Draw 早发现率 by class with its definition; each number opens its list."""
    found = _early(period)
    figure = SWEEP_FIGURES["early_rate"]
    st.caption(f"{figure.label} = {figure.definition}。按现在的登记计算。")
    span: Chosen = {"since": period.first_on, "until": period.last_on}

    def numbers(texts: Sequence[str], **narrowed: object) -> list[Number]:
        return [
            Number(text, {**span, "class": each.class_id, **narrowed})
            for text, each in zip(texts, found, strict=True)
        ]

    tables.number_table(
        "类别",
        [each.name for each in found],
        {
            "排查数": numbers([f"{each.disputes}" for each in found]),
            "信访之前已化解": numbers([f"{each.early}" for each in found], facet=Facet.EARLY),
            "早发现率": numbers(
                [shown_rate(each.early, each.disputes) for each in found], facet=Facet.EARLY
            ),
        },
        on_open=dispute_list.ask_list,
        key="early_rate",
        alt=f"{period.name}早发现率",
    )


def _early(period: Period) -> list[Early]:
    return store.kept(
        "early_rate",
        period,
        lambda s: queries.early(s, first=period.first_on, last=period.last_on),
    )


def export(form: Form, period: Period, frozen: Frozen | None, actor: Actor) -> None:
    """Draw the export of the form as it is shown, noted in the audit."""
    popover = st.popover("导出", icon=":material/download:", key="table_menu", on_change="rerun")
    if not popover.open:
        return
    with popover:
        reviewed = st.text_input("审核人", key="table_reviewed_by", max_chars=30)
        if st.button("生成文件", key="table_make", type="primary"):
            try:
                made = _made(form, period, frozen, actor, reviewed.strip())
                st.session_state[_READY] = {"period": period, **made}
            except RuleError as refusal:
                forms.show_refusal(refusal)
        ready = st.session_state.get(_READY)
        if ready and ready["period"] == period:
            export_file.download(ready, key="table_download")


def _made(
    form: Form, period: Period, frozen: Frozen | None, actor: Actor, reviewed_by: str
) -> dict[str, object]:
    moment = store.local(store.now())
    scope = [] if actor.counts_all_disputes else ["只数本单位看得到的纠纷"]
    beside = [f"早发现率按 {moment:%Y-%m-%d %H:%M} 的登记计算，不在定稿之内"] if frozen else []
    content = dispute_table_sheet.write(
        form,
        _early(period),
        dispute_table_sheet.About(
            unit=settings.current().office_name if not scope else actor.name,
            filled_on=f"{moment:%Y年%m月%d日}",
            filled_by=actor.name,
            reviewed_by=reviewed_by,
            as_of=f"{store.local(frozen.at) if frozen else moment:%Y-%m-%d %H:%M}",
            state=state_words(period, frozen),
            lines=[*scope, *beside],
        ),
    )
    with store.writing() as session:
        commands.note_export(session, period, rows=len(form.rows), filters=scope)
    return {"name": f"{TITLE}_{period.name}.xlsx", "file": content, "warnings": []}
