"""Long work goes on in the background, one piece at a time, tells how far it is, and ends with the program."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from assistant.jobs import Busy, Jobs, Stopped
from corpus.errors import AssistantError

Tell = Callable[[int, int], None]


def ended(jobs: Jobs) -> None:
    """Waits for the job under way, without ending it."""
    thread = next((one for one in threading.enumerate() if one.name.startswith("job-")), None)
    if thread:
        thread.join(30)


def test_a_job_tells_how_far_it_is_and_what_it_found() -> None:
    jobs, told, go_on = Jobs(), threading.Event(), threading.Event()

    def work(tell: Tell) -> tuple[str, ...]:
        tell(3, 4)
        told.set()
        go_on.wait(30)
        return ("one", "two")

    assert jobs.last() is None
    assert jobs.begin("check", work, by="大森").state == "running"
    told.wait(30)
    running = jobs.last()
    assert running is not None
    assert (running.share, running.by, running.ended) == (0.75, "大森", None)
    with pytest.raises(Busy, match="Wait until it is done"):
        jobs.begin("rebuild", work)
    go_on.set()
    ended(jobs)
    done = jobs.last()
    assert done is not None
    assert (done.state, done.found) == ("done", ("one", "two"))
    assert done.ended is not None
    jobs.begin("rebuild", work)
    jobs.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [(AssistantError("The disk is full."), "The disk is full."), (ValueError("secret"), "the log says")],
)
def test_a_job_that_fails_says_why_and_lets_another_begin(error: Exception, said: str) -> None:
    jobs = Jobs()

    def work(tell: Tell) -> tuple[str, ...]:
        raise error

    jobs.begin("check", work)
    ended(jobs)
    failed = jobs.last()
    assert failed is not None
    assert failed.state == "failed"
    assert said in failed.error
    assert "secret" not in failed.error
    jobs.begin("check", lambda tell: ())
    jobs.close()


def test_the_end_of_the_program_ends_a_job_at_its_next_step() -> None:
    jobs, told, closing = Jobs(), threading.Event(), threading.Event()
    steps = []

    def work(tell: Tell) -> tuple[str, ...]:
        for step in range(100):
            tell(step, 100)
            steps.append(step)
            told.set()
            closing.wait(30)
        return ()

    jobs.begin("rebuild", work)
    told.wait(30)
    closer = threading.Thread(target=jobs.close)
    closer.start()
    while not jobs.is_closing:
        pass
    closing.set()
    closer.join(30)
    stopped = jobs.last()
    assert stopped is not None
    assert (stopped.state, steps) == ("stopped", [0])
    with pytest.raises(Stopped):
        jobs.begin("rebuild", work)
