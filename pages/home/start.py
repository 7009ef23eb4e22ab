"""首页: a greeting, the first steps of a new house, and the way to every screen."""

import streamlit as st

from db.queries import accounts, cases, figures, units
from db.queries.case_filters import CaseFilter, Sort
from rules.permissions import Action, screens_for
from ui import export_requests, forms, reception_today, signin, store, sweep_today

_LISTED = {
    "热点案件": (
        "cases/today",
        "cases/board",
        "cases/hotspots",
        "cases/register",
        "cases/entry",
        "cases/batches",
        "cases/sign_offs",
        "cases/duplicates",
        "cases/imports",
        "cases/exports",
    ),
    "领导接访": (
        "receptions/desk",
        "receptions/visits",
        "receptions/roster",
        "receptions/results",
        "receptions/letters",
        "receptions/contacts",
        "receptions/rules",
        "receptions/hall",
    ),
    "矛盾纠纷排查": (
        "sweeps/report",
        "sweeps/rounds",
        "sweeps/ledger",
        "sweeps/entry",
        "sweeps/early",
        "sweeps/network",
    ),
    "系统管理": (
        "admin/accounts",
        "admin/units",
        "admin/leaders",
        "admin/codes",
        "admin/parameters",
        "admin/calendar",
        "admin/audit",
    ),
    "我的": ("account/me",),
}


def _first_steps() -> list[tuple[str, str]]:
    """List what is still to be done before the office can work: the sentence and the screen."""
    with store.reading() as session:
        no_units = not units.tree(session)
        alone = len(accounts.accounts(session)) == 1
    steps = []
    if no_units:
        steps.append(("录入本县的单位：乡镇、部门和村，也可以从表格导入", "admin/units"))
    if alone:
        steps.append(("为同事开立账号，并选定各自的角色和单位", "admin/accounts"))
    return steps


actor = signin.actor()
screens = screens_for(actor)

st.title("首页")
st.text(f"{actor.name}，您好。今天是{store.today():%Y年%m月%d日}。")

if actor.may(Action.MANAGE_UNITS) and actor.may(Action.MANAGE_ACCOUNTS):
    for number, (sentence, screen) in enumerate(_first_steps(), start=1):
        with st.container(border=True):
            st.markdown(f"**第 {number} 步** {sentence}")
            st.page_link(f"pages/{screen}.py")

if actor.may(Action.EXPORT_RESTRICTED):
    export_requests.links()

reception_today.draw(actor)
sweep_today.draw(actor)

if actor.may(Action.SEE_CASES):
    # A home page is looked at over the shoulder: accusations stand in the register only, and
    # no figure counts them either (db/queries/figures.py).
    today, newest = store.today(), CaseFilter(sort=Sort.CHANGED, accusations=False)
    values = store.kept("figures", today, lambda session: figures.figures(session, today=today))
    latest = store.kept("latest", newest, lambda session: cases.register_page(session, newest)[:8])
    for place, value in zip(st.columns(len(values)), values, strict=True):
        figure = value.figure
        place.metric(
            f"{figure.label}（{figure.unit}）", value.value, help=figure.definition, border=True
        )
    st.subheader("最近更新的案件")
    if not latest:
        first = (
            "可以“快速登记”一件，或用“批量导入”把现有的台账导进来。"
            if actor.may(Action.REGISTER)
            else "交办给您单位的、由您包案的案件会列在这里。"
        )
        st.info(f"还没有案件。{first}")
    for row in latest:
        st.page_link(
            "pages/cases/detail.py",
            label=forms.plain(f"{row.number} {row.title} · {row.state.label}"),
            query_params={"case": row.number},
        )

sections = {
    section: [screen for screen in listed if screen in screens]
    for section, listed in _LISTED.items()
}
offered = {section: listed for section, listed in sections.items() if listed}
for column, (section, listed) in zip(st.columns(len(offered)), offered.items(), strict=True):
    with column:
        st.subheader(section)
        for screen in listed:
            st.page_link(f"pages/{screen}.py")
