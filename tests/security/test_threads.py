"""Good and hostile input, compiled by eight threads at once, gives what one thread gives; `nox -s soak` does so for long."""

from fuzz import soak


def test_eight_threads_answer_as_one() -> None:
    jobs = soak.jobs()[::8]
    answers = [soak.answer(job) for job in jobs]
    assert len(set(answers)) > 50
    assert soak.in_threads(jobs, answers, 4 * len(jobs)) == []
