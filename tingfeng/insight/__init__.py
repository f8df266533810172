"""What can be asked of a store, and how the answer is shown."""
