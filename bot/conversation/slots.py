"""Names of the slots of domain.yml that the code reads and sets."""

FOCUS = "focus"
ALARMS_SLOT = "alarms"
PENDING_SIGNS = "pending_signs"
DIARY_ENTRY = "diary_entry"
REQUESTED = "requested_slot"  # Rasa's own
FORM_FINISHED = "form_finished"
CHANGE_ASKED = "change_asked"
UNSURE_OF = "unsure_of"
STORY = "story"
