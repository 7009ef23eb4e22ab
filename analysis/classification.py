"""Which class a matter likely has, from the matters the office has classified.

Characters and pairs of them, weighted by TF-IDF, under a linear (ridge) model: no word list to keep,
and the same result at every training. Nothing is kept on disk: a model is trained from the store in
seconds, and knows what the store knew then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold

NEWEST = 10_000  # matters learnt from, unless the caller says otherwise
FEWEST = 30  # matters without which none is learnt from
_READ = 500  # characters of a text: what it is about stands at its beginning
_TERMS = 20_000
_FOLDS = 5
_PIECE = 500  # texts asked about at once
_ENOUGH = 2_000  # matters held out show how sure a model may be
_FLOOR = 0.05  # what is left to a class of which a text says nothing
_POWERS = np.geomspace(0.5, 8, 40)
# What names alone are given for a power, with no matter to measure it by: on real messages they are
# right in 77 of 100 by the title and 83 by the whole text, and say 65 and 71.
_BY_NAMES = 2.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Classified:
    """A matter whose class a person has chosen."""

    title: str
    content: str
    code_id: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class a matter may have: of ten first suggestions at 0.7 about seven are right."""

    code_id: int
    probability: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """What was learnt, or the `reason` why nothing was. Suggesting changes nothing in it."""

    reason: str = ""
    _model: "_Model | None" = field(default=None, repr=False)

    def suggest(self, title: str, content: str = "", *, n: int = 3) -> tuple[Suggestion, ...]:
        """List the `n` likeliest classes, the likeliest first; none for a text that says nothing.

        A title alone will do. The probabilities of all classes, not of these `n`, make 1.
        """
        if self._model is None:
            return ()
        chances = self._model.chances(title, content)
        if chances is None:
            return ()
        likeliest = np.argsort(-chances, kind="stable")[:n]
        return tuple(Suggestion(self._model.code_ids[i], float(chances[i])) for i in likeliest)

    def likeliest(self, texts: Sequence[tuple[str, str]]) -> list[Suggestion | None]:
        """Suggest one class for each title and content, all at once; None where nothing is said."""
        if self._model is None:
            return [None] * len(texts)
        return list(self._model.first(texts))


def train(
    matters: Iterable[Classified],
    *,
    names: Mapping[int, Iterable[str]] | None = None,
    newest: int = NEWEST,
) -> Classifier:
    """Learn from the first `newest` of `matters`, which come newest first.

    `names` holds, by class, its own name and those of the classes below it. They are learnt as
    well, which lets a class be suggested that has no matter yet; while the matters are fewer than
    FEWEST, or all of one class, the names carry the model by themselves.
    A text that came more than once is learnt once, as it was classified last.
    """
    known = list(_distinct(islice(matters, newest)))
    named = [
        Classified(name, "", code_id)
        for code_id, of_class in (names or {}).items()
        for name in of_class
    ]
    told = len({one.code_id for one in named}) > 1 and len(named) >= FEWEST
    if told and (len(known) < FEWEST or len({matter.code_id for matter in known}) < 2):
        return Classifier(_model=_learn([], [*known, *named]))
    if len(known) < FEWEST:
        return Classifier(f"已分类的案件只有 {len(known)} 件，满 {FEWEST} 件后才给出分类建议")
    if len({matter.code_id for matter in known}) < 2:
        return Classifier("已分类的案件都属同一类，有两类以上才给出分类建议")
    return Classifier(_model=_learn(known, named))


def _distinct(matters: Iterable[Classified]) -> Iterator[Classified]:
    seen = set()
    for matter in matters:
        # The longer one tells: many titles stand over one letter, or over “见附件”.
        text = max(_plain(matter.title), _plain(matter.content), key=len)
        if text and text not in seen:
            seen.add(text)
            yield matter


def _plain(text: str) -> str:
    return "".join(text.split())[:_READ]


