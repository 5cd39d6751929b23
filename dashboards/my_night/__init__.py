"""An account manager's own night."""
