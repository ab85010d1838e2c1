"""The commands of `stride`, one file per command."""
