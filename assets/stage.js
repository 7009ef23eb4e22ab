// The stage: scaled to the window, driven by keys, and aware of being cut off. Keys press the
// buttons at its foot, so that the server alone knows which slide comes next.
"use strict";

const STAGE_WIDTH = 1920;
const STAGE_HEIGHT = 1080;
// The server draws the stage every second and a half; so long without it is a lost connection.
const STAGE_LOST_AFTER = 7000;
const STAGE_KEYS = {
  ArrowRight: "on",
  ArrowDown: "on",
  PageDown: "on",
  " ": "on",
  ArrowLeft: "back",
  ArrowUp: "back",
  PageUp: "back",
  Home: "first",
  End: "last",
  Escape: "leave",
};

function scaleStage() {
  const width = document.documentElement.clientWidth;
  const height = window.innerHeight;
  const scale = Math.min(width / STAGE_WIDTH, height / STAGE_HEIGHT);
  const set = (name, value) => document.documentElement.style.setProperty(name, value);
  set("--stage-scale", scale);
  set("--stage-left", `${(width - STAGE_WIDTH * scale) / 2}px`);
  set("--stage-top", `${(height - STAGE_HEIGHT * scale) / 2}px`);
}

let stageBeat = "";
let stageSeen = performance.now();

function watchStage() {
  const told = document.querySelector(".st-key-stage .stage-lost");
  const beat = told ? told.dataset.beat : "";
  const app = document.querySelector('[data-testid="stApp"]');
  const state = app ? app.getAttribute("data-test-connection-state") : "";
  const now = performance.now();
  if (!told || (beat !== stageBeat && state === "CONNECTED")) stageSeen = now;
  stageBeat = beat;
  const lost = told !== null && now - stageSeen > STAGE_LOST_AFTER;
  document.documentElement.classList.toggle("stage-is-lost", lost);
}

document.addEventListener(
  "keydown",
  (event) => {
    const name = STAGE_KEYS[event.key];
    if (!name || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const stage = document.querySelector(".st-key-stage");
    if (!stage) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // What is pressed while nobody hears it would all be done at once afterwards.
    if (document.documentElement.classList.contains("stage-is-lost")) return;
    const button = stage.querySelector(`.st-key-stage_${name} button`);
    if (button) button.click();
  },
  true,
);

window.addEventListener("resize", scaleStage);
scaleStage();
setInterval(watchStage, 500);
