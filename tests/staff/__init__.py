"""Tests of people and their files."""
