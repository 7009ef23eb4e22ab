"""The fences: what may import what, and what may stand nowhere."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAY_IMPORT = {
    "rules": {"rules"},
    "analysis": {"analysis", "rules"},
    "db": {"db", "rules", "settings"},
    "documents": {"documents", "rules", "ui.charts"},
    "ui": {"ui", "db", "rules", "analysis", "documents", "settings"},
    "pages": {"ui", "db", "rules", "documents"},
    # Of ui only what a screen and a command say alike, which knows no Streamlit.
    "console": {"console", "db", "rules", "documents", "settings", "tests.load"}
    | {"ui.register_file", "ui.case_import_tables"},
}
LAYERS = {*MAY_IMPORT, "settings", "app", "frame", "manage", "tests"}
# Beside our own layers: what a folder may take from outside, where that is fenced.
FORBIDDEN = {
    "rules": {"streamlit", "sqlalchemy", "pandas", "altair", "pyarrow", "openpyxl", "rapidfuzz"}
    | {"ortools", "sklearn", "numpy"},
    "analysis": {"streamlit", "sqlalchemy", "pandas", "altair", "pyarrow", "openpyxl"},
    "db": {"streamlit"},
    "documents": {"streamlit", "sqlalchemy", "pandas"},
    "ui/charts": {"streamlit"},
    "pages": {"sqlalchemy", "pandas", "altair"},
    "console": {"streamlit", "pandas", "altair"},
}
SOURCES = [
    path
    for folder in (
        "rules",
        "analysis",
        "db",
        "documents",
        "ui",
        "pages",
        "console",
        "assets",
        ".streamlit",
    )
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".toml", ".html", ".css", ".js", ".mako"}
] + [ROOT / name for name in ("app.py", "frame.py", "manage.py", "settings.py", "Makefile")]
# Names, not addresses: they are never fetched.
NAMESPACES = (
    "http://www.w3.org/",
    "http://schemas.openxmlformats.org/",
    "http://127.0.0.1",
    "http://localhost",
)


def modules(folder: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_go_one_way(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path, tree in modules(folder)
        for line, name in imports(tree)
        if name.split(".")[0] in LAYERS
        and not any(
            name == allowed or name.startswith(f"{allowed}.") for allowed in MAY_IMPORT[folder]
        )
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_layer_keeps_to_its_tools(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path, tree in modules(folder)
        for line, name in imports(tree)
        if name.split(".")[0] in FORBIDDEN[folder]
    ]
    assert not wrong, "\n".join(wrong)


def test_what_a_command_takes_from_the_screens_knows_no_streamlit() -> None:
    taken = [name for name in MAY_IMPORT["console"] if name.startswith("ui.")]
    code = f"import sys, {', '.join(taken)}; print([m for m in sys.modules if 'streamlit' in m])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert len(taken) == 2
    assert run.stdout.strip() == "[]"


def test_no_script_lies_directly_in_pages() -> None:
    """Streamlit would serve it by its URL without running frame.py, past the sign-in."""
    assert not list((ROOT / "pages").glob("*.py"))


def test_every_screen_of_the_matrix_is_a_script_and_none_besides() -> None:
    from rules.permissions import SCREENS

    scripts = {str(p.relative_to(ROOT / "pages"))[:-3] for p in (ROOT / "pages").rglob("*.py")}
    assert scripts == set(SCREENS)


def test_no_screen_stops_the_script() -> None:
    """A form opened again after a stopped run would show nothing of what it was filled with."""
    wrong = [str(path) for path in SOURCES if "st.stop(" in path.read_text(encoding="utf-8")]
    assert not wrong


def test_no_html_of_ours_is_let_through_unescaped() -> None:
    wrong = [
        str(path) for path in SOURCES if "unsafe_allow_html" in path.read_text(encoding="utf-8")
    ]
    assert not wrong


def test_no_address_of_another_host_stands_anywhere() -> None:
    wrong = []
    for path in SOURCES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for address in re.findall(r"(?:https?|wss?)://[^\s\"')]+", line):
                if not address.startswith(NAMESPACES) and not re.match(r"\w+://[{%]", address):
                    wrong.append(f"{path.relative_to(ROOT)}:{number} {address}")
    assert not wrong, "\n".join(wrong)


def test_only_settings_reads_the_environment() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}"
        for folder in MAY_IMPORT
        for path, _ in modules(folder)
        if "os.environ" in path.read_text(encoding="utf-8")
        or "getenv" in path.read_text(encoding="utf-8")
    ]
    assert not wrong


def test_every_setting_stands_in_the_operations_manual() -> None:
    from dataclasses import fields

    from settings import Settings

    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = [f.name.upper() for f in fields(Settings) if f"`{f.name.upper()}`" not in manual]
    assert not missing


def test_direct_dependencies_are_pinned_exactly() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            assert line.startswith(("-r ", "#")) or "==" in line or not line, line


def test_public_functions_say_what_their_signature_cannot() -> None:
    wrong = []
    for folder in MAY_IMPORT:
        for path, tree in modules(folder):
            if "migrations" in path.parts:
                continue
            nodes = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
            nested = {
                inner
                for n in nodes
                if isinstance(n, ast.FunctionDef)
                for inner in ast.walk(n)
                if inner is not n and isinstance(inner, ast.FunctionDef)
            }
            wrong += [
                f"{path.relative_to(ROOT)}:{n.lineno} {n.name}"
                for n in nodes
                if not n.name.startswith("_")
                and n not in nested
                and not ast.get_docstring(n)
                and n.name not in {"process_bind_param", "process_result_value", "process_request"}
            ]
    assert not wrong, "\n".join(wrong)
