"""Derive fines from facts: chapters 1, 3, 4 and 5 over a month of some people."""

from rulebook.attendance import attendance_fines, decide_days, off_post_fines
from rulebook.calendar import days_between
from rulebook.comps import comp_fine, rule_comps
from rulebook.fines import by_day
from rulebook.reports import report_fine
from violations.ledger.facts import Derived, MonthFacts, PersonFacts


def derive(facts: MonthFacts) -> dict[int, Derived]:
    """Each person's decided days and fines, by primary key.

    Days that have not ended are not decided (reading 5); what was reported stands from its report on.
    """
    derived = {pk: _attendance(person, facts) for pk, person in facts.people.items()}
    for violation in rule_comps(facts.comps, facts.tables, facts.policy):
        giver = derived.get(violation.comp.person)
        if giver is not None and violation.day <= facts.decided:
            fine = comp_fine(violation, facts.policy)
            if fine.amount:
                giver.fines.append(fine)
    for pk, person in facts.people.items():
        reported = (report_fine(report, facts.policy) for report in person.reports)
        derived[pk].fines.extend(fine for fine in reported if fine is not None)
        derived[pk].fines.sort(key=by_day)
    return derived


def _attendance(person: PersonFacts, facts: MonthFacts) -> Derived:
    span = person.employment.days_in(facts.month)
    days = decide_days(
        days_between(span[0], min(span[1], facts.decided)) if span else (),
        rests=person.rests,
        punches=person.punches,
        leaves=person.leaves,
        event_days=facts.event_days,
        shifts=facts.shifts,
        policy=facts.policy,
        in_use_from=facts.in_use_from,
    )
    fines = attendance_fines(days, facts.policy)
    fines += off_post_fines(person.off_posts, days, facts.shifts, facts.policy)
    return Derived(days, fines)
