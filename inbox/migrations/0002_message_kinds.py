"""Stored messages are given their kind by their source text; what fits none stays as its text."""

from django.db import migrations, models

KINDS = {
    'Your official business on %(day)s is approved by %(by)s.': 'attendance.business_approved',
    'Your official business on %(day)s is refused by %(by)s: %(reason)s': 'attendance.business_refused',
    'Your guest dinner on %(day)s is approved by %(by)s.': 'attendance.dinner_approved',
    'Your guest dinner on %(day)s is refused by %(by)s: %(reason)s': 'attendance.dinner_refused',
    '%(day)s is no event day any more: your rest day %(valid_days)s counts again.': 'attendance.event_valid',
    "%(day)s is no event day any more: your rest day %(valid_days)s counts again, and %(void_days)s is past the month's allowance (1.2).": 'attendance.event_valid_void',
    '%(day)s is an event day now: nobody rests (1.2.C). Void is your rest day %(void_days)s.': 'attendance.event_void',
    '%(day)s is an event day now: nobody rests (1.2.C). Void is your rest day %(void_days)s; instead counts %(valid_days)s.': 'attendance.event_void_valid',
    'Your personal leave from %(day)s to %(last_day)s is approved by %(by)s.': 'attendance.personal_approved',
    'Your personal leave from %(day)s to %(last_day)s is refused by %(by)s: %(reason)s': 'attendance.personal_refused',
    'Your punch correction for %(day)s is approved by %(by)s.': 'attendance.punch_approved',
    'Your punch correction for %(day)s is refused by %(by)s: %(reason)s': 'attendance.punch_refused',
    'Your rest days in %(month)s have changed: %(rest_days)s.': 'attendance.roster_changed',
    'Your rest days in %(month)s: %(rest_days)s.': 'attendance.roster_first',
    'Your rest days in %(month)s have changed: there are none now.': 'attendance.roster_none_left',
    'Your sick leave from %(day)s to %(last_day)s is approved by %(by)s.': 'attendance.sick_approved',
    'Your sick leave from %(day)s to %(last_day)s is refused by %(by)s: %(reason)s': 'attendance.sick_refused',
    'Your statutory leave from %(day)s to %(last_day)s is approved by %(by)s.': 'attendance.statutory_approved',
    'Your statutory leave from %(day)s to %(last_day)s is refused by %(by)s: %(reason)s': 'attendance.statutory_refused',
    '%(colleague)s agrees to the swap %(day)s ⇄ %(other_day)s; it now waits for the supervisor.': 'attendance.swap_agreed',
    'The swap %(asker)s %(day)s ⇄ %(colleague)s %(other_day)s is approved by %(by)s.': 'attendance.swap_approved',
    '%(asker)s asks to swap: your %(other_day)s ⇄ their %(day)s; your answer is awaited.': 'attendance.swap_asked',
    '%(colleague)s does not agree to the swap %(day)s ⇄ %(other_day)s.': 'attendance.swap_declined',
    'The swap %(asker)s %(day)s ⇄ %(colleague)s %(other_day)s is refused by %(by)s: %(reason)s': 'attendance.swap_refused',
    '%(asker)s no longer asks for the swap %(day)s ⇄ %(other_day)s.': 'attendance.swap_withdrawn',
    'The draft of your pay for %(month)s is there: %(amount)s. Look at it, then confirm or object.': 'commissions.draft_sent',
    '%(month)s is not locked yet; pay is due on %(day)s.': 'commissions.not_locked',
    '%(name)s objects to the draft of %(month)s: %(words)s': 'commissions.objected',
    '%(day)s: a fine, %(amount)s': 'commissions.one_fine',
    '%(name)s has reopened %(month)s: %(reason)s': 'commissions.reopened',
    'New rules from %(month)s: %(figures)s': 'commissions.rules_announced',
    'The new rules announced from %(month)s are taken back; what held before goes on.': 'commissions.rules_taken_back',
    '%(day)s: %(count)s fines, %(amount)s': 'commissions.several_fines',
    'Your comp is approved: %(item)s on %(table)s.': 'comps.approved',
    'Your comp is refused: %(item)s on %(table)s. %(reason)s': 'comps.refused',
    '%(day)s: recorded under %(article)s, %(amount)s. If that is wrong, speak to the floor manager.': 'violations.report_fined',
    '%(day)s: what was recorded under %(article)s (%(number)s) is taken back.': 'violations.report_taken_back',
    '%(day)s: recorded under %(article)s; your sales of that day do not count.': 'violations.report_void',
    '%(day)s: recorded under %(article)s; the fine waits for the spend of booking %(booking)s.': 'violations.report_waits',
    '%(day)s: the fine under %(article)s, %(amount)s, is waived: %(reason)s': 'violations.waived',
    '%(day)s: the fine under %(article)s, %(amount)s, is charged after all: %(reason)s': 'violations.waiver_taken_back',
}


def give_kinds(apps, schema_editor):
    """One update a kind."""
    messages = apps.get_model("inbox", "Message").objects.filter(kind="")
    for text, kind in KINDS.items():
        messages.filter(text=text).update(kind=kind, text="")


def give_texts(apps, schema_editor):
    messages = apps.get_model("inbox", "Message").objects.filter(text="")
    for text, kind in KINDS.items():
        messages.filter(kind=kind).update(kind="", text=text)


class Migration(migrations.Migration):

    dependencies = [("inbox", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="kind",
            field=models.CharField(blank=True, default="", max_length=60, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="message",
            name="text",
            field=models.CharField(blank=True, max_length=300, verbose_name="text"),
        ),
        migrations.RunPython(give_kinds, give_texts),
    ]
