"""Who may do what: the matrix of roles, actions and screens, as data."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from rules.errors import NotAllowed
from rules.terms import Role


class Action(StrEnum):
    """One thing an account may be allowed; commands, screens and exports each name one."""

    SEE_CASES = "查看案件"
    REGISTER = "登记案件"
    EDIT_CASE = "修改案件"
    RECORD_PROGRESS = "填报进展"
    HANDLE_CASE = "办理案件"
    DIRECT_CASE = "分办督办"
    REVEAL = "查看身份信息"
    FIND_PERSON = "按姓名查找"
    EXPORT = "导出"
    EXPORT_RESTRICTED = "导出身份信息"
    IMPORT = "批量导入"
    SHARE_VIEW = "共享视图"
    MANAGE_ACCOUNTS = "管理账号"
    MANAGE_UNITS = "管理单位"
    MANAGE_CODES = "管理分类"
    MANAGE_PARAMETERS = "管理参数"
    MANAGE_CALENDAR = "管理日历"
    READ_AUDIT = "查看审计"
    VERIFY = "核验审计链"
    BACK_UP = "备份恢复"
    LOAD_DEMO = "装入演示数据"
    SEE_RECEPTIONS = "查看接访"
    RECEIVE = "登记接访"
    ROSTER = "排班公示"
    SEE_SWEEPS = "查看排查"
    REPORT_SWEEP = "报送排查"
    MANAGE_SWEEPS = "管理排查"
    RECORD_DISPUTE = "登记纠纷"
    SIGN_OFF_DISPUTE = "销号纠纷"
    MANAGE_NETWORK = "管理排查网络"
    SEE_EVALUATIONS = "查看第三方评价"
    APPLY_EVALUATION = "申请第三方评价"
    MANAGE_EVALUATIONS = "组织第三方评价"
    CAST_BALLOT = "投票"
    SEE_MEETINGS = "查看会议"
    MANAGE_MEETINGS = "组织会议"
    REPORT_DECISION = "报告议定事项"
    PRESENT = "投屏"
    SEE_SITUATION = "查看形势"
    SEE_OVERVIEW = "查看总览"
    ENTER_OFFICIAL = "录入上级数据"
    TAKE_PAPERS = "取形势材料"


MATRIX: dict[Role, frozenset[Action]] = {
    Role.ADMIN: frozenset(
        {
            Action.MANAGE_ACCOUNTS,
            Action.MANAGE_UNITS,
            Action.MANAGE_CODES,
            Action.MANAGE_PARAMETERS,
            Action.MANAGE_CALENDAR,
            Action.READ_AUDIT,
            Action.VERIFY,
            Action.BACK_UP,
            Action.LOAD_DEMO,
        }
    ),
    Role.OFFICE: frozenset(
        {
            Action.SEE_CASES,
            Action.REGISTER,
            Action.EDIT_CASE,
            Action.RECORD_PROGRESS,
            Action.HANDLE_CASE,
            Action.DIRECT_CASE,
            Action.REVEAL,
            Action.FIND_PERSON,
            Action.EXPORT,
            Action.EXPORT_RESTRICTED,
            Action.IMPORT,
            Action.SHARE_VIEW,
            Action.MANAGE_CALENDAR,
            Action.SEE_RECEPTIONS,
            Action.RECEIVE,
            Action.ROSTER,
            Action.SEE_SWEEPS,
            Action.REPORT_SWEEP,
            Action.MANAGE_SWEEPS,
            Action.RECORD_DISPUTE,
            Action.SIGN_OFF_DISPUTE,
            Action.MANAGE_NETWORK,
            Action.SEE_EVALUATIONS,
            Action.APPLY_EVALUATION,
            Action.MANAGE_EVALUATIONS,
            Action.CAST_BALLOT,
            Action.SEE_MEETINGS,
            Action.MANAGE_MEETINGS,
            Action.REPORT_DECISION,
            Action.PRESENT,
            Action.SEE_SITUATION,
            Action.SEE_OVERVIEW,
            Action.ENTER_OFFICIAL,
            Action.TAKE_PAPERS,
        }
    ),
    Role.UNIT: frozenset(
        {
            Action.SEE_CASES,
            Action.RECORD_PROGRESS,
            Action.HANDLE_CASE,
            Action.REVEAL,
            Action.EXPORT,
            Action.SEE_RECEPTIONS,
            Action.SEE_SWEEPS,
            Action.REPORT_SWEEP,
            Action.RECORD_DISPUTE,
            Action.MANAGE_NETWORK,
            Action.SEE_EVALUATIONS,
            Action.APPLY_EVALUATION,
            Action.SEE_MEETINGS,
            Action.REPORT_DECISION,
            Action.SEE_SITUATION,
        }
    ),
    Role.LEADER: frozenset(
        {
            Action.SEE_CASES,
            Action.RECORD_PROGRESS,
            Action.SEE_RECEPTIONS,
            Action.RECEIVE,
            Action.SEE_SWEEPS,
            Action.SEE_EVALUATIONS,
            Action.SEE_MEETINGS,
            Action.SEE_SITUATION,
            Action.SEE_OVERVIEW,
            Action.TAKE_PAPERS,
        }
    ),
    Role.SCREEN: frozenset({Action.PRESENT, Action.SEE_SITUATION}),
    Role.BOOTH: frozenset({Action.CAST_BALLOT}),
    Role.AUDITOR: frozenset({Action.READ_AUDIT, Action.VERIFY}),
}

# Every screen, in menu order, with any one of the actions that opens it; an empty set
# opens it to whoever is signed in. The address of a screen is its path with a hyphen.
SCREENS: dict[str, frozenset[Action]] = {
    "review/overview": frozenset({Action.SEE_OVERVIEW}),
    "home/start": frozenset(),
    "cases/today": frozenset({Action.SEE_CASES}),
    "cases/board": frozenset({Action.SEE_CASES}),
    "cases/hotspots": frozenset({Action.SEE_CASES, Action.PRESENT}),
    "cases/register": frozenset({Action.SEE_CASES}),
    "cases/entry": frozenset({Action.REGISTER}),
    "cases/batches": frozenset({Action.SEE_CASES}),
    "cases/sign_offs": frozenset({Action.DIRECT_CASE}),
    "cases/duplicates": frozenset({Action.EDIT_CASE}),
    "cases/imports": frozenset({Action.IMPORT}),
    "cases/exports": frozenset({Action.EXPORT_RESTRICTED, Action.READ_AUDIT}),
    "cases/detail": frozenset({Action.SEE_CASES}),
    "receptions/desk": frozenset({Action.RECEIVE}),
    "receptions/visits": frozenset({Action.SEE_RECEPTIONS}),
    "receptions/visit": frozenset({Action.SEE_RECEPTIONS}),
    "receptions/roster": frozenset({Action.SEE_RECEPTIONS}),
    "receptions/results": frozenset({Action.RECEIVE, Action.PRESENT}),
    "receptions/letters": frozenset({Action.SEE_RECEPTIONS}),
    "receptions/contacts": frozenset({Action.SEE_RECEPTIONS}),
    "receptions/rules": frozenset({Action.ROSTER}),
    "receptions/hall": frozenset({Action.PRESENT, Action.SEE_SITUATION}),
    "sweeps/report": frozenset({Action.REPORT_SWEEP}),
    "sweeps/rounds": frozenset({Action.SEE_SWEEPS}),
    "sweeps/ledger": frozenset({Action.SEE_SWEEPS}),
    "sweeps/map": frozenset({Action.SEE_SWEEPS, Action.PRESENT}),
    "sweeps/progress": frozenset({Action.SEE_SWEEPS}),
    "sweeps/table": frozenset({Action.SEE_SWEEPS}),
    "sweeps/entry": frozenset({Action.RECORD_DISPUTE}),
    "sweeps/early": frozenset({Action.SEE_SWEEPS}),
    "sweeps/network": frozenset({Action.SEE_SWEEPS}),
    "sweeps/dispute": frozenset({Action.SEE_SWEEPS}),
    "evaluations/list": frozenset({Action.SEE_EVALUATIONS}),
    "evaluations/apply": frozenset({Action.APPLY_EVALUATION}),
    "evaluations/pool": frozenset({Action.MANAGE_EVALUATIONS}),
    "evaluations/results": frozenset({Action.SEE_EVALUATIONS, Action.PRESENT}),
    "evaluations/evaluation": frozenset({Action.SEE_EVALUATIONS}),
    "evaluations/meeting": frozenset({Action.MANAGE_EVALUATIONS}),
    "evaluations/hall": frozenset({Action.PRESENT}),
    "evaluations/booth": frozenset({Action.CAST_BALLOT}),
    "review/slides": frozenset({Action.PRESENT}),
    "review/meetings": frozenset({Action.SEE_MEETINGS}),
    "review/decisions": frozenset({Action.SEE_MEETINGS}),
    "review/meeting": frozenset({Action.SEE_MEETINGS}),
    "review/figures": frozenset({Action.SEE_OVERVIEW}),
    "review/papers": frozenset({Action.TAKE_PAPERS}),
    "review/official": frozenset({Action.ENTER_OFFICIAL}),
    "admin/accounts": frozenset({Action.MANAGE_ACCOUNTS}),
    "admin/units": frozenset({Action.MANAGE_UNITS}),
    "admin/leaders": frozenset({Action.MANAGE_UNITS}),
    "admin/codes": frozenset({Action.MANAGE_CODES}),
    "admin/parameters": frozenset({Action.MANAGE_PARAMETERS}),
    "admin/calendar": frozenset({Action.MANAGE_CALENDAR}),
    "admin/audit": frozenset({Action.READ_AUDIT}),
    # Not for the room and the ballot, which reach nothing else.
    "account/help": frozenset({Action.SEE_CASES, Action.MANAGE_ACCOUNTS, Action.READ_AUDIT}),
    "account/me": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: bound to every session of the store, and what scope is decided by.

    `unit_ids` is the account's unit with its whole subtree; None for a role without unit.
    """

    account_id: int | None
    name: str
    roles: frozenset[Role]
    unit_id: int | None = None
    unit_ids: frozenset[int] = field(default=frozenset())
    leader_id: int | None = None

    def may(self, action: Action) -> bool:
        """Whether any of the actor's roles includes `action`."""
        return any(action in MATRIX[role] for role in self.roles)

    def require(self, action: Action) -> None:
        """Raise NotAllowed unless the actor may do `action`."""
        if not self.may(action):
            raise NotAllowed(f"您的账号没有“{action.value}”的权限，如有需要请联系系统管理员")

    @property
    def sees_all_cases(self) -> bool:
        """Whether scope leaves every matter of the county visible."""
        return Role.OFFICE in self.roles

    @property
    def sees_county(self) -> bool:
        """Whether the counts of the whole county are told: numbers, of whatever is behind them."""
        return bool(self.roles & {Role.OFFICE, Role.LEADER, Role.SCREEN})

    @property
    def sees_all_sweeps(self) -> bool:
        """Whether scope leaves the sweeps of every unit visible: they hold counts and no names."""
        return bool(self.roles & {Role.OFFICE, Role.LEADER})

    @property
    def sees_all_meetings(self) -> bool:
        """Whether scope leaves the meetings and decisions of every unit visible."""
        return bool(self.roles & {Role.OFFICE, Role.LEADER})

    @property
    def counts_all_disputes(self) -> bool:
        """Whether figures of the sweep are the county's for him: counts of matters, of nobody."""
        return self.sees_all_sweeps or self.may(Action.PRESENT)


# What the operator's commands and the first start act as.
SYSTEM = Actor(None, "系统", frozenset({Role.ADMIN, Role.OFFICE, Role.AUDITOR}))


_FIRST = ("review/overview", "home/start")


def screens_for(actor: Actor) -> list[str]:
    """List the screens `actor` may open, in menu order; of the first screens he has one."""
    opened = [
        screen
        for screen, actions in SCREENS.items()
        if not actions or any(actor.may(action) for action in actions)
    ]
    first = next(screen for screen in opened if screen in _FIRST)
    return [screen for screen in opened if screen == first or screen not in _FIRST]


def is_first(screen: str) -> bool:
    """Whether a screen is what somebody sees first, at the address of the house itself."""
    return screen in _FIRST


def roles_from(codes: Iterable[str]) -> frozenset[Role]:
    """Read stored role codes; an unknown code raises ValueError rather than granting anything."""
    return frozenset(Role.of(code) for code in codes)
