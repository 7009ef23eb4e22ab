"""The server: Streamlit around frame.py behind our own gate (ui/gate/)."""

import logging
import os
import sys

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

import settings
from ui.gate import lifetime, middleware, notices, routes

logging.basicConfig(
    level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
)
# The gate itself reads what a proxy forwards, and only from TRUSTED_PROXIES; the server
# would believe every process on this machine.
os.environ["FORWARDED_ALLOW_IPS"] = ""
# Seeing a folder pages/, Streamlit would make menu entries of its own in the first run of all
# and call every address but "/" unknown.
PagesManager.uses_pages_directory = False

try:
    config = settings.current()
except settings.SettingsError as error:
    sys.exit(f"无法启动：{error}")

app = st.App(
    settings.ROOT / "frame.py",
    routes=routes.routes(),
    middleware=[
        Middleware(middleware.Headed),
        Middleware(middleware.Wall),
        Middleware(middleware.Shell),
    ],
    lifespan=lifetime.lifespan,
    on_script_error=notices.show,
)

if __name__ == "__main__":
    app.run(
        config={
            "server.address": config.host,
            "server.port": config.port,
            "server.maxUploadSize": config.upload_mb,
        }
    )
