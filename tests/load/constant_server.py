"""The same server with constant data: from SIGUSR1 to SIGUSR2 every read of a page answers what it
answered before, and the store is left alone; everything is drawn as ever."""

import importlib
import inspect
import pkgutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import db.queries
import settings

_frozen = False


def _told(word: int, _frame: object) -> None:
    global _frozen
    _frozen = word == signal.SIGUSR1


def _constant(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Return `answer`, which says what it said last while frozen."""
    last: list[Any] = []

    def asked(*args: Any, **kwargs: Any) -> Any:
        if not (_frozen and last):
            last[:] = [answer(*args, **kwargs)]
        return last[0]

    return asked


def _constant_query(query: Callable[..., Any]) -> Callable[..., Any]:
    """Return the query, which without a session says what it said to the same question, or last."""
    said: dict[Any, Any] = {}

    def asked(session: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            question = hash((args, tuple(kwargs.items())))
        except TypeError:
            question = None
        if session is None:
            return said[question] if question in said else said[_LAST]
        answer = query(session, *args, **kwargs)
        if not _frozen:
            said[question] = said[_LAST] = answer
        return answer

    return asked


_LAST = object()


def _patch_queries() -> None:
    """Make every query constant, before any screen takes one by its name."""
    for found in pkgutil.iter_modules(db.queries.__path__, "db.queries."):
        module = importlib.import_module(found.name)
        for name, query in inspect.getmembers(module, inspect.isfunction):
            own = query.__module__ == module.__name__ and not name.startswith("_")
            if own and next(iter(inspect.signature(query).parameters), "") == "session":
                setattr(module, name, _constant_query(query))


def _patch_screens() -> None:
    """Make what screens ask of the store and of the sign-in constant."""
    import streamlit as st

    from ui import options, signin, store

    kept, reading = store.kept, store.reading

    def constant_kept(name: str, key: object, read: Callable[[Any], Any]) -> Any:
        if not _frozen:
            return kept(name, key, read)
        last = st.session_state.get(f"_kept_{name}")
        return read(None) if last is None else last[1]

    @contextmanager
    def no_session() -> Iterator[None]:
        yield None

    store.kept = constant_kept
    store.reading = lambda: no_session() if _frozen else reading()  # type: ignore[assignment,return-value]
    signin.actor = _constant(signin.actor)  # the browser's sign-in, and every screen's
    options.options = _constant(options.options)


def main() -> None:
    """Patch what pages read, and serve."""
    for word in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(word, _told)
    _patch_queries()
    _patch_screens()

    import app  # served as it is, after the patches

    config = settings.current()
    app.app.run(config={"server.address": config.host, "server.port": config.port})


if __name__ == "__main__":
    main()
