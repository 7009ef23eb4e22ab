"""Personal numbers in what a ledger says: ids never come in, other numbers come in with a word."""

from collections.abc import Mapping
from typing import Any

from rules.ledger_rows import first_sentence
from rules.masking import Finding, describe, sweep

# Read where they belong, and refused there when they hold an id (rules/people.py).
_OF_A_PERSON = frozenset(["petitioner", "phone", "address"])
_WARNED = ("title", "content")


def swept(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values with every id masked, and for each field what is to be said of it.

    《个人信息保护法》§6: an id number is never needed and never stored; a phone number in the
    text may be, so it is named and left for a person to judge.
    """
    clean, told = dict(values), {}
    for name, value in values.items():
        if not isinstance(value, str) or name in _OF_A_PERSON:
            continue
        findings = sweep(value)
        ids = [finding for finding in findings if _is_id(finding)]
        said = findings if name in _WARNED else ids
        if ids:
            clean[name] = _without(value, ids)
        if said:
            end = "身份证号打码后导入" if len(ids) == len(said) else "照原样导入"
            if ids and len(ids) < len(said):
                end = "身份证号打码后导入，其余照原样导入"
            told[name] = f"发现 {describe(said, value)}，{end}"
    content = str(values.get("content") or "")
    if content != (clean.get("content") or "") and values.get("title") == first_sentence(content):
        # Cut off at sixty characters, an id is no longer known for one.
        clean["title"] = first_sentence(clean["content"])
    return clean, told


def _is_id(finding: Finding) -> bool:
    return "身份证" in finding.kind


def _without(text: str, findings: list[Finding]) -> str:
    for finding in reversed(findings):
        text = text[: finding.start] + finding.masked + text[finding.end :]
    return text
