"""Work on all cores: results in order, errors raised, nothing left behind when somebody is killed."""

import os
from collections.abc import Callable

import pytest

from tuning_fork.core.parallel import Pool, available_cores, map_in_order, processes, threads


def square(number: int) -> int:
    return number**2


def refuse_seven(number: int) -> int:
    if number == 7:
        raise ValueError("seven is not welcome")
    return number


both_pools = pytest.mark.parametrize("pool", [processes, threads])


@both_pools
@pytest.mark.parametrize("workers", [1, 3, None])
def test_results_come_in_the_order_of_the_tasks(pool: Callable[..., Pool], workers: int | None) -> None:
    assert list(map_in_order(square, range(50), pool(workers))) == [number**2 for number in range(50)]


@both_pools
def test_no_tasks_are_no_results(pool: Callable[..., Pool]) -> None:
    assert list(map_in_order(square, [], pool(2))) == []


@both_pools
def test_tasks_are_taken_as_they_are_needed(pool: Callable[..., Pool]) -> None:
    taken = []
    items = (taken.append(number) or number for number in range(1000))
    results = map_in_order(square, items, pool(2))
    assert next(results) == 0
    assert len(taken) <= 5
    results.close()
    assert len(taken) <= 5


@both_pools
def test_an_error_in_a_worker_is_raised_here_after_the_results_before_it(pool: Callable[..., Pool]) -> None:
    results = map_in_order(refuse_seven, range(20), pool(2))
    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(ValueError, match="seven is not welcome"):
        next(results)


def test_available_cores_are_those_that_this_process_may_use() -> None:
    assert 1 <= available_cores() <= os.cpu_count()
