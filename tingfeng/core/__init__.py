"""The nouns and the contracts: what a post is, what a part must do. Standard library only."""
