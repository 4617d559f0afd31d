"""What a model says about one picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from .errors import UsageError


@dataclass(frozen=True)
class Answer:
    """A probability for each class, in the order of `classes`; their sum is 1."""

    classes: Sequence[str]
    probabilities: Sequence[float]

    @property
    def best(self) -> str:
        """The most probable class; the first of several."""
        return self.classes[self._best_index]

    @property
    def certainty(self) -> float:
        """The probability of `best`, 0 to 1."""
        return self.probabilities[self._best_index]

    def top(self, count: int = 5) -> list[tuple[str, float]]:
        """The most probable classes with their probabilities, falling; fewer where there are fewer."""
        if not isinstance(count, int) or count < 1:
            raise UsageError(f"top is asked for {count!r} classes, expected a whole number from 1 on")
        order = sorted(range(len(self.classes)), key=lambda index: -self.probabilities[index])
        return [(self.classes[index], self.probabilities[index]) for index in order[:count]]

    def __getitem__(self, name: str) -> float:
        """The probability of a class by its name; KeyError where there is none of it."""
        try:
            return self.probabilities[list(self.classes).index(name)]
        except ValueError:
            raise KeyError(name) from None

    @property
    def _best_index(self) -> int:
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)
