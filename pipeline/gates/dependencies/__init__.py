"""What the locks say of the packages that we build and run with: pure readers and rules, and the lists they hold to."""
