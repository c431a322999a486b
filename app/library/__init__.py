"""The reference library, browsed and dragged from."""
