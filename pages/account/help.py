"""帮助: the manual, a chapter at a time, with a search; `of` in the address opens a screen's chapter."""

from pathlib import Path

import streamlit as st

from ui import forms, manual

_SHOWN = 40

found = manual.chapters()
titles = [chapter.title for chapter in found]
asked = manual.of_screen(str(st.query_params.get("of", "")))
if "help_chapter" not in st.session_state:
    st.session_state["help_chapter"] = asked.title if asked else titles[0]

st.title("帮助")
beside, main = st.columns([1, 3], gap="large")
word = beside.text_input("查找", key="help_word", placeholder="例如：零报告、销号", live="400ms")
beside.radio("章节", titles, key="help_chapter")
with main:
    if word.strip():
        hits = [(c, p) for c in found for p in c.paragraphs(word.strip())]
        if not hits:
            st.info(f"手册里没有“{forms.plain(word.strip())}”，换个说法试试，或者清空查找看章节。")
        for chapter, paragraph in hits[:_SHOWN]:
            st.markdown(f"**{chapter.title}**\n\n{paragraph}")
        if len(hits) > _SHOWN:
            st.caption(f"一共 {len(hits)} 处，这里是前 {_SHOWN} 处。")
    else:
        chapter = found[titles.index(st.session_state["help_chapter"])]
        st.subheader(chapter.title)
        for part in chapter.parts():
            if isinstance(part, Path):
                st.image(part, width="stretch")
            else:
                st.markdown(part)
