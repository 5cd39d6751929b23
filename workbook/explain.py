"""A policy's refusal in the reader's language."""

from commissions.explain import in_language
from rulebook.policy import PolicyError


def policy_fault(error: PolicyError) -> str:
    return in_language(error.text)
