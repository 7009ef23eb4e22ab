"""The same server with constant data: every query of a page answers what it answered last
before SIGUSR1, and the store is left alone; everything is drawn as ever."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import settings
from db.queries import attention, board, case_file, cases, desk, health
from db.queries import office as office_queries
from ui import options, signin, store

_frozen = False


def _freeze(_signal: int, _frame: object) -> None:
    global _frozen
    _frozen = True


def _kept(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Return `answer`, which once frozen says what it said last."""
    last: list[Any] = []

    def constant(*args: Any, **kwargs: Any) -> Any:
        if not (_frozen and last):
            last[:] = [answer(*args, **kwargs)]
        return last[0]

    return constant


def _kept_query(query: Callable[..., Any]) -> Callable[..., Any]:
    """Return the query with a session of its own, since the pages are given none."""

    def asked(*args: Any, **kwargs: Any) -> Any:
        with _reading() as session:
            return query(session, *args, **kwargs)

    kept = _kept(asked)
    # /healthz asks with a session of its own, and nobody is signed in to it.
    return lambda given, *args, **kwargs: (
        kept(*args, **kwargs) if given is None else query(given, *args, **kwargs)
    )


_reading = store.reading


@contextmanager
def _no_session() -> Iterator[None]:
    yield None


def main() -> None:
    """Patch what the measured pages read, and serve."""
    signal.signal(signal.SIGUSR1, _freeze)
    signin.actor = _kept(signin.actor)  # the browser's sign-in, and every screen's
    options.options = _kept(options.options)
    for module, names in (
        (cases, ("counts", "listing", "register_page")),
        (case_file, ("opened",)),
        (attention, ("attention",)),
        (board, ("board", "hotspot_names")),
        (desk, ("views",)),
        (health, ("store_version",)),
        (office_queries, ("parameter",)),
    ):
        for name in names:
            setattr(module, name, _kept_query(getattr(module, name)))
    store.reading = _no_session  # type: ignore[assignment]

    import app  # served as it is, after the patches

    config = settings.current()
    app.app.run(config={"server.address": config.host, "server.port": config.port})


if __name__ == "__main__":
    main()
