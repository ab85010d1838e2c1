"""The developers' commands, one file per command."""
