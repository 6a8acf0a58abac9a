#!/usr/bin/env python3
"""Computes the readings of a simulated run again, without LoadShaper's code, and compares.

Reads from standard input what `LoadShaper.Bound readings` writes, one row a minute. Prints one line with the lowest
figures after the first week. Exit code 1 when a reading differs by more than 0.01, or a limit that was asked for is missed.

  check.py NAME [--min-reserve HOURS] [--min-margin POINTS] [--max-own PERCENT] [--every-grid] [--from-day 7]

Reading: nearest rank of the 95th percentile of seven days on UTC-aligned means of 1 minute, 5 minutes and 1 hour, values
rounded down to 0.01. A coarser mean counts when at least half of its minutes were seen. Reserve: hours for which the
readings still reach 20 when nothing is added after this minute.
"""
import argparse
import bisect
import csv
import math
import sys
from datetime import datetime

THRESHOLD = 2000  # hundredths
WEEK = 7 * 1440


def hundredths(value):
    return math.floor(min(max(value, 0.0), 100.0) * 100 + 1e-7)


def rank_value(ordered):
    """The nearest rank of the 95th percentile of ascending values."""
    count = len(ordered)
    return ordered[-(-count * 95 // 100) - 1] if count else None


class Window:
    """The last values of a grid, kept in order."""

    def __init__(self, capacity):
        self.capacity, self.values, self.ordered = capacity, [], []

    def push(self, value):
        self.values.append(value)
        if value is not None:
            bisect.insort(self.ordered, value)
        if len(self.values) > self.capacity:
            old = self.values[len(self.values) - self.capacity - 1]
            if old is not None:
                del self.ordered[bisect.bisect_left(self.ordered, old)]


def means(totals, size, at_least_half=True):
    """UTC-aligned means; None where less than half of the minutes was seen."""
    for start in range(0, len(totals) - size + 1, size):
        seen = [t for t in totals[start:start + size] if t is not None]
        yield sum(seen) / len(seen) if seen and len(seen) * 2 >= size else None


def lowest_p95(values, per_window, skip):
    window, lowest = Window(per_window), None
    for index, value in enumerate(values):
        window.push(None if value is None else hundredths(value))
        if index + 1 >= skip:
            now = rank_value(window.ordered)
            lowest = now if lowest is None or (now is not None and now < lowest) else lowest
    return lowest


class Reached:
    """How many values of a grid reached the threshold, by prefix sums; unseen minutes count as idle."""

    def __init__(self, totals, size):
        self.size, self.sums = size, [0]
        for start in range(0, len(totals), size):
            part = totals[start:start + size]
            reached = len(part) == size and hundredths(sum(t or 0.0 for t in part) / size) >= THRESHOLD
            self.sums.append(self.sums[-1] + reached)

    def between(self, first, last):
        """Values of the grid with an index from first to last - 1."""
        first = max(0, min(first, len(self.sums) - 1))
        last = max(first, min(last, len(self.sums) - 1))
        return self.sums[last] - self.sums[first]


def holds(grids, minutes, later):
    """Whether the readings reach the threshold `later` minutes after `minutes` were seen and no more came."""
    for reached, per_week in grids:
        needed = per_week - -(-per_week * 95 // 100) + 1
        end = (minutes + later) // reached.size
        if reached.between(end - per_week, minutes // reached.size) < needed:
            return False
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--min-reserve", type=float)
    parser.add_argument("--min-margin", type=float)
    parser.add_argument("--max-own", type=float)
    parser.add_argument("--every-grid", action="store_true")
    parser.add_argument("--from-day", type=float, default=7)
    options = parser.parse_args()

    totals, own, theirs = [], [], []
    for row in csv.DictReader(sys.stdin):
        totals.append(float(row["total"]) if row["total"] else None)
        own.append(float(row["own"]) if row["own"] else None)
        theirs.append(row)
    if not totals:
        sys.exit("no minutes on standard input")
    first = datetime.strptime(theirs[0]["minute"], "%Y-%m-%dT%H:%M:%SZ")
    if (first.hour, first.minute) != (0, 0):
        sys.exit("the first minute is not 00:00 UTC")

    windows = {"p95_1m": (1, Window(WEEK)), "p95_5m": (5, Window(WEEK // 5)), "p95_1h": (60, Window(WEEK // 60))}
    later = int(options.from_day * 1440)
    problems, differ, lowest = [], 0.0, dict.fromkeys(windows)
    for index in range(len(totals)):
        for name, (size, window) in windows.items():
            if (index + 1) % size == 0:
                part = [t for t in totals[index + 1 - size:index + 1] if t is not None]
                window.push(hundredths(sum(part) / len(part)) if part and 2 * len(part) >= size else None)
            ours, text = rank_value(window.ordered), theirs[index][name]
            if (ours is None) != (text == ""):
                problems.append(f"{theirs[index]['minute']} {name}: '{text}', computed {ours}")
            elif ours is not None:
                differ = max(differ, abs(ours / 100 - float(text)))
            if index + 1 >= later and ours is not None:
                lowest[name] = ours if lowest[name] is None else min(lowest[name], ours)
    if differ > 0.0101:
        problems.append(f"a reading differs by {differ:.3f}")

    grids = [(Reached(totals, size), WEEK // size) for size in (1, 5, 60)]
    reserve, falsely = None, 0
    for minutes in range(later, len(totals) + 1):
        text = theirs[minutes - 1]["reserve_hours"]
        # At least the hours that LoadShaper shows.
        if text and not holds(grids, minutes, 60 * int(text)):
            falsely += 1
        low, high = -1, 168
        while low < high:
            middle = (low + high + 1) // 2
            if holds(grids, minutes, 60 * middle):
                low = middle
            else:
                high = middle - 1
        reserve = low if reserve is None else min(reserve, low)
    if falsely:
        problems.append(f"{falsely} minutes show a reserve that does not hold")

    day = None
    for start in range(int(options.from_day) * 1440, len(totals) - 1439, 1440):
        seen = sorted(hundredths(t) for t in totals[start:start + 1440] if t is not None)
        if len(seen) >= 720:
            value = rank_value(seen)
            day = value if day is None else min(day, value)
    six = lowest_p95(list(means(totals, 360)), 28, int(options.from_day) * 4)
    daily = lowest_p95(list(means(totals, 1440)), 7, int(options.from_day))
    used = [o for o in own[later:] if o is not None]
    cost = sum(used) / len(used)

    def show(value):
        return "-" if value is None else f"{value / 100:.2f}"

    print(f"{options.name}: 1 min {show(lowest['p95_1m'])}, 5 min {show(lowest['p95_5m'])}, 1 h {show(lowest['p95_1h'])}, "
          f"UTC day {show(day)}, 6-h means {show(six)}, daily means {show(daily)}; reserve {reserve} h; own CPU {cost:.2f} %; "
          f"largest difference {differ:.2f}")
    if options.every_grid:
        for name, value in [*lowest.items(), ("UTC day", day)]:
            if value is None or value < THRESHOLD:
                problems.append(f"{name} falls to {show(value)}")
    if options.min_reserve is not None and reserve < options.min_reserve:
        problems.append(f"the reserve falls to {reserve} h")
    if options.min_margin is not None:
        for name in ("p95_1m", "p95_1h"):
            if lowest[name] - THRESHOLD < 100 * options.min_margin:
                problems.append(f"{name} falls to {show(lowest[name])}")
    if options.max_own is not None and cost > options.max_own:
        problems.append(f"own CPU is {cost:.2f} %")
    for problem in problems[:10]:
        print(f"  FAILED {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
