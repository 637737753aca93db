"""The local AWS, held against AWS's own words: contract tests of the emulator's extension."""
