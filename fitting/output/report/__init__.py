"""A project told for readers: methods, tables ready for a paper, and one page with everything."""
