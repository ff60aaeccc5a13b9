"""The parts of counting: the most frequent keys, the set of keys, distributions. Each is compared with a plain one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest

from hdrcli.bulk.keys import Keys
from hdrcli.stats.distribution import Distribution
from hdrcli.stats.frequent import Frequent

MOST: Final = 50


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- reproducible


# --- the most frequent keys -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_counts_are_as_exact_as_they_say(seed: int) -> None:
    """A few names occur often, among any number that occur once."""
    numbers = chance(seed)
    frequent: Frequent[str] = Frequent(MOST, kinds=2)
    counts: Counter[str] = Counter()
    kinds = [0, 0]
    for number in range(5000):
        key = f"popular {numbers.randrange(20)}" if numbers.random() < 0.3 else f"{seed} {number}"
        kind = numbers.randrange(2)
        frequent.add(key, kind)
        counts[key] += 1
        kinds[kind] += 1
        assert len(frequent.top(5000)) <= 2 * MOST

    assert frequent.error > 0
    shown = frequent.top(MOST)
    for key, found in shown:
        assert counts[key] - frequent.error <= sum(found) <= counts[key]
    assert {key for key, _ in frequent.top(20)} == {f"popular {number}" for number in range(20)}
    _, others = frequent.others(MOST)
    assert [sum(column) for column in zip(*(found for _, found in shown), others, strict=True)] == kinds


def test_counts_of_few_keys_are_exact() -> None:
    numbers = chance(0)
    frequent: Frequent[int] = Frequent(MOST)
    keys = [int(numbers.expovariate(0.1)) for _ in range(3000)]
    for key in keys:
        frequent.add(key)

    counts = Counter(keys)
    assert len(counts) > MOST
    assert frequent.error == 0
    assert {key: count for key, (count,) in frequent.top(5000)} == counts
    rest = sorted(counts.values(), reverse=True)[10:]
    assert frequent.others(10) == (len(rest), [sum(rest)])


# --- the set of keys ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["random", "consecutive", "multiples"])
def test_keys_are_a_set(kind: str) -> None:
    numbers = chance(1)
    makers: dict[str, Callable[[int], int]] = {
        "random": lambda _: numbers.getrandbits(64),
        "consecutive": lambda number: number + 1,
        "multiples": lambda number: (number + 1) << 40,
    }
    given = [makers[kind](number) for number in range(20_000)]
    given += numbers.sample(given, 5000)
    keys, seen = Keys(), set[int]()
    for key in given:
        assert keys.add(key) == (key not in seen)
        seen.add(key)


def test_the_keys_0_and_1_are_one() -> None:
    keys = Keys()
    assert [keys.add(0), keys.add(1), keys.add(0)] == [True, False, False]


# --- distributions --------------------------------------------------------------------------------------


def distribution_of(numbers: list[int]) -> Distribution:
    distribution = Distribution()
    for number in numbers:
        distribution.add(number)
    return distribution


@pytest.mark.parametrize("seed", range(30))
def test_a_distribution_is_that_of_the_numbers(seed: int) -> None:
    chances = chance(seed)
    scale = chances.choice([0.5, 3, 20, 200])
    start = chances.randrange(10)
    numbers = [start + int(chances.expovariate(1 / scale)) for _ in range(chances.randrange(1, 400))]
    distribution = distribution_of(numbers)
    ranked = sorted(min(number, 1000) for number in numbers)

    assert (distribution.targets, distribution.sum, distribution.maximum) == (len(numbers), sum(numbers), max(numbers))
    assert distribution.quantile(0) == ranked[0]
    assert distribution.quantile(0.5) == ranked[(len(ranked) - 1) // 2]
    bins = distribution.bins()
    assert 1 <= len(bins) <= 9
    assert bins[0].first <= min(numbers)
    for each in bins:
        assert each.targets == sum(each.first <= n and (each.last is None or n <= each.last) for n in numbers)
    for before, after in pairwise(bins):
        assert before.last == after.first - 1
    assert sum(each.targets for each in bins) == len(numbers)


@pytest.mark.parametrize(
    ("numbers", "labels"),
    [
        ([0], ["0"]),
        ([3, 4, 5], ["3", "4", "5"]),
        ([0] * 200 + [9], ["0", "1", "2", "3", "4", "5", "6", "7", "8+"]),
        ([5, 14], ["4-5", "6-7", "8-9", "10-11", "12-13", "14-15"]),
        ([10**9], ["1000+"]),
    ],
)
def test_bins_have_labels(numbers: list[int], labels: list[str]) -> None:
    assert [each.label for each in distribution_of(numbers).bins()] == labels
