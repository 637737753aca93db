"""What runs inside the emulator's process: ministack, our extension of it, and nothing of the rehearsal's side."""
