"""What the developers' commands do, one file a command."""
