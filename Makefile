# Two commands: `make` installs what is missing, builds, and shows a session being attacked; `make test` passes all tests.
.PHONY: all deps build demo test check format generate bench bench-audit bench-dashboard bench-http fuzz fuzz-http crash soak sdk dist clean

all: deps build demo

# Debian packages that the build needs. On macOS: Homebrew formulas, which are only named here.
DEBIAN := libsqlite3-dev libyaml-dev libsodium-dev zlib1g-dev pkg-config
BREW := sqlite libyaml libsodium zlib pkg-config
PYTHON ?= python3

deps:
	@if [ "$$(uname)" = Darwin ]; then \
	  echo "On macOS install with Homebrew: brew install $(BREW)"; \
	else \
	  missing=""; \
	  for p in $(DEBIAN); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	  if [ -n "$$missing" ]; then \
	    sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    $$sudo apt-get update -qq && $$sudo apt-get install -y -qq -o Dpkg::Use-Pty=0 $$missing; \
	  fi; \
	fi

# Two executables, which belong beside each other. The Swift runtime inside: starts sooner and needs less memory than with
# shared libraries.
build:
	swift build -c release --product oktsec --static-swift-stdlib
	swift build -c release --product oktsec-serve --static-swift-stdlib

demo:
	@.build/release/oktsec demo

# Unit tests, then the built program from outside: transcripts and behaviour.
test: deps
	swift build --build-tests
	swift test --skip-build
	$(PYTHON) Tests/EndToEnd/run.py --binary .build/debug/oktsec --jobs 3

# The official Python SDK, both lines, against servers from PyPI: direct and relayed output must be equal. And the Swift example of docs/http.md.
sdk: deps
	swift build --product oktsec
	$(PYTHON) Tests/EndToEnd/run.py --binary .build/debug/oktsec --sdk

check:
	swift format lint --strict --recursive Sources Tests Package.swift
	$(PYTHON) Tests/Architecture/check.py
	swift build --product rulegen
	swift build --product oktsec
	.build/debug/rulegen rules .build/rules.bin
	.build/debug/rulegen --markdown rules .build/rules.md
	cmp .build/rules.bin Sources/CRuleTables/rules.bin || \
	  { echo "rules.bin is not what the rules say: run make generate"; exit 1; }
	$(PYTHON) packaging/reference.py --binary .build/debug/oktsec --markdown .build/cli.md
	cmp .build/cli.md docs/cli.md || { echo "docs/cli.md is not what the program says: run make generate"; exit 1; }
	cmp .build/rules.md docs/rules.md || { echo "docs/rules.md is not what the rules say: run make generate"; exit 1; }

format:
	swift format --in-place --recursive Sources Tests Package.swift

# The rules as tables, embedded in the binary, and as a document.
generate:
	swift run -c release rulegen rules Sources/CRuleTables/rules.bin
	swift run -c release rulegen --markdown rules docs/rules.md
	swift build --product oktsec
	$(PYTHON) packaging/reference.py --binary .build/debug/oktsec --markdown docs/cli.md

# Direct, through a plain byte relay, through oktsec: side by side. Needs socat.
bench: build
	$(PYTHON) Benchmarks/relay.py --binary .build/release/oktsec

# The audit store and signatures, beside bare SQLite and libsodium in the same run.
bench-audit:
	cd Benchmarks/Audit && swift run -c release audit-bench
	cd Benchmarks/Identity && swift run -c release identity-bench

# The message API beside a bare endpoint of the same HTTP library. Needs wrk, and Python's cryptography.
bench-http: build
	$(PYTHON) Benchmarks/messages.py --binary .build/release/oktsec

# Every page of the dashboard on a large trail: make bench-dashboard DATABASE=PATH (Benchmarks/Audit makes one with --keep).
bench-dashboard: build
	$(PYTHON) Benchmarks/dashboard.py --binary .build/release/oktsec --database $(DATABASE)

# Relays killed at random under load: what was promised must be there.
crash: build
	$(PYTHON) Tests/EndToEnd/crash.py --binary .build/release/oktsec --kills 100 --writers 8

# Everything at once, with the program replaced in the middle: records, memory, descriptors. UPGRADE: the second program.
MINUTES ?= 60
soak: build
	$(PYTHON) Tests/EndToEnd/soak.py --binary .build/release/oktsec --minutes $(MINUTES) --proxies 8 $(if $(UPGRADE),--upgrade-binary $(UPGRADE))

# What is handed out: the stripped programs, a tarball, a Debian package, the list of its parts, checksums.
dist: deps build
	$(PYTHON) packaging/package.py --binary .build/release/oktsec --output dist

# Long runs, apart from the tests. RE2 (Debian: libre2-dev) is needed for the first.
SECONDS_EACH ?= 60
SEED ?= 1
fuzz:
	cd Fuzz/Matching && swift run -c release fuzz-matching --seconds $(SECONDS_EACH) --seed $(SEED)
	cd Fuzz/JSONRPC && swift run -c release fuzz-jsonrpc --seconds $(SECONDS_EACH) --seed $(SEED)
	cd Fuzz/Clients && swift run -c release fuzz-clients --seconds $(SECONDS_EACH) --seed $(SEED)
	cd Fuzz/Configuration && swift run fuzz-configuration --seconds $(SECONDS_EACH) --seed $(SEED)

# Raw bytes at a running server.
fuzz-http: build
	$(PYTHON) Tests/EndToEnd/http_fuzz.py --binary .build/release/oktsec --seconds $(SECONDS_EACH) --seed $(SEED)

clean:
	rm -rf .build .build-* dist
