"""One file a kind of export."""
