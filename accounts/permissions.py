"""The one table of who may do what."""

from enum import StrEnum


class Role(StrEnum):
    ACCOUNT_MANAGER = "account_manager"  # 营销经理
    HOST = "host"  # 门迎
    FLOOR_MANAGER = "floor_manager"  # 楼面经理
    HR = "hr"  # 人事
    OWNER = "owner"  # 老板


class Capability(StrEnum):
    """Something a person may do at a venue. ``OWN``: only with the person's own rows."""

    SEE_OWN_PAY = "see_own_pay"
    SEE_ALL_PAY = "see_all_pay"
    BOOK_TABLES = "book_tables"
    MAKE_REQUESTS = "make_requests"
    SEE_TONIGHT = "see_tonight"
    CONFIRM_ARRIVALS = "confirm_arrivals"
    SETTLE_BOOKINGS = "settle_bookings"
    RECORD_ATTENDANCE = "record_attendance"
    DECIDE_REQUESTS = "decide_requests"
    CLOSE_NIGHT = "close_night"
    REPORT_VIOLATIONS = "report_violations"
    REASSIGN_BOOKINGS = "reassign_bookings"
    CONFIRM_DISCOUNTS = "confirm_discounts"
    SIGN_DISCOUNTS = "sign_discounts"
    IMPORT_WORKBOOK = "import_workbook"
    MANAGE_PEOPLE = "manage_people"
    RUN_PAYROLL = "run_payroll"
    LOCK_PAYROLL = "lock_payroll"
    EXPORT_PAYROLL = "export_payroll"
    MARK_PAID = "mark_paid"
    REOPEN_MONTH = "reopen_month"
    SET_POLICY = "set_policy"
    WAIVE_FINES = "waive_fines"
    RESTORE_FINES = "restore_fines"
    SEE_STAFF = "see_staff"
    SET_ROSTER = "set_roster"
    ENTER_AMOUNTS = "enter_amounts"
    SEE_NUMBERS = "see_numbers"
    SET_HOUSE = "set_house"
    MANAGE_USERS = "manage_users"
    SEE_RADAR = "see_radar"


_MANAGER, _HOST, _FLOOR, _HR, _OWNER = (
    Role.ACCOUNT_MANAGER,
    Role.HOST,
    Role.FLOOR_MANAGER,
    Role.HR,
    Role.OWNER,
)

CAPABILITIES: dict[Capability, frozenset[Role]] = {
    Capability.SEE_OWN_PAY: frozenset({_MANAGER}),
    Capability.SEE_ALL_PAY: frozenset({_HR, _OWNER}),
    Capability.BOOK_TABLES: frozenset({_MANAGER}),
    Capability.MAKE_REQUESTS: frozenset({_MANAGER}),
    Capability.SEE_TONIGHT: frozenset({_FLOOR, _OWNER}),
    Capability.CONFIRM_ARRIVALS: frozenset({_HOST, _FLOOR}),
    Capability.SETTLE_BOOKINGS: frozenset({_FLOOR, _HR}),
    Capability.RECORD_ATTENDANCE: frozenset({_FLOOR, _HR}),
    Capability.DECIDE_REQUESTS: frozenset({_FLOOR}),
    Capability.CLOSE_NIGHT: frozenset({_FLOOR}),
    Capability.REPORT_VIOLATIONS: frozenset({_FLOOR}),
    Capability.REASSIGN_BOOKINGS: frozenset({_FLOOR}),
    Capability.CONFIRM_DISCOUNTS: frozenset({_FLOOR}),
    Capability.SIGN_DISCOUNTS: frozenset({_OWNER}),
    Capability.IMPORT_WORKBOOK: frozenset({_HR}),
    Capability.MANAGE_PEOPLE: frozenset({_HR}),
    Capability.RUN_PAYROLL: frozenset({_HR}),
    Capability.LOCK_PAYROLL: frozenset({_HR}),
    Capability.EXPORT_PAYROLL: frozenset({_HR, _OWNER}),
    Capability.MARK_PAID: frozenset({_HR}),
    Capability.REOPEN_MONTH: frozenset({_OWNER}),
    Capability.SET_POLICY: frozenset({_OWNER}),
    Capability.WAIVE_FINES: frozenset({_FLOOR, _OWNER}),
    Capability.RESTORE_FINES: frozenset({_OWNER}),
    Capability.SEE_STAFF: frozenset({_FLOOR, _HR, _OWNER}),
    Capability.SET_ROSTER: frozenset({_FLOOR}),
    Capability.ENTER_AMOUNTS: frozenset({_HR}),
    Capability.SEE_NUMBERS: frozenset({_HR}),
    Capability.SET_HOUSE: frozenset({_OWNER}),
    Capability.MANAGE_USERS: frozenset({_OWNER}),
    Capability.SEE_RADAR: frozenset({_OWNER}),
}


def capabilities_of(roles: frozenset[Role]) -> frozenset[Capability]:
    """Everything that people in any of these roles may do."""
    return frozenset(capability for capability, holders in CAPABILITIES.items() if holders & roles)
