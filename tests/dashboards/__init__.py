"""Tests of the pages of the desks."""
