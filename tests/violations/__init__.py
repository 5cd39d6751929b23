"""Tests of violations."""
