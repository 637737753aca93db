"""Measurements of what users feel; never asserted on, since machines are noisy."""
