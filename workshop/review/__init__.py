"""The clinicians' review: all texts beside their documents on paper, and the signatures that come back."""
