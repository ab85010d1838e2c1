"""What happens with an alarm besides the patient's reply: the record of it, and the word to the clinic."""
