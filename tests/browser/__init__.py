"""The pages in a real browser, served as they are served to people."""
