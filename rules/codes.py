"""内容分类: three levels of labels, and what a label may be."""

from rules.errors import Problem

LEVELS = ("一级分类", "二级分类", "三级分类")
LABEL_MAX = 60
SEPARATOR = "/"


def label_problems(label: str, *, field: str = "label") -> list[Problem]:
    """List what is wrong with a label; a slash would be read as the next level."""
    if not label:
        return [Problem(field, "请填写分类名称")]
    if len(label) > LABEL_MAX:
        return [Problem(field, f"分类名称最多 {LABEL_MAX} 个字，现在是 {len(label)} 个字")]
    if any(sign in label for sign in "/\t\n\r"):
        return [Problem(field, f"分类名称“{label}”不能含有斜杠或换行")]
    return []


def level_problems(parent_level: int) -> list[Problem]:
    """List what is wrong with a class below one of `parent_level` (0 is the top)."""
    if parent_level >= len(LEVELS):
        return [Problem("parent_id", f"内容分类只有{len(LEVELS)}级，三级分类之下不能再分")]
    return []
