"""What the menu calls its sections and screens, and in which order; the home page lists the same."""

from collections.abc import Iterable

from rules.permissions import is_first

SECTIONS = {
    "cases": "热点案件",
    "receptions": "领导接访",
    "sweeps": "矛盾纠纷排查",
    "evaluations": "第三方评价",
    "review": "形势研判",
    "admin": "系统管理",
    "account": "我的",
}
TITLES = {
    "review/overview": ("总览", ":material/dashboard:"),
    "home/start": ("首页", ":material/home:"),
    "cases/today": ("今天要看的", ":material/notification_important:"),
    "cases/board": ("案件看板", ":material/view_kanban:"),
    "cases/hotspots": ("热点", ":material/local_fire_department:"),
    "cases/register": ("案件登记簿", ":material/list_alt:"),
    "cases/entry": ("快速登记", ":material/edit_note:"),
    "cases/batches": ("交办会", ":material/assignment_turned_in:"),
    "cases/sign_offs": ("销号审批", ":material/task_alt:"),
    "cases/duplicates": ("疑似重复", ":material/compare:"),
    "cases/imports": ("批量导入", ":material/upload_file:"),
    "cases/exports": ("身份信息导出", ":material/supervisor_account:"),
    "cases/detail": ("案件", ":material/description:"),
    "receptions/desk": ("接访登记", ":material/how_to_reg:"),
    "receptions/visits": ("接访台账", ":material/menu_book:"),
    "receptions/visit": ("接访", ":material/description:"),
    "receptions/roster": ("接访排班", ":material/event_note:"),
    "receptions/results": ("接访统计", ":material/grid_on:"),
    "receptions/letters": ("阅批来信", ":material/mark_email_read:"),
    "receptions/contacts": ("联系点", ":material/share_location:"),
    "receptions/rules": ("接访规则", ":material/rule:"),
    "receptions/hall": ("大厅公示", ":material/tv:"),
    "sweeps/report": ("排查报送", ":material/fact_check:"),
    "sweeps/rounds": ("排查轮次", ":material/grid_view:"),
    "sweeps/ledger": ("纠纷台账", ":material/handshake:"),
    "sweeps/map": ("挂图作战", ":material/map:"),
    "sweeps/progress": ("销号进度", ":material/trending_down:"),
    "sweeps/table": ("排查情况表", ":material/table_chart:"),
    "sweeps/entry": ("登记纠纷", ":material/playlist_add:"),
    "sweeps/early": ("苗头信息", ":material/campaign:"),
    "sweeps/network": ("排查网络", ":material/hub:"),
    "sweeps/dispute": ("矛盾纠纷", ":material/description:"),
    "evaluations/list": ("评价事项", ":material/balance:"),
    "evaluations/apply": ("申请评价", ":material/post_add:"),
    "evaluations/pool": ("评价员名册", ":material/groups:"),
    "evaluations/results": ("评价成效", ":material/insights:"),
    "evaluations/evaluation": ("第三方评价", ":material/description:"),
    "evaluations/meeting": ("评价会", ":material/record_voice_over:"),
    "evaluations/hall": ("评价会公示", ":material/tv:"),
    "evaluations/booth": ("投票", ":material/how_to_vote:"),
    "review/slides": ("投屏", ":material/slideshow:"),
    "review/meetings": ("会议", ":material/groups_3:"),
    "review/decisions": ("议定事项", ":material/checklist:"),
    "review/meeting": ("一次会议", ":material/description:"),
    "review/figures": ("全部指标", ":material/format_list_numbered:"),
    "review/papers": ("形势材料", ":material/summarize:"),
    "review/official": ("上级数据", ":material/input:"),
    "admin/accounts": ("账号", ":material/group:"),
    "admin/units": ("单位", ":material/account_tree:"),
    "admin/leaders": ("领导", ":material/badge:"),
    "admin/codes": ("内容分类", ":material/category:"),
    "admin/parameters": ("参数", ":material/tune:"),
    "admin/calendar": ("日历", ":material/calendar_month:"),
    "admin/audit": ("审计", ":material/verified_user:"),
    "account/help": ("帮助", ":material/help:"),
    "account/me": ("我的账号", ":material/person:"),
}
# Screens with an address and no menu entry.
HIDDEN = {
    "cases/detail",
    "receptions/visit",
    "sweeps/dispute",
    "evaluations/evaluation",
    "evaluations/meeting",
    "review/meeting",
}


def section(screen: str) -> str:
    """The title a screen stands under in the menu; a first screen stands above all, under none."""
    return "" if is_first(screen) else SECTIONS[screen.split("/")[0]]


def listed(screens: Iterable[str]) -> dict[str, list[str]]:
    """Part the screens that have an entry in the menu by their section's title, the home page left out."""
    found: dict[str, list[str]] = {}
    for screen in screens:
        title = section(screen)
        if title and screen not in HIDDEN:
            found.setdefault(title, []).append(screen)
    return found
