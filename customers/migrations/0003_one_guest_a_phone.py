from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from django.db import migrations
from django.db.models import F
from django.utils import timezone

from customers.services import join
from rulebook.phones import compared, spelled
from storage.pinyin import key_of
from storage.rows import update_rows

REASON = "one phone, one customer · 同一电话，同一客户"


def one_guest_a_phone(apps, schema_editor):
    """Guests with one phone in several spellings become one, the oldest; each gets what it is compared by."""
    Customer, Merger = apps.get_model('customers', 'Customer'), apps.get_model('customers', 'Merger')
    now, same, numbers, names = timezone.now(), defaultdict(list), {}, {}
    guests = Customer.objects.order_by('pk').values_list('pk', 'venue', 'phone', 'name', 'merged_into')
    for pk, venue, phone, name, into in guests:
        key = compared(phone)
        numbers[pk], names[pk] = key, name
        if key and into is None:
            same[venue, key].append(pk)
    found = [pks for pks in same.values() if len(pks) > 1]
    for pks in found:
        kept, *others = Customer.objects.filter(pk__in=pks).order_by('pk')
        for gone in others:
            join(Merger, kept, gone, at=now, by=None, reason=REASON)
            gone.merged_into = kept
            gone.save(update_fields=['merged_into'])
        kept.phone = spelled(kept.phone)
        kept.name = names[kept.pk] = kept.name or next((one.name for one in others if one.name), '')
        kept.save(update_fields=['phone', 'name'])
    rows = [(pk, numbers[pk], key_of(name)) for pk, name in names.items()]
    update_rows(Customer, ['phone_key', 'name_pinyin'], rows)
    if found:
        print(f'\n  {sum(map(len, found))} customers who have {len(found)} phones between them are now {len(found)}.')


def tell_what_stops_counting(apps, schema_editor):
    """Say how many bookings of open months no longer count for want of a phone (4.3); their drafts are stale."""
    Booking, Month = apps.get_model('bookings', 'Booking'), apps.get_model('venues', 'Month')
    versions = apps.get_model('venues', 'PolicyVersion').objects.order_by(F('effective_from').asc(nulls_first=True))
    lead = defaultdict(list)
    for venue, since, values in versions.values_list('venue', 'effective_from', 'values'):
        lead[venue].append((since, int(values.get('booking_lead_minutes', 10))))
    months = {(row.venue_id, row.first_day): row for row in Month.objects.exclude(state='open')}
    lost = defaultdict(list)
    rows = Booking.objects.filter(
        state='arrived', spend__isnull=False, registered_at__isnull=False, arrived_at__isnull=False, guest_phone_key=''
    ).exclude(table='').exclude(guest_name='').exclude(guest_phone='')
    for booking in rows.only('venue', 'business_day', 'registered_at', 'arrived_at', 'spend').iterator():
        first = booking.business_day.replace(day=1)
        minutes = [10, *(minutes for since, minutes in lead[booking.venue_id] if since is None or since <= first)][-1]
        in_time = booking.arrived_at >= booking.registered_at + timedelta(minutes=minutes)
        if in_time and (booking.venue_id, first) not in months:
            lost[booking.venue_id, first].append(booking.spend)
    names = dict(apps.get_model('venues', 'Venue').objects.values_list('pk', 'code'))
    for (venue, first), spends in sorted(lost.items()):
        total = sum(spends, Decimal())
        print(f'\n  {names[venue]} {first:%Y-%m}: {len(spends)} bookings without a phone that could be dialled, '
              f'¥{total:,.2f}, no longer count as sales (4.3).', end='')
        Month.objects.filter(venue=venue, first_day=first).update(revision=F('revision') + 1)
    if lost:
        print()


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_a_place_for_one_number'),
        ('bookings', '0005_phones_as_compared'),
        ('venues', '0004_the_month'),
    ]

    operations = [
        migrations.RunPython(one_guest_a_phone, migrations.RunPython.noop),
        migrations.RunPython(tell_what_stops_counting, migrations.RunPython.noop),
    ]
