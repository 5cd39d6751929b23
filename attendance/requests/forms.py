"""What account managers fill in when they ask."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from attendance.models import Paper
from attendance.request_kinds import kind_of
from attendance.requests.services.requests import MOST_PAPERS, Attachment
from pages.converters import FIRST, LAST
from pages.edits import EditForm
from pages.fields import Day
from pages.forms import CleanedForm
from storage.files import PHOTOS, BadFile, checked


class _Date(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__({"class": "form-control", "required": True}, format="%Y-%m-%d")


class _Time(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__({"class": "form-control", "required": True}, format="%H:%M")


def reason_field(label: Any, *, required: bool = False) -> forms.CharField:
    """Words for why, or for what."""
    attributes = {"class": "form-control", "autocomplete": "off", "enterkeyhint": "done"}
    return forms.CharField(label=label, max_length=200, required=required, widget=forms.TextInput(attributes))


def day_field(label: Any) -> Day:
    """A day that must be given."""
    return Day(label=label, widget=_Date())


def time_field(label: Any) -> forms.TimeField:
    """A time that must be given."""
    return forms.TimeField(label=label, widget=_Time())


class RestForm(CleanedForm):
    """A rest day of one's own choice."""

    day = Day()


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class _Papers(forms.FileField):
    """Photos or PDFs, each checked by its content; cleaned to what is kept of them."""

    def __init__(self, label: Any) -> None:
        attributes = {
            "class": "form-control",
            "accept": f"{PHOTOS},application/pdf",
            "multiple": True,
        }
        super().__init__(label=label, required=False, widget=_SeveralFiles(attributes))

    def clean(self, data: Any, initial: Any = None) -> list[ContentFile]:
        sent: list[UploadedFile] = [one for one in (data or []) if one]
        if len(sent) > MOST_PAPERS:
            raise ValidationError(_("A request has at most %(most)s papers."), params={"most": MOST_PAPERS})
        kept, faults = [], []
        for one in sent:
            try:
                kept.append(checked(one))
            except BadFile as error:
                faults.append(ValidationError(str(error)))
        if faults:
            raise ValidationError(faults)
        return kept


class PapersForm(CleanedForm):
    """The papers behind leave, by kind (1.2.A)."""

    certificate = _Papers(Paper.Kind.CERTIFICATE.label)
    receipt = _Papers(Paper.Kind.RECEIPT.label)
    sick_note = _Papers(Paper.Kind.SICK_NOTE.label)
    other = _Papers(Paper.Kind.OTHER.label)

    def __init__(self, *arguments: Any, kind: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in {paper.value for paper in Paper.Kind} - {*kind_of(kind).papers, Paper.Kind.OTHER.value}:
            del self.fields[name]

    @property
    def attachments(self) -> list[Attachment]:
        """What was sent, by kind."""
        return [Attachment(kind, content) for kind in self.fields for content in self.cleaned_data[kind]]


class YearForm(CleanedForm):
    """A year of the calendar."""

    year = forms.IntegerField(required=False, min_value=FIRST.year + 1, max_value=LAST.year - 1)


def _name(label: Any) -> forms.CharField:
    attributes = {"class": "form-control", "autocomplete": "off", "enterkeyhint": "done"}
    return forms.CharField(label=label, max_length=100, required=False, widget=forms.TextInput(attributes))


class EventDayForm(CleanedForm):
    """A new event day with its name."""

    date = day_field(_("Date"))
    name = _name(_("Name (may stay empty)"))


class EventNameForm(EditForm):
    """The name of an event day."""

    name = _name(_("Name (may stay empty)"))


class PublicDayForm(EditForm):
    """A day of the public calendar: a holiday, or a weekend day worked to make up for one."""

    date = day_field(_("Date"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("holiday", _("public holiday")), ("working", _("make-up working day"))],
        widget=forms.Select({"class": "form-select"}),
    )
    name = _name(_("Name (may stay empty)"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["auto_id"] = "public_%s"  # the form of event days stands on the same page
        options.setdefault("stands", {})
        super().__init__(*arguments, **options)

    @property
    def asked(self) -> list[Any]:
        """What is filled in."""
        return [self[name] for name in ("date", "kind", "name")]

    @property
    def is_working(self) -> bool:
        """Whether it is a day worked; of a valid form."""
        return bool(self.cleaned_data["kind"] == "working")

    @property
    def typed(self) -> dict[str, Any]:
        return {"is_working": self.is_working, "name": self.cleaned_data["name"]}

    def raw(self, name: str, value: Any) -> dict[str, Any]:
        if name == "is_working":
            return {"kind": "working" if value else "holiday"}
        return super().raw(name, value)


class DecisionForm(CleanedForm):
    """A supervisor's decision."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")])
    reason = reason_field(_("Reason (needed to refuse)"))
