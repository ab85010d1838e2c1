"""Measures the messaging channels under load: many patients at once, two servers, one file."""
