"""From evidence to verdict: one module per gate."""
