"""The models: the sentence encoder, the classifier of answers, and the voter of the alarm."""
