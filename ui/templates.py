"""The templates of documents: taken away, edited in Word or PowerPoint, and put in again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import templates as commands
from db.queries import templates
from documents import (
    evaluation_papers,
    meeting_papers,
    roster_notice,
    situation_report,
    slide_master,
    word_template,
)
from rules.errors import Invalid, Problem
from ui import forms, store

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A document made from a template: the names it fills, and the lists with their columns.

    The master of a deck is a template that nothing is filled into.
    """

    name: str
    names: tuple[str, ...] = ()
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ending: str = "docx"

    def default(self) -> bytes:
        """Return the template that comes with the program."""
        deck = self.ending == "pptx"
        return slide_master.default() if deck else word_template.default(self.name)

    def problems(self, content: bytes) -> list[Problem]:
        """List what is wrong with an office's own template."""
        if self.ending == "pptx":
            return slide_master.problems(content)
        return word_template.problems(content, names=self.names, lists=self.lists)


# Of a situation: its report, and the master of its deck.
PAPERS = (
    Kind(situation_report.TEMPLATE, situation_report.NAMES, situation_report.LISTS),
    Kind(slide_master.NAME, ending="pptx"),
)
KINDS = (
    Kind(roster_notice.TEMPLATE, roster_notice.NAMES, roster_notice.LISTS),
    Kind("接访登记表", tuple(sorted(word_template.names_in(word_template.default("接访登记表"))))),
    *(
        Kind(paper.template, paper.names, paper.lists)
        for paper in (*evaluation_papers.ALL, meeting_papers.MINUTES, meeting_papers.PAGES)
    ),
)


def template(session: Session, name: str) -> bytes:
    """Return the template a document is made from: the office's own, else the program's."""
    return templates.content(session, name) or word_template.default(name)


def draw(kinds: Sequence[Kind] = KINDS) -> None:
    """Draw each document's template: take it away, put an edited one in, go back."""
    st.caption(
        "下载模板，用 Word 或 WPS 改格式和固定文字，双大括号里的内容由系统填写，改好再上传。"
    )
    with store.reading() as session:
        own = templates.own(session)
        contents = {
            kind.name: templates.content(session, kind.name) or kind.default() for kind in kinds
        }
    for kind in kinds:
        mine = own.get(kind.name)
        with st.container(border=True):
            said = (
                f"本单位模板：{mine.file_name}，{mine.actor} {store.local(mine.at):%Y-%m-%d %H:%M} 上传"
                if mine
                else "系统自带模板"
            )
            st.markdown(f"**{kind.name}**　{forms.plain(said)}")
            listed = [
                f"{name}.{column}" for name, columns in kind.lists.items() for column in columns
            ]
            if kind.names:
                told = "、".join(f"{{{{{name}}}}}" for name in [*kind.names, *listed])
                st.caption(f"可填：{told}")
            else:
                st.caption("宽屏（16:9）的母版。换成本单位的，页面内容不变，里面原有的页不会带出。")
            with st.container(horizontal=True, vertical_alignment="bottom"):
                st.download_button(
                    "下载模板",
                    contents[kind.name],
                    file_name=f"{kind.name}模板.{kind.ending}",
                    mime=_TYPES[kind.ending],
                    key=f"template_take-{kind.name}",
                )
                if mine is not None and st.button(
                    "改回系统自带模板", key=f"template_drop-{kind.name}"
                ):
                    _drop(kind.name)
            file = st.file_uploader(
                f"上传改好的模板（.{kind.ending}）", [kind.ending], key=f"template_file-{kind.name}"
            )
            if file is not None and st.button(
                "使用这个模板", type="primary", key=f"template_keep-{kind.name}"
            ):
                _keep(kind, file.getvalue(), file.name)


def _keep(kind: Kind, content: bytes, file_name: str) -> None:
    found = kind.problems(content)
    if found:
        forms.show_problems(Invalid(found))
        return
    forms.save(
        lambda session: commands.keep_template(
            session, kind.name, content, file_name=file_name, now=store.now()
        ),
        message="已换用本单位的模板",
    )


def _drop(name: str) -> None:
    forms.save(
        lambda session: commands.give_up_template(session, name),
        message="已改回系统自带模板",
    )
