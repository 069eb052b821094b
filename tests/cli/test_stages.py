"""What a command that takes long says of the time that is left."""

import pytest

from cxgraph.cli.commands.report import announced_stages
from cxgraph.cli.runtime import EstimatedStages


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_what_is_left_follows_from_what_has_passed():
    clock = Clock()
    stages = EstimatedStages({"one": 0.2, "two": 0.3, "three": 0.5}, clock)
    assert stages.left is None
    with stages("one"):
        clock.now += 4
    assert stages.left == 16
    with stages("two"):
        clock.now += 8.5
    assert stages.left == pytest.approx(12.5, abs=0.51)
    with stages("three"):
        clock.now += 10
    assert stages.left == 1


def test_nothing_is_guessed_from_too_little():
    clock = Clock()
    stages = EstimatedStages({"one": 0.5, "tiny": 0.01}, clock)
    with stages("one"):
        clock.now += 1.9
    assert stages.left is None
    clock.now += 0.2
    assert stages.left == 2
    late = EstimatedStages({"one": 0.5, "tiny": 0.01}, clock)
    with late("tiny"):
        clock.now += 60
    assert late.left is None


def test_the_stages_of_a_report_add_up_to_the_whole():
    assert sum(announced_stages()._shares.values()) == pytest.approx(1.0)
