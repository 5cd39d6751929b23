"""Tests of comps."""
