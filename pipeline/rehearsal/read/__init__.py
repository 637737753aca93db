"""Read a synthesized assembly into the frozen shapes of spec."""
