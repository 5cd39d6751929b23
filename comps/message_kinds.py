"""What people are told of comps."""

from django.utils.translation import gettext_noop

from inbox.kinds import as_it_is, declare

APPROVED = declare(
    "comps.approved",
    gettext_noop("Your comp is approved: %(item)s on %(table)s."),
    item=as_it_is,
    table=as_it_is,
)
REFUSED = declare(
    "comps.refused",
    gettext_noop("Your comp is refused: %(item)s on %(table)s. %(reason)s"),
    item=as_it_is,
    table=as_it_is,
    reason=as_it_is,
)
