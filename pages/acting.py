"""What a service refused becomes words on the page: at the field that it is about, else above what the page shows.

A view calls a service within ``act``, a page that is a form with a service behind it is a ``form_page``, and what is
not there, or not the reader's, is not ``found``. Nothing outside the services catches ``Refused`` by hand.

    with act(request) as attempt:
        withdraw(request=asked, user=request.user, now=timezone.now())
        messages.success(request, _("Withdrawn."))
    return redirect("requests" if attempt.is_done else "request", …)
"""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pages.edits import ASKED, AskedForm, EditForm, ask_page
from pages.forms import CleanedForm
from venues.errors import ChangedMeanwhile, Doubtful, Refused

Row = TypeVar("Row", bound=Model)


class Attempt:
    """A service that is called and may refuse: what it refused is kept, what it asked is asked on the ``form``."""

    def __init__(self, form: forms.Form | None = None) -> None:
        self.form = form
        self.is_done = False
        self.refusal: Refused | None = None
        """What was refused; None where it is done, or asked."""
        self.asked: Refused | None = None
        """What was asked; None where nothing was."""

    @property
    def text(self) -> str:
        """Why it was refused; empty where it was not."""
        return str(self.refusal) if self.refusal else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        self.is_done = error is None
        if not isinstance(error, Refused):
            return False
        if self._ask(error):
            self.asked = error
        else:
            self.refusal = error
            self._tell(error)
        return True

    def _ask(self, refusal: Refused) -> bool:
        """Ask on the form what is to be asked; whether it was."""
        if isinstance(refusal, ChangedMeanwhile) and isinstance(self.form, EditForm):
            self.form.ask_anew(refusal)
        elif isinstance(refusal, Doubtful) and isinstance(self.form, AskedForm):
            self.form.ask(refusal)
        else:
            return False
        return True

    def _tell(self, refusal: Refused) -> None:
        """Nothing: whoever attempts says it."""


class act(Attempt):
    """A service called for a POST: what it refuses is said in a message, or at its field of the form shown again.

    ``form`` is shown again where the act is not done; ``asks`` only where it is asked about: a refusal is a message.
    ``in_form`` says a refusal about no field of the form above its fields, or at the field that is named.
    ``back`` is the page of an act that has no form: what is asked is asked on a page of its own, ``question``.
    """

    def __init__(
        self,
        request: HttpRequest,
        form: forms.Form | None = None,
        *,
        asks: forms.Form | None = None,
        in_form: bool | str = False,
        back: str = "",
    ) -> None:
        super().__init__(form or asks)
        self.request, self.shown_again, self.in_form, self.back = request, form, in_form, back
        self.question: HttpResponse | None = None

    def _ask(self, refusal: Refused) -> bool:
        if super()._ask(refusal):
            return True
        if self.back and isinstance(refusal, ChangedMeanwhile | Doubtful):
            self.question = ask_page(self.request, refusal, back=self.back)
        return self.question is not None

    def _tell(self, refusal: Refused) -> None:
        form = self.shown_again
        if self.in_form and isinstance(form, CleanedForm):
            form.refuse(refusal, otherwise=self.in_form if isinstance(self.in_form, str) else None)
        else:
            refuse(self.request, refusal, form)


def form_page(
    request: HttpRequest,
    form: AskedForm | CleanedForm,
    template: str,
    context: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
    *,
    save: Callable[[], str],
    to: str | Callable[[], str],
    in_form: bool | str = False,
    wrong: int = 200,
) -> HttpResponseBase:
    """A page that is a form with a service behind it: shown, or saved, and on to the next page.

    ``save`` calls the service and returns what is said once it is done, then it goes on ``to``. What is wrong or
    refused is said there, with the status ``wrong``, and what was typed stays; what is asked is asked there (409).
    ``context`` is what the template needs besides the form; a function where it is to be read after the act.
    """
    status = 200
    if request.method == "POST":
        status = wrong
        if form.is_valid():
            with act(request, form, in_form=in_form) as attempt:
                messages.success(request, save())
            if attempt.is_done:
                return redirect(to if isinstance(to, str) else to())
            if getattr(form, "question", None):
                status = ASKED
    shown = context() if callable(context) else context
    return render(request, template, {"form": form, **shown}, status=status)


def found(rows: QuerySet[Row], **which: Any) -> Row:
    """The row that is asked for, by ``pk`` or whatever tells it from others; 404 where there is none."""
    row = rows.filter(**which).first()
    if row is None:
        raise not_here()
    return row


def not_here() -> Http404:
    """What is raised where there is nothing, in the same words as where there is something for others."""
    return Http404(_("There is nothing here, or it is not yours to see."))


def refuse(request: HttpRequest, refusal: Refused, form: forms.Form | None = None) -> None:
    """Say it at its field of the form that the page shows again, else in a message.

    A message about a field that a page shows after a redirect bears the field's name (``at-reason``): the page's script
    takes it to that field of the form that was sent, where it is one of several.
    """
    name = refusal.field
    if isinstance(form, CleanedForm) and name in form.fields:
        form.refuse(refusal)
    else:
        messages.error(request, str(refusal), extra_tags=f"at-{name}" if name else "")
