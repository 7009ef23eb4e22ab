"""Python's collector of garbage, told how this program makes objects: by the ten thousand."""

import gc

# A list of 10,000 rows being made is no garbage; Python's own 700, 10, 10 looks through all of it
# again and again, which takes a fifth of an import. What is left is found all the same, only later.
_THRESHOLD = (50_000, 20, 100)


def relax() -> None:
    """Look for garbage after 50,000 new objects; for the whole process."""
    gc.set_threshold(*_THRESHOLD)
