"""What the audit says of a roster: passed or what is wrong, and every leader's periods."""

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from rules.reception_terms import FindingKind, Standing
from rules.receptions import Audit, Basis, Finding, named
from rules.roster_figures import Burden
from rules.roster_words import period as period_name
from ui import forms

_SHOWN = 5


def verdict(found: Audit) -> None:
    """Say in one box whether the rules are kept, and each thing that is not."""
    if found.passes:
        st.success("核对通过：符合全部接访规则。", icon=":material/verified:")
    else:
        counted = "、".join(f"{kind.label} {count} 处" for kind, count in _by_kind(found.findings))
        st.error(f"核对发现 {len(found.findings)} 处不符：{counted}", icon=":material/rule:")
        _lines(found.findings)
    if found.notices:
        st.warning(f"另有 {len(found.notices)} 处提醒", icon=":material/info:")
        _lines(found.notices)


def _by_kind(findings: Sequence[Finding]) -> list[tuple[FindingKind, int]]:
    kinds = [finding.kind for finding in findings]
    return [(kind, kinds.count(kind)) for kind in FindingKind if kind in kinds]


def _lines(findings: Sequence[Finding]) -> None:
    shown = [f"- {forms.plain(finding.text)}" for finding in findings]
    st.markdown("\n".join(shown[:_SHOWN]))
    if len(shown) > _SHOWN:
        with st.expander(f"其余 {len(shown) - _SHOWN} 处"):
            st.markdown("\n".join(shown[_SHOWN:]))


def duties(found: Audit, basis: Basis) -> None:
    """List what each leader owes and has in each period, those short first."""
    people, rules = named(basis.receivers), {rule.code: rule for rule in basis.rules}
    checks = sorted(
        (each for each in found.duties if each.leader_id in people and each.owed),
        key=lambda each: (
            each.standing is not Standing.SHORT,
            people[each.leader_id].position,
            each.first,
        ),
    )
    if not checks:
        st.info("这些天没有按人计的接访要求。")
        return
    st.dataframe(
        pa.table(
            {
                "领导": [people[each.leader_id].name for each in checks],
                "职务": [people[each.leader_id].post for each in checks],
                "规则": [rules[each.rule_code].name for each in checks],
                "周期": [
                    period_name(each.first, each.last, rules[each.rule_code].per) for each in checks
                ],
                "应接访（天）": [each.owed for each in checks],
                "已排（天）": [each.done for each in checks],
                "结论": [
                    f"{each.standing.label}，差 {each.short} 天"
                    if each.standing is Standing.SHORT
                    else each.standing.label
                    for each in checks
                ],
            }
        ),
        hide_index=True,
        height="content" if len(checks) <= 25 else 900,
        alt="每位领导的接访要求和已排天数",
    )


def burdens(found: Sequence[Burden], basis: Basis) -> None:
    """List the turns of each leader over the year, with those on days off and special days."""
    people = named(basis.receivers)
    st.dataframe(
        pa.table(
            {
                "领导": [people[each.leader_id].name for each in found],
                "职务": [people[each.leader_id].post for each in found],
                "全年班次": [each.turns for each in found],
                "休息日": [each.days_off for each in found],
                "特护期": [each.special_days for each in found],
            }
        ),
        hide_index=True,
        height="content" if len(found) <= 25 else 900,
        alt="每位领导全年的班次、休息日和特护期班次",
    )
