# Two commands: `make` installs what is missing, builds and tries the modules; `make test` passes all tests.
.PHONY: all deps build test check format fuzz

all: deps build

# Debian packages that the build needs. On macOS: Homebrew formulas, which are only named here.
DEBIAN := libsqlite3-dev libyaml-dev libsodium-dev
BREW := sqlite libyaml libsodium

deps:
	@if [ "$$(uname)" = Darwin ]; then \
	  echo "On macOS install with Homebrew: brew install $(BREW)"; \
	else \
	  missing=""; \
	  for p in $(DEBIAN); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  if [ -n "$$missing" ]; then \
	    sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    $$sudo apt-get update -qq && $$sudo apt-get install -y -qq $$missing; \
	  fi; \
	fi

build:
	swift build -c release

test: deps
	swift test

check:
	swift format lint --strict --recursive Sources Tests Package.swift
	@! grep -rnE '^ *(@[a-z]+ |public |package |internal )*import Foundation$$' Sources || \
	  { echo "Foundation must stay out of Sources"; exit 1; }

format:
	swift format --in-place --recursive Sources Tests Package.swift

# Long runs, apart from the tests. RE2 (Debian: libre2-dev) is needed for the first.
SECONDS_EACH ?= 60
SEED ?= 1
fuzz:
	cd Fuzz/Matching && swift run -c release fuzz-matching --seconds $(SECONDS_EACH) --seed $(SEED)
	cd Fuzz/JSONRPC && swift run -c release fuzz-jsonrpc --seconds $(SECONDS_EACH) --seed $(SEED)
