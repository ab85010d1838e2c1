"""The toolkit for text: spelling, phrases, numbers, dates."""
