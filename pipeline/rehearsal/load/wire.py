"""What the rehearsal and the traffic's process say to each other, one line each."""

from pydantic import TypeAdapter

from pipeline.rehearsal.load.counts import TrafficCounts
from pipeline.rehearsal.load.sender import Job

JOB = TypeAdapter(Job)
COUNTS = TypeAdapter(TrafficCounts)
READY = b"ready\n"
