"""Stride: answers patients' questions from curated texts, and raises the alarm on warning signs."""
