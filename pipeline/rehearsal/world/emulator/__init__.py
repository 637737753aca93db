"""The emulator's process, and our extension that runs inside it."""
