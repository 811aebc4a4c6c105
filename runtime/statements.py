"""What one statement does to requests that run beside it, and the safe way to the same end."""
