"""The files of cases, handed out one by one: who asks is looked up anew for each."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from db.commands import cases as commands
from rules.errors import Missing
from rules.permissions import Actor
from ui.gate import pages, readiness, visitor

_DIGITS = 18  # more than any store's ids, and no more than one can hold


async def handed_out(request: Request) -> Response:
    """Answer /files/ID with the file, and note who took it; Missing outside his scope."""
    actor, _ = await run_in_threadpool(visitor.who, visitor.token(dict(request.scope)))
    if actor is None:
        return PlainTextResponse("尚未登录，或登录已超时", status_code=401)
    number = request.path_params["file_id"]
    if not number.isdecimal() or len(number) > _DIGITS:
        return pages.absent()
    try:
        name, media_type, content = await run_in_threadpool(_taken, actor, int(number))
    except Missing as refusal:
        return pages.notice(404, "不能下载这个附件", f"{refusal}。")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


def _taken(actor: Actor, file_id: int) -> tuple[str, str, bytes]:
    with readiness.ready().writing(actor) as session:
        return commands.download(session, file_id)
