"""Work done side by side on the machine's cores, its results in the order of what was given."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

COTES = min(4, os.cpu_count() or 1)


def dans_l_ordre(travail: Callable[[T], R], elements: Iterable[T], cotes: int = COTES) -> Iterator[R]:
    """`travail` of each element, in order, `cotes` at a time at most: no more than that waits in memory.

    `elements` is walked by the caller's thread alone. `travail` runs in other threads: it must not touch the database.
    An error of either is raised at its place, after the results that come before.
    """
    suite = iter(elements)
    premier = next(suite, None)
    if premier is None:
        return
    second = next(suite, None)
    if second is None:
        # A day's envoi holds in one batch: no thread is worth starting for it.
        yield travail(premier)
        return
    with ThreadPoolExecutor(cotes, thread_name_prefix="cote") as fils:
        attente: deque[Future[R]] = deque((fils.submit(travail, premier), fils.submit(travail, second)))
        for element in suite:
            while len(attente) >= cotes:
                yield attente.popleft().result()
            attente.append(fils.submit(travail, element))
        while attente:
            yield attente.popleft().result()
