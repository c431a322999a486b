"""The dialog that makes figures for print, with a preview."""
