"""What the `stride` command does, one file a command."""
