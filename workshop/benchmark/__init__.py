"""The public benchmark of the alarm: what each of its parts catches, and where it alarms wrongly."""
