"""From files dropped or chosen to regions of the project: the preview and what it asks."""
