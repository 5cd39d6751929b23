"""The pages of people: HR's list and files, the manager's page of one person."""
