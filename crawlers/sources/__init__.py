"""What an answer of the web says, and whether it is one: pure readers and the verdict."""
