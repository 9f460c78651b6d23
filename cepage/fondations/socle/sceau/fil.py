"""Calling the signing library in a thread of its own.

It starts an event loop for each call, which is refused on a thread where one already runs (an ASGI server, a browser
driven by a test). A new thread has none.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def dans_un_fil(fonction: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """The result of `fonction`, called in a new thread; what it raises is raised here."""
    with ThreadPoolExecutor(max_workers=1) as fil:
        return fil.submit(fonction, *args, **options).result()
