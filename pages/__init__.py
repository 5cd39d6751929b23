"""What all pages share: who may open them, how they are reached, how figures are shown."""
