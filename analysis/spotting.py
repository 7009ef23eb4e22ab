"""Listed words found in a text, in one pass over it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator


class Spotter:
    """Finds every listed word wherever it stands, overlapping ones as well."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        sizes: dict[str, set[int]] = defaultdict(set)
        for word in self._words:
            sizes[word[:2]].add(len(word))
        self._sizes = {head: tuple(sorted(found)) for head, found in sizes.items()}

    def spots(self, text: str) -> Iterator[tuple[int, str]]:
        """Each place a word begins at, with the word."""
        for start in range(len(text)):
            for size in self._sizes.get(text[start : start + 2], ()):
                word = text[start : start + size]
                if word in self._words:
                    yield start, word
