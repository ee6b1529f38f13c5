"""A board of cards with labels."""
