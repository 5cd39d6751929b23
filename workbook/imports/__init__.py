"""Imports that begin on a page."""
