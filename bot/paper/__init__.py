"""The paper that a patient takes to the doctor: as text, a printable page and a PDF, kept for a short time."""
