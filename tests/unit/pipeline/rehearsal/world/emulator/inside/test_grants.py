"""What a move task needs a grant on is read from its request."""

import pytest

from pipeline.rehearsal.world.emulator.inside.grants import moved_from

DEAD = "arn:aws:sqs:eu-west-1:111111111111:dead"


@pytest.mark.parametrize(
    ("body", "resource"),
    [
        (f'{{"SourceArn": "{DEAD}"}}'.encode(), DEAD),
        (b'{"SourceArn": 1}', "*"),
        (b'{"MaxResults": 1}', "*"),
        (b"[]", "*"),
        (b"\xff", "*"),
        (b"", "*"),
    ],
)
def test_a_move_task_starts_from_the_queue_that_it_names(body: bytes, resource: str) -> None:
    assert moved_from(body) == resource
