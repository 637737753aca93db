"""The Orders API: exactly what is zipped into Lambda."""
