"""The owner's pages of those who sign in at the venue."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.names import name_key
from accounts.permissions import Capability
from accounts.selectors import sessions_of
from pages.access import VenueRequest, at_venue, posted
from pages.acting import act, found
from pages.edits import ASKED
from pages.tables import holds, sought
from staff.models import Employee
from staff.users.forms import EmployeeForm, NewUserForm, RolesForm, SessionForm
from staff.users.selectors import changes_of_user, known_at, linkable, people_of, roles_at, workers
from staff.users.services import (
    change_roles,
    clear_lock,
    give_new_password,
    link_employee,
    make_user,
    require_account,
    sign_out,
    unlink_employee,
)

PAGE = 50


@require_safe
@never_cache
@at_venue(Capability.MANAGE_USERS)
def users(request: VenueRequest) -> HttpResponseBase:
    """Who signs in here with which roles, or once did."""
    left, asked = "left" in request.GET, sought(request.GET.get("q", ""))
    found = people_of(request.venue, left=left)
    if asked:
        number = Employee.objects.filter(holds(asked, "number"), venue=request.venue).exclude(user=None)
        is_named = holds(asked, "name", "name_pinyin") | Q(username_key__contains=name_key(asked))
        found = found.filter(is_named | Q(pk__in=number.values("user")))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "people": workers(request.venue, list(page), timezone.now()),
        "left": left,
        "asked": asked,
    }
    return render(request, "staff/users/users.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("link")
@at_venue(Capability.MANAGE_USERS)
def new(request: VenueRequest) -> HttpResponseBase:
    """Make a user; the answer shows the link for the password, this once."""
    employees = linkable(request.venue, None)
    form = NewUserForm(_sent(request), employees=employees, initial={"employee": request.GET.get("employee")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with act(request, form, in_form=True) as attempt:
            try:
                user, link = make_user(
                    venue=request.venue, username=given["username"], name=given["name"], roles=given["roles"],
                    employee=given["employee"], by=request.user, now=timezone.now(),
                )  # fmt: skip
            except ValidationError as wrong:
                form.add_error(None, wrong)
        if attempt.is_done and not form.errors:
            return _link(request, user, link, is_new=True)
    status = 422 if form.errors else 200
    return render(request, "staff/users/new.html", {"form": form}, status=status)


@require_safe
@never_cache
@at_venue(Capability.MANAGE_USERS)
def show(request: VenueRequest, pk: int) -> HttpResponseBase:
    """One person: roles, staff number, account, what was done."""
    return _shown(request, _user(request, pk))


def _shown(request: VenueRequest, user: User, roles_form: RolesForm | None = None) -> HttpResponseBase:
    (worker,) = workers(request.venue, [user], timezone.now())
    context: dict[str, Any] = {
        "worker": worker,
        "is_own": user.pk == request.user.pk,
        "roles": roles_form or RolesForm(initial={"roles": worker.roles}, stands={"roles": worker.roles}),
        "link": EmployeeForm(employees=[one for one in linkable(request.venue, user) if one.user_id is None]),
        "changes": changes_of_user(request.venue, user, is_shared=worker.is_shared),
    }
    return render(request, "staff/users/user.html", context, status=200 if roles_form is None else ASKED)


@posted("user", "pk")
@at_venue(Capability.MANAGE_USERS)
def roles(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Give and take roles; taking the last one is another page's."""
    user = _user(request, pk)
    form = RolesForm(request.POST, stands={})
    if not form.is_valid() or not form.cleaned_data["roles"]:
        messages.error(request, _("Give at least one role."))
        return redirect("user", request.venue.code, pk)
    return _set_roles(request, user, form, _("The roles are changed."))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_USERS)
