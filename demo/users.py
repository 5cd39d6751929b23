"""The people who sign in to the demonstration."""

from accounts.models import User
from accounts.permissions import Role
from demo.people import MODEL
from staff.models import Employee
from storage.history import save_traced
from venues.models import Venue
from venues.services import grant_role

PREFIX = "demo-"  # no real person is called so
ADMIN = ("admin", "何平")
SIGN_INS = {
    Role.ACCOUNT_MANAGER: ("manager", "刘洋"),
    Role.HOST: ("host", "叶青"),
    Role.FLOOR_MANAGER: ("floor", "周敏"),
    Role.HR: ("hr", "吴静"),
    Role.OWNER: ("owner", "高远"),
}


def user_of(login: str, name: str, **rights: bool) -> User:
    """A user of the demonstration, made without a password where there is none yet."""
    user, made = User.objects.get_or_create(username=PREFIX + login, defaults={"name": name, **rights})
    if made:
        user.set_unusable_password()
    if made or not user.name:
        user.name = name
        user.save()
    return user


def grant_roles(venue: Venue) -> dict[Role, User]:
    """Give the venue one user for each role; the account manager is its first employee, or the one so called."""
    users = {role: user_of(*sign_in) for role, sign_in in SIGN_INS.items()}
    for role, user in users.items():
        grant_role(venue=venue, user=user, role=role)
    people = Employee.objects.filter(venue=venue).order_by("number")
    first = people.filter(number=MODEL).first() or people.first()
    if first is not None and first.user_id is None:
        _link(first, users[Role.ACCOUNT_MANAGER], users[Role.HR])
    return users


def grant_everybody(venue: Venue, *, by: User) -> None:
    """Give every employee who has none a user of their own."""
    for employee in Employee.objects.filter(venue=venue, user=None).order_by("number"):
        login = employee.number if venue.code == PREFIX.strip("-") else f"{venue.code}-{employee.number}"
        user = user_of(login, employee.name)
        grant_role(venue=venue, user=user, role=Role.ACCOUNT_MANAGER)
        _link(employee, user, by)


def _link(employee: Employee, user: User, by: User) -> None:
    save_traced(employee, by=by, user=user)
