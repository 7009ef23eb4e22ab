"""The gate's own pages, drawn from templates: none needs a script."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

import settings
from ui.gate.shell import TITLE


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def draw(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Draw one of the templates."""
    text = (
        _templates()
        .get_template(f"{template}.html")
        .render(product=TITLE, office=settings.current().office_name, **values)
    )
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def notice(
    status: int, heading: str, message: str, *, href: str = "/", link: str = "返回首页"
) -> HTMLResponse:
    """Draw a page that says one thing and leads on to another."""
    return draw("notice", status=status, heading=heading, message=message, href=href, link=link)


def absent() -> HTMLResponse:
    """There is no such page."""
    return notice(404, "没有这个页面", "您打开的地址不存在，可能是地址有误或页面已经移走。")


def forbidden() -> HTMLResponse:
    """The page is not for this account."""
    return notice(
        403, "不能打开这个页面", "您的账号没有查看这个页面的权限，如有需要请联系系统管理员。"
    )


def away(error: Exception) -> HTMLResponse:
    """The store is away: say so, never show it as empty."""
    answer = notice(
        503,
        "暂时无法读取数据",
        f"{error}。您的数据没有丢失，请稍候再试；如果一直如此，请把这句话告诉系统管理员。",
        link="重试",
    )
    answer.headers["Retry-After"] = "5"
    return answer


def broken(number: str) -> HTMLResponse:
    """The program failed; the log has the trace under `number`."""
    return notice(
        500,
        "页面出错了",
        f"错误已经记录，请重试；如果一直如此，请把错误编号 {number} 告诉系统管理员。",
    )
