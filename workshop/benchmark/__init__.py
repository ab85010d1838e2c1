"""The public benchmark of the alarm: what each part of it catches, and what it wrongly alarms at."""