def leave(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Take all roles from somebody, who opens no page of the venue from then on."""
    user = _user(request, pk)
    form = RolesForm(_sent(request), stands={"roles": roles_at(request.venue, user)})
    if request.method == "POST" and form.is_valid():
        form.cleaned_data["roles"] = []
        return _set_roles(request, user, form, _("%(person)s no longer works here.") % {"person": user.get_full_name()})
    return render(request, "staff/users/leave.html", {"person": user, "form": form})


def _set_roles(request: VenueRequest, user: User, form: RolesForm, done: str) -> HttpResponseBase:
    given = form.cleaned_data
    with act(request, asks=form):
        changed = change_roles(
            venue=request.venue,
            user=user,
            roles=given["roles"],
            by=request.user,
            reason=given["reason"],
            seen=given["seen"],
        )
        messages.success(request, done if changed else _("Nothing was changed."))
    if form.question and not given["roles"]:
        return render(request, "staff/users/leave.html", {"person": user, "form": form}, status=ASKED)
    if form.question:
        return _shown(request, user, form)
    return redirect("user", request.venue.code, user.pk)


@posted("user", "pk")
@at_venue(Capability.MANAGE_USERS)
def link(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Let a staff number be somebody's."""
    user = _user(request, pk)
    form = EmployeeForm(request.POST, employees=linkable(request.venue, user))
    if not form.is_valid() or form.cleaned_data["employee"] is None:
        messages.error(request, _("Choose a staff number that is nobody's yet."))
        return redirect("user", request.venue.code, pk)
    with act(request):
        link_employee(venue=request.venue, user=user, employee=form.cleaned_data["employee"], by=request.user)
        messages.success(request, _("The staff number is linked."))
    return redirect("user", request.venue.code, pk)


@posted("user", "pk")
@at_venue(Capability.MANAGE_USERS)
def unlink(request: VenueRequest, pk: int, employee: int) -> HttpResponseBase:
    """Take a staff number from somebody."""
    user = _user(request, pk)
    held = Employee.objects.filter(venue=request.venue, user=user)
    number = found(held, pk=employee)
    with act(request):
        unlink_employee(venue=request.venue, user=user, employee=number, by=request.user)
        messages.success(request, _("The staff number is no longer linked."))
    return redirect("user", request.venue.code, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("link")
@at_venue(Capability.MANAGE_USERS)
def password(request: VenueRequest, pk: int) -> HttpResponseBase:
    """End somebody's password; the answer shows the link for a new one, this once."""
    user = _user(request, pk)
    with act(request) as attempt:
        if request.method == "POST":
            link = give_new_password(venue=request.venue, user=user, by=request.user, now=timezone.now())
            return _link(request, user, link)
        require_account(request.venue, user, request.user)
    if not attempt.is_done:
        return redirect("user", request.venue.code, pk)
    return render(request, "staff/users/password.html", {"person": user})


@sensitive_variables("link")
def _link(request: VenueRequest, user: User, link: str, *, is_new: bool = False) -> HttpResponseBase:
    context = {"person": user, "link": request.build_absolute_uri(link), "is_new": is_new}
    return render(request, "staff/users/link.html", context)


@posted("user", "pk")
@at_venue(Capability.MANAGE_USERS)
def unlock(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Let somebody who is locked out try again at once."""
    user = _user(request, pk)
    with act(request):
        cleared = clear_lock(venue=request.venue, user=user, by=request.user, now=timezone.now())
        told = _("%(person)s can sign in again.") if cleared else _("%(person)s is not locked out.")
        messages.success(request, told % {"person": user.get_full_name()})
    return redirect("user", request.venue.code, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@at_venue(Capability.MANAGE_USERS)
def sessions(request: VenueRequest, pk: int) -> HttpResponseBase:
    """Where somebody is signed in; one of these or all of them ended."""
    user, now = _user(request, pk), timezone.now()
    with act(request) as attempt:
        if request.method == "POST":
            form = SessionForm(request.POST)
            if form.is_valid():
                only = form.cleaned_data["session"]
                count = sign_out(venue=request.venue, user=user, by=request.user, now=now, only=only)
                told = ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", count)
                messages.success(request, told % {"count": count})
            return redirect("user_sessions", request.venue.code, pk)
        require_account(request.venue, user, request.user)
    if not attempt.is_done:
        return redirect("user", request.venue.code, pk)
    return render(request, "staff/users/sessions.html", {"person": user, "sessions": sessions_of(user, now)})


def _sent(request: VenueRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _user(request: VenueRequest, pk: int) -> User:
    """Somebody who has or had a role here; others do not exist here."""
    return found(known_at(request.venue), pk=pk)
