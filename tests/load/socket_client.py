"""A browser without a screen: opens a page over the real socket, and measures its reruns."""

import time
import uuid
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

_SECONDS = 300
_COOKIE = "workbench"
_FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True, slots=True)
class Rerun:
    """One run of the page: how long until the server said it was finished, and what it sent."""

    seconds: float
    messages: int
    bytes: int


class Browser:
    """One tab: the widgets it has been sent, their values, and the messages it keeps."""

    def __init__(self, port: int, token: str, page: str, query: str = "") -> None:
        self._port, self._page, self._query = port, page, query
        self._ids: dict[str, str] = {}
        self._values: dict[str, dict[str, Any]] = {}
        self._kept: list[str] = []
        self._page_hash, self._session = "", ""
        self._beat: tuple[str, float] = ("", 0.0)
        self.texts: list[str] = []
        origin = f"http://127.0.0.1:{port}"
        self._cookies = f"{_COOKIE}={token}"
        self._xsrf = self._xsrf_token()
        self._cookies += f"; _streamlit_xsrf={self._xsrf}"
        self._socket = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            origin=Origin(origin),
            subprotocols=[Subprotocol("streamlit"), Subprotocol(self._xsrf)],
            additional_headers={"Cookie": self._cookies},
            max_size=None,
            compression=None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def put(self, key: str, kind: str, value: Any) -> None:
        """Set the widget whose key is `key`; `kind` is the field of WidgetState, as string_value."""
        self._values[key] = {kind: value}

    def beat(self) -> Rerun:
        """Wait as long as the page's own clock does, and run the part that it runs."""
        part, seconds = self._beat
        time.sleep(seconds)
        return self.rerun(part=part)

    def rerun(self, clicked: str | None = None, *, part: str = "") -> Rerun:
        """Send the page's state as it is, with one button clicked, and wait until it has run."""
        message = BackMsg()
        state = message.rerun_script
        state.fragment_id, state.is_auto_rerun = part, bool(part)
        state.query_string, state.page_script_hash = self._query, self._page_hash
        state.page_name = "" if self._page_hash else self._page
        state.cached_message_hashes.extend(self._kept)
        state.context_info.timezone, state.context_info.locale = "Asia/Shanghai", "zh-CN"
        for key, value in self._values.items():
            state.widget_states.widgets.append(WidgetState(id=self._ids[key], **value))
        if clicked is not None:
            pressed = WidgetState(id=self._ids[clicked], trigger_value=True)
            state.widget_states.widgets.append(pressed)
        begun = time.perf_counter()
        self._socket.send(message.SerializeToString())
        return self._until_finished(begun)

    def _until_finished(self, begun: float) -> Rerun:
        count = size = 0
        self.texts, kept = [], []
        while True:
            data = self._socket.recv(timeout=_SECONDS)
            message = ForwardMsg.FromString(data)
            count, size = count + 1, size + len(data)
            if message.metadata.cacheable or message.ref_hash:
                kept.append(message.ref_hash or message.hash)
            match message.WhichOneof("type"):
                case "new_session":
                    self._page_hash = message.new_session.page_script_hash
                    self._session = message.new_session.initialize.session_id
                case "navigation":
                    self._page_hash = message.navigation.page_script_hash or self._page_hash
                case "auto_rerun":
                    self._beat = message.auto_rerun.fragment_id, message.auto_rerun.interval
                case "delta":
                    self._note(message.delta.new_element)
                case "script_finished" if message.script_finished in _FINISHED:
                    self._kept = kept or self._kept
                    return Rerun(time.perf_counter() - begun, count, size)

    def _note(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind is None:
            return
        drawn = getattr(element, kind)
        if kind == "exception":
            raise RuntimeError(f"{self._page} drew an error: {drawn.message}")
        for field in ("body", "label"):
            if isinstance(text := getattr(drawn, field, None), str):
                self.texts.append(text)
        # The id of a widget with a key ends with it.
        if (identity := getattr(drawn, "id", "")) and identity.count("-") >= 2:
            self._ids[identity.split("-", 2)[2]] = identity

    def upload(self, key: str, name: str, content: bytes) -> None:
        """Send a file as the uploader does, and let the widget hold it."""
        request = BackMsg()
        request.file_urls_request.request_id = uuid.uuid4().hex
        request.file_urls_request.session_id = self._session
        request.file_urls_request.file_names.append(name)
        self._socket.send(request.SerializeToString())
        while True:
            data = self._socket.recv(timeout=_SECONDS)
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") == "file_urls_response":
                break
        urls = message.file_urls_response.file_urls[0]
        self._put(urls.upload_url, name, content)
        state = WidgetState(id="unused")
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = urls.file_id, name, len(content)
        info.file_urls.CopyFrom(urls)
        self.put(key, "file_uploader_state_value", state.file_uploader_state_value)

    def _put(self, url: str, name: str, content: bytes) -> None:
        border = uuid.uuid4().hex
        head = (
            f"--{border}\r\nContent-Disposition: form-data; "
            f'name="{name}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{border}--\r\n".encode()
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={border}",
            "Cookie": self._cookies,
            "Origin": f"http://127.0.0.1:{self._port}",
            "X-Xsrftoken": self._xsrf,
        }
        connection.request("PUT", url, body, headers)
        status = connection.getresponse().status
        connection.close()
        if status != 204:
            raise RuntimeError(f"the upload was refused: {status}")

    def _xsrf_token(self) -> str:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS)
        connection.request("GET", "/_stcore/health", headers={"Cookie": self._cookies})
        answer = connection.getresponse()
        cookies = answer.msg.get_all("Set-Cookie") or []
        connection.close()
        found = next((c for c in cookies if c.startswith("_streamlit_xsrf=")), "=")
        return found.split(";")[0].split("=", 1)[1]
