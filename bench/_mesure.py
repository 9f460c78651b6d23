"""What a subject took: seconds on the clock, and seconds of processor of its own process.

The second does not move with what else the machine is doing; it leaves out the database, which is another process.
"""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Duree:
    """Elapsed seconds and processor seconds (all threads)."""

    secondes: float = 0.0
    processeur: float = 0.0

    def __add__(self, autre: "Duree") -> "Duree":
        return Duree(self.secondes + autre.secondes, self.processeur + autre.processeur)

    def fois(self, facteur: float) -> "Duree":
        """The same brought to another number of lines."""
        return Duree(self.secondes * facteur, self.processeur * facteur)


class Chrono:
    """Starts when it is made."""

    def __init__(self) -> None:
        self._debut = time.perf_counter(), time.process_time()

    def duree(self) -> Duree:
        """What was spent since."""
        return Duree(time.perf_counter() - self._debut[0], time.process_time() - self._debut[1])