@dataclass(frozen=True, slots=True)
class _Line:
    """A score of each class that is near 1 where a text has it and near 0 where it has not."""

    weights: Floats  # by term and class
    start: Floats

    def scores(self, texts: csr_matrix) -> Floats:
        """Give a row of scores for each text; they may lie below 0 and above 1."""
        return texts @ self.weights + self.start


@dataclass(frozen=True, slots=True)
class _Model:
    terms: TfidfVectorizer
    line: _Line
    power: float
    code_ids: tuple[int, ...]

    def chances(self, title: str, content: str) -> Floats | None:
        """Give each class its chance, or None where no character of the text is known."""
        parts = self.terms.transform([_plain(title), _plain(content)])
        if not parts.nnz:
            return None
        return _chances(self.line.scores(parts[:1] + parts[1:]), self.power)[0]

    def first(self, texts: Sequence[tuple[str, str]]) -> Iterator[Suggestion | None]:
        """Give the likeliest class of each, a piece of them at a time."""
        for start in range(0, len(texts), _PIECE):
            piece = texts[start : start + _PIECE]
            parts = self.terms.transform(
                [_plain(t) for t, _ in piece] + [_plain(c) for _, c in piece]
            )
            whole = parts[: len(piece)] + parts[len(piece) :]
            chances = _chances(self.line.scores(whole), self.power)
            for row, of_text in enumerate(chances):
                best = int(np.argmax(of_text))
                said = whole[row].nnz
                yield Suggestion(self.code_ids[best], float(of_text[best])) if said else None


def _learn(matters: Sequence[Classified], named: Sequence[Classified]) -> _Model:
    learnt = [*matters, *named]
    terms = TfidfVectorizer(
        analyzer="char",
        ngram_range=(1, 2),
        sublinear_tf=True,
        max_features=_TERMS,
        dtype=np.float32,
    )
    parts = terms.fit_transform(
        [_plain(m.title) for m in learnt] + [_plain(m.content) for m in learnt]
    )
    # Each is as long as the other when they are added: a title counts as much as all the rest.
    titles = parts[: len(learnt)]
    whole = titles + parts[len(learnt) :]
    code_ids, classes = np.unique([m.code_id for m in learnt], return_inverse=True)
    wanted = np.eye(len(code_ids), dtype=np.float32)[classes]

    power = _power(whole, titles, wanted, len(matters)) if matters else _BY_NAMES
    return _Model(terms, _fit(whole, wanted), power, tuple(code_ids.tolist()))


def _fit(texts: csr_matrix, wanted: Floats) -> _Line:
    ridge = Ridge(0.5, solver="sparse_cg", tol=3e-2).fit(texts, wanted)
    return _Line(np.ascontiguousarray(ridge.coef_.T), ridge.intercept_)


def _power(whole: csr_matrix, titles: csr_matrix, wanted: Floats, matters: int) -> float:
    """Find the power of the scores that gives chances which hold, by matters held out of learning.

    Each is asked for twice, whole and by its title alone. The rows past `matters` are names: always
    learnt, never asked for.
    """
    scores, answers = [], []
    folds = KFold(_FOLDS, shuffle=True, random_state=0).split(np.arange(matters))
    for _, held in islice(folds, ceil(_ENOUGH * _FOLDS / matters)):
        kept = np.setdiff1d(np.arange(len(wanted)), held)
        line = _fit(whole[kept], wanted[kept])
        scores += [line.scores(whole[held]), line.scores(titles[held])]
        answers += [wanted[held], wanted[held]]
    asked, right = np.vstack(scores), np.vstack(answers).astype(bool)
    loss = [-np.log(_chances(asked, power)[right]).mean() for power in _POWERS]
    return float(_POWERS[np.argmin(loss)])


def _chances(scores: Floats, power: float) -> Floats:
    """Share 1 among the classes by a power of their scores: an exponential would be too sure."""
    raised = np.maximum(scores, _FLOOR) ** power
    return raised / raised.sum(axis=1, keepdims=True)
