"""The chat on the clinic's website: the widget, the pages that show it, and their words."""
