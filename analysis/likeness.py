"""How alike two matters are in what they complain of, the names of places left aside."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize

from analysis.grievances import GRIEVANCES
from analysis.spotting import Spotter

LABELS = sorted(set(GRIEVANCES.values()))
SHOWN = 5  # words of a grievance that are shown
_COLUMN = {label: column for column, label in enumerate(LABELS)}
_SPOTTER = Spotter(GRIEVANCES)
_IN_TITLE, _IN_TEXT, _AT_MOST = 3.0, 1.0, 4.0  # what a word of a grievance weighs, and all together
_OF_GRIEVANCE = 0.6  # the rest is the wording
_SAME_WORDING = 0.6  # above it two texts are one letter written twice


class Likeness:
    """What a set of matters says, to be compared pair by pair."""

    def __init__(self, titles: Sequence[str], texts: Sequence[str]) -> None:
        self.weights = np.zeros((len(titles), len(LABELS)), dtype=np.float32)
        self._spotted: list[set[str]] = []
        for row, (title, text) in enumerate(zip(titles, texts, strict=True)):
            said = self._weigh(row, title, _IN_TITLE) | self._weigh(row, text, _IN_TEXT)
            self._spotted.append(said)
        np.minimum(self.weights, _AT_MOST, out=self.weights)
        rarity = np.log((1 + len(titles)) / (1 + (self.weights > 0).sum(axis=0)))
        self._grievance = normalize(self.weights * rarity.astype(np.float32))
        wording = make_pipeline(
            HashingVectorizer(
                analyzer="char",
                ngram_range=(2, 2),
                n_features=2**18,
                alternate_sign=False,
                norm=None,
            ),
            TfidfTransformer(sublinear_tf=True),
        )
        self._wording = wording.fit_transform(
            [f"{title} {title} {text}" for title, text in zip(titles, texts, strict=True)]
        )

    def _weigh(self, row: int, text: str, weight: float) -> set[str]:
        said = {word for _, word in _SPOTTER.spots(text)}
        for word in said:
            self.weights[row, _COLUMN[GRIEVANCES[word]]] += weight
        return said

    def label(self, rows: Sequence[int]) -> str:
        """The grievance most of `rows` name before all others; empty where none is named."""
        weights = self.weights[list(rows)]
        firsts = (weights == weights.max(axis=1, keepdims=True)) & (weights > 0)
        votes = firsts.sum(axis=0) + weights.sum(axis=0) / 1000
        return LABELS[int(votes.argmax())] if votes.any() else ""

    def words(self, rows: Sequence[int]) -> tuple[str, ...]:
        """The words of grievances that at least half of `rows` write, the most frequent first."""
        held = Counter(word for row in rows for word in self._spotted[row])
        most = sorted(held.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
        return tuple(word for word, times in most if times * 2 >= len(rows))[:SHOWN]

    def between(self, rows: Sequence[int], others: Sequence[int]) -> NDArray[np.float32]:
        """How alike each of `rows` is to each of `others`, from 0 to 1."""
        grievance = self._grievance[rows] @ self._grievance[others].T
        wording = self._alike_in_wording(rows, others)
        mixed = _OF_GRIEVANCE * grievance + (1 - _OF_GRIEVANCE) * np.minimum(1, 2 * wording)
        return np.where(wording > _SAME_WORDING, 1, np.clip(mixed, 0, 1))

    def _alike_in_wording(self, rows: Sequence[int], others: Sequence[int]) -> NDArray[np.float32]:
        """Cosines over the columns that these few rows use: a sparse product costs far more to set up."""
        starts = self._wording.indptr
        both = list(rows) if rows is others else [*rows, *others]
        spans = [slice(starts[row], starts[row + 1]) for row in both]
        columns, places = np.unique(
            np.concatenate([self._wording.indices[span] for span in spans]), return_inverse=True
        )
        dense = np.zeros((len(both), len(columns)), dtype=np.float32)
        lengths = [span.stop - span.start for span in spans]
        values = np.concatenate([self._wording.data[span] for span in spans])
        dense[np.repeat(np.arange(len(both)), lengths), places] = values
        return dense[: len(rows)] @ dense[-len(others) :].T
