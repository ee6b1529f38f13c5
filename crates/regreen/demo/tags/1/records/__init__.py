"""Records with labels."""
