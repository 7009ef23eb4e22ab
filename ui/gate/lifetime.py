"""What the server does from its start to its end beside answering."""

import asyncio
import gc
import importlib
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError
from streamlit import get_option

import settings
from db import collector, search, tallies
from db.commands import clocks
from db.engine import StoreAway
from rules.errors import WrongKey
from ui import classes, store
from ui.gate import readiness

LOG = logging.getLogger("workbench")
_COLLECT_SECONDS = 10
_INDEX_SECONDS = 2
# Whether to learn the classes anew is asked so often; first when the server has come to rest.
_LEARN_SECONDS = 60
_BREATH_SECONDS = 0.02
# Each question to the store gives the interpreter away; beside an import, which keeps it as long
# as it may, Python's own 5 ms would make a page of twenty questions wait 100 ms.
_SWITCH_SECONDS = 0.001
# What the first screen loads otherwise, while somebody waits for it.
_WARMED = ("pandas", "pyarrow", "altair")


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Prepare the store, and keep the memory in order until the server ends.

    A store that is away stops nothing: /healthz says so, and each request tries again.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    collector.relax()
    with suppress(StoreAway, WrongKey):
        await asyncio.to_thread(readiness.ready)
    address, port = get_option("server.address"), get_option("server.port")
    LOG.info("answering at http://%s:%s", address, port)
    tasks = [asyncio.create_task(each()) for each in (_keep, _index, _learn)]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep() -> None:
    await asyncio.sleep(1)
    await asyncio.to_thread(_warm)
    while True:
        await asyncio.sleep(_COLLECT_SECONDS)
        await asyncio.to_thread(gc.collect)


async def _index() -> None:
    """Index what was imported, tell its clocks, fold the counts of all writes, piece by piece."""
    while True:
        await asyncio.sleep(_INDEX_SECONDS)
        try:
            opened = await asyncio.to_thread(readiness.ready)
            while await asyncio.to_thread(search.catch_up, opened.engine):
                await asyncio.sleep(_BREATH_SECONDS)
            while await asyncio.to_thread(clocks.catch_up, opened, today=store.today()):
                await asyncio.sleep(_BREATH_SECONDS)
            while await asyncio.to_thread(tallies.catch_up, opened):
                await asyncio.sleep(_BREATH_SECONDS)
        except (StoreAway, WrongKey, SQLAlchemyError) as error:
            # Cases are found and counted without it, only slower; the next round tries again.
            LOG.warning("the search index, the clocks and the counts wait: %s", error)


async def _learn() -> None:
    """Learn the likely classes once a day or after a large import, on a thread of its own."""
    while True:
        await asyncio.sleep(_LEARN_SECONDS)
        try:
            opened = await asyncio.to_thread(readiness.ready)
            begun = time.monotonic()
            if await asyncio.to_thread(
                classes.catch_up, opened, today=store.today(), now=store.now()
            ):
                LOG.info("the likely classes were learnt in %.1f s", time.monotonic() - begun)
        except (StoreAway, WrongKey, SQLAlchemyError) as error:
            LOG.warning("learning the likely classes waits: %s", error)


def _warm() -> None:
    """Load the heavy libraries, and take what is loaded once and for all out of every collection."""
    begun = time.monotonic()
    through = ("ui.gate.external",) if settings.current().has_provider else ()
    for name in _WARMED + through:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    LOG.debug("warm after %.1f s", time.monotonic() - begun)
