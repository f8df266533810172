"""When to tell people, and how."""
