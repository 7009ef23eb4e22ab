# run · test · check · bench · crowd · wheels, each complete on a machine with nothing but Python 3.11 or newer;
# crowd with replicas needs nginx as well, wheels the internet.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
# One more than the cores of a small machine: browser tests wait most of their time.
WORKERS ?= 3

# A folder of wheels (make wheels, on a machine with the internet) instead of the internet.
OFFLINE := $(if $(WHEELS),--no-index --find-links $(WHEELS))

VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench crowd pictures wheels browser

run: $(VENV)/.installed
	HOST=$(HOST) PORT=$(PORT) $(BIN)/python app.py

test: $(VENV)/.installed-dev browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python manage.py bench

PEOPLE ?= 120
REPLICAS ?= 1

crowd: $(VENV)/.installed-dev
	$(BIN)/python -m tests.load.crowd_work --people $(PEOPLE) --replicas $(REPLICAS)

# The manual's pictures, from a demo county.
pictures: $(VENV)/.installed-dev browser
	$(BIN)/python -m tests.browser.pictures

# All that a machine of the same kind installs from without the internet: make run WHEELS=wheels.
wheels: $(BIN)/python
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir wheels -r requirements.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新版本；可用 make PYTHON=python3.11 指定" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp is as new as the file it was installed from, so that nothing is installed twice.
$(VENV)/.installed: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(OFFLINE) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

# Browser tests need Chromium and a Chinese font; as root on Debian or Ubuntu both are installed.
browser:
	@if { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null && fc-list ':lang=zh-cn' 2>/dev/null | grep -q .; then \
	  exit 0; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    chromium fontconfig fonts-noto-cjk </dev/null >/dev/null; \
	else \
	  echo "浏览器测试需要 chromium、fontconfig 和 fonts-noto-cjk，请先安装：" >&2; \
	  echo "  sudo apt-get install chromium fontconfig fonts-noto-cjk" >&2; \
	  exit 1; \
	fi
