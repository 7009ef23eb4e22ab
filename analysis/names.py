"""Which named places and projects the texts hold, read off the texts themselves."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

import jieba

from analysis.grievances import GRIEVANCES
from analysis.place_words import COMMON, ENDINGS, FRAME, INSTITUTIONS, ROVING, Kind
from analysis.spotting import Spotter

GAP = "|"
_SIZES = range(3, 13)  # characters of a name
_LONGEST_ENDING = max(map(len, ENDINGS))
_KNOWN = 20  # a name as frequent as this in the dictionary is a word: 高速公路
_EVERYDAY = 300  # a word as frequent as this in the dictionary tells no institution from another

_CODE = re.compile(r"[a-z]\d*[市区县]+")  # what anonymised letters write for a city, a county
_MASK = "西地省"  # and for a province, in the middle of names too
_INSIDE = re.compile(r"[\s·•・.\"'“”‘’《》〈〉「」\-—_~*#]+")  # written in a name or left out
_NUMERALS = str.maketrans("壹贰叁肆", "一二三四")
_OUTSIDE = re.compile(r"[^\w|]+")
_MEASURE = re.compile(
    r"^\d+[年月天日万米元分点人户平栋楼期号个多层岁%]|\d年|\d个月|^[一二三四五六七八九十]个"
)
_PART = re.compile(r"(?:[一二三四五六七八九十\d]+[期栋区号]|小区|楼盘|项目)+$")


@cache
def _words() -> jieba.Tokenizer:
    """The dictionary that comes with jieba, with our own words in it; read at first use.

    Read here and not by `initialize`, which trusts a cache file that anybody may put into /tmp.
    """
    words = jieba.Tokenizer()
    words.FREQ, words.total = words.gen_pfdict(words.get_dict_file())
    words.initialized = True
    for word in sorted(COMMON | FRAME | ENDINGS.keys() | GRIEVANCES.keys()):
        words.add_word(word, max(1, words.FREQ.get(word) or 0, words.suggest_freq(word)))
    return words


def plain(text: str) -> str:
    """Fold width, case, dots and quotes, so that a name written differently is one; GAP elsewhere."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    joined = _INSIDE.sub("", folded).replace(_MASK, "").translate(_NUMERALS)
    return _OUTSIDE.sub(GAP, _CODE.sub(GAP, joined))


@lru_cache(maxsize=100_000)
def kind_of(name: str) -> Kind:
    """How closely a name ties, by its ending."""
    core = whole(name)
    for size in range(min(_LONGEST_ENDING, len(core) - 1), 0, -1):
        if core[-size:] in ENDINGS:
            return ENDINGS[core[-size:]]
    return Kind.SITE if core != name else Kind.PHRASE


def whole(name: str) -> str:
    """The name without the phase, building or 小区 behind it."""
    core = _PART.sub("", name)
    return core if len(core) >= _SIZES.start else name


def stays(name: str) -> bool:
    """Whether the name belongs to one spot: a company or a platform may be complained of anywhere."""
    return not name.endswith(tuple(ROVING))


def found(
    titles: Sequence[str], texts: Sequence[str], *, but: frozenset[str]
) -> dict[str, list[int]]:
    """The names that occur, each with the texts it occurs in.

    All went through `plain`. Names are read off the titles and looked for everywhere; a name that a
    longer one explains wholly is left out, and so are the townships in `but`.
    """
    spotter = Spotter(_candidates(titles) - but)
    holders: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for name in sorted({name for _, name in spotter.spots(text)}):
            holders[name].append(number)
    spelt = _spelt_alike(holders)
    explained = {
        part
        for name, held in spelt.items()
        for part in _parts(name)
        if len(spelt.get(part, ())) == len(held)
    }
    return {name: held for name, held in spelt.items() if name not in explained}


def _spelt_alike(holders: dict[str, list[int]]) -> dict[str, list[int]]:
    """Names of the same characters in another order are one, as people mistype them."""
    same: dict[str, list[str]] = defaultdict(list)
    for name in holders:
        same["".join(sorted(name))].append(name)
    spelt = {}
    for names in same.values():
        usual = min(names, key=lambda name: (-len(holders[name]), name))
        spelt[usual] = sorted({number for name in names for number in holders[name]})
    return spelt


def _parts(name: str) -> Iterator[str]:
    for size in range(_SIZES.start, len(name)):
        for start in range(len(name) - size + 1):
            yield name[start : start + size]


def words_of(title: str) -> set[str]:
    """The words of a title that went through `plain`, without what is written around everything."""
    cut = (word for part in title.split(GAP) for word in _words().cut(part, HMM=False))
    return {word for word in cut if len(word) > 1 and word not in FRAME}


def _candidates(titles: Sequence[str]) -> set[str]:
    """What two titles call alike, and the fullest name of each title.

    What mostly stands behind other words of a name is only their tail.
    """
    seen: Counter[str] = Counter()
    begun: Counter[str] = Counter()
    fullest: set[str] = set()
    for title in titles:
        found = dict(_names(title))
        found |= {whole(name): begins for name, begins in found.items()}
        seen.update(found.keys())
        begun.update(name for name, begins in found.items() if begins)
        for longest in sorted(found, key=lambda name: (found[name], len(name), name))[-1:]:
            fullest |= {longest, whole(longest)}
    several = {name for name, times in seen.items() if times > 1} | fullest
    return {name for name in several if begun[name] * 4 >= seen[name]}


def _names(title: str) -> Iterator[tuple[str, bool]]:
    """What may be a name in a title, and whether it begins there or only goes on."""
    for stretch in title.split(GAP):
        words = list(_words().cut(stretch, HMM=False))
        for start in range(len(words)):
            before = words[start - 1] if start else ""
            begins = not start or _outside(before) or before in ENDINGS
            for end in range(start + 1, len(words) + 1):
                name = "".join(words[start:end])
                if len(name) >= _SIZES.stop or _outside(words[end - 1]):
                    break
                if len(name) in _SIZES and _tells(words[start:end], name, ahead=not start):
                    yield name, begins


def _outside(word: str) -> bool:
    return word in FRAME or (word in GRIEVANCES and word not in ENDINGS)


def _tells(words: Sequence[str], name: str, *, ahead: bool) -> bool:
    """Whether these words name something: a place's ending after a stem, or unusual characters."""
    own = [word for word in words if word not in COMMON and word not in ENDINGS]
    if not own or (words[0] in ENDINGS and len(words[0]) > 1) or _MEASURE.search(name):
        return False
    if name.isdigit() or _words().FREQ.get(name, 0) >= _KNOWN:
        return False
    kind = kind_of(name)
    if len(words) == 1 and kind in (Kind.SITE, Kind.PHRASE):
        return False
    if kind is Kind.PHRASE:
        return _unusual(words) or (
            ahead and len(words) > 1 and len(name) > 3 and not all(map(_everyday, words))
        )
    if words[-1] in INSTITUTIONS and all(_everyday(word) for word in own):
        return False
    stem = "".join(own)
    return len(stem) > 1 or (stem.isdigit() and kind is Kind.STREET) or _sided(words, stem)


def _unusual(words: Sequence[str]) -> bool:
    odd = [word not in COMMON and (len(word) == 1 or word.isdigit()) for word in words]
    return any(a and b for a, b in pairwise(odd))


def _sided(words: Sequence[str], stem: str) -> bool:
    """东成大厦, 北苑小区: a direction or the like and one character of its own."""
    return len("".join(words[:-1])) > len(stem)


def _everyday(word: str) -> bool:
    return word in COMMON or (len(word) > 1 and _words().FREQ.get(word, 0) >= _EVERYDAY)
