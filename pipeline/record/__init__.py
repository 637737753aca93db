"""What happened: verdicts, events, the tape and the run they fold into."""
