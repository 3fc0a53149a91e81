# Seriatim's commands. On a fresh Debian 12 with Swift 6.3, git and make, `make demo` and `make test` are
# enough: what the system lacks is named and installed first. `make help` lists the targets.

# Two folders, because a debug and a release build in one folder would each undo the other's work.
DEBUG   := .build/dbg
RELEASE := .build/rel
CORE    := .build/core
VENV    := .build/venv

# The program that is shipped: release, with the Swift libraries inside.
BIN := $(CURDIR)/$(RELEASE)/release/seriatim

# An independent Modbus server to test ours against, the signatures of the second verifier of journals, the
# verdicts of a JSON Schema, with the two formats it has to check, lists of countries and currencies, the
# reference program for event hashes with what it reads JSON-LD by, a reader of barcodes, and another of GS1
# codes; its serial lines, and the pictures codes are drawn in.
PYMODBUS := 3.16.1
CRYPTOGRAPHY := 50.0.2
JSONSCHEMA := 4.26.0
PYCOUNTRY := 26.2.16
EVENTHASH := 1.9.3
ZXING := 3.1.1
PYSERIAL := 3.5
BIIP := 5.2.0
PILLOW := 13.0.0
PYTHON_PACKAGES := pymodbus==$(PYMODBUS) cryptography==$(CRYPTOGRAPHY) jsonschema==$(JSONSCHEMA) \
	rfc3339-validator==0.1.4 rfc3986-validator==0.1.1 pycountry==$(PYCOUNTRY) \
	epcis-event-hash-generator==$(EVENTHASH) PyLD==2.0.4 python-dateutil==4.0.0 \
	zxing-cpp==$(ZXING) numpy==2.4.6 pyserial==$(PYSERIAL) biip==$(BIIP) pillow==$(PILLOW)
# Its name says what was installed, so that another version installs again.
VENV_FILLED := $(VENV)/pymodbus-$(PYMODBUS)-cryptography-$(CRYPTOGRAPHY)-jsonschema-$(JSONSCHEMA)-$\
	pycountry-$(PYCOUNTRY)-eventhash-$(EVENTHASH)-zxing-$(ZXING)-$\
	pyserial-$(PYSERIAL)-biip-$(BIIP)-pillow-$(PILLOW)

# Arguments of `make demo`, for example `make demo DEMO="--gate plc --rate 800"`.
DEMO ?=

# The standards' own test data, when it lies beside this checkout; it is not ours to copy into it.
CONFORMANCE_DIR ?= $(abspath $(wildcard ../shared/conformance))
ifneq ($(CONFORMANCE_DIR),)
export CONFORMANCE_DIR
endif

# Where tests find the shipped program and the Python with pymodbus.
export SERIATIM_BIN    := $(BIN)
export SERIATIM_PYTHON := $(CURDIR)/$(VENV)/bin/python

# Imports that Package.swift does not declare are errors. It misses what is reachable by a detour; TidyTests
# does not.
CHECKED := --explicit-target-dependency-import-check error
SWIFT_TEST := swift test --scratch-path $(DEBUG) $(CHECKED) --disable-xctest --skip-build

# `make test`, in this order; it stops at the first step that fails.
TEST_STEPS := \
	packages-test \
	venv \
	lint \
	debug \
	tests \
	release \
	seeds \
	crash-states \
	verifiers \
	gs1-fuzz \
	gs1-peer \
	exports \
	hashes \
	barcodes \
	labels \
	process-tests \
	short-demo \
	bench-quick

# `make long`: hours. Fresh seeds each day; the first is printed, so that a failure can be run again.
LONG_STEPS := $(TEST_STEPS) long-seeds long-crash-states long-verifiers long-index-states \
	long-gs1-fuzz long-gs1-peer \
	thread-sanitizer address-sanitizer
LONG_FIRST_SEED ?= $(shell date +%Y%m%d)0000
LONG_SEEDS ?= 10000

.PHONY: help demo test long build core format lint debug release tests process-tests venv packages \
	packages-test seeds crash-states verifiers gs1-fuzz gs1-peer exports hashes barcodes labels short-demo bench-quick \
	long-seeds long-crash-states long-verifiers long-index-states long-gs1-fuzz long-gs1-peer \
	thread-sanitizer address-sanitizer clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo     a whole simulated line, from the first number to the closed batch'
	@echo 'make test     everything that must hold before a change is shared'
	@echo 'make long     the same with large counts, fresh seeds and the sanitizers; takes hours'
	@echo 'make build    the debug build          make core     only the rules and their tests, in seconds'
	@echo 'make release  the program as shipped'
	@echo 'make format   lays out the source      make lint     checks the layout'

demo: packages release
	@$(BIN) demo $(DEMO)

test:
	@MAKE='$(MAKE)' .ci/steps $(TEST_STEPS)

long:
	@MAKE='$(MAKE)' .ci/steps $(LONG_STEPS)

build: packages debug

# System packages and the Swift toolchain. Ends with status 69 and the one line to run if it may not install;
# make then says "Error 69" and itself exits 2, as it does for every failure.
packages:
	@.ci/prepare build

packages-test:
	@.ci/prepare test

venv: $(VENV_FILLED)

# Twice, because a package index now and then does not answer.
$(VENV_FILLED):
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet $(PYTHON_PACKAGES) \
		|| { sleep 5; $(VENV)/bin/pip install --quiet $(PYTHON_PACKAGES); }
	touch $@

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

debug:
	swift build --scratch-path $(DEBUG) --build-tests $(CHECKED)

release:
	swift build --scratch-path $(RELEASE) -c release --static-swift-stdlib --product seriatim
	swift build --scratch-path $(RELEASE) -c release --static-swift-stdlib --product seriatim-hub

# The turn of seconds while working on a rule: pure targets only.
core:
	SERIATIM_CORE=1 swift test --scratch-path $(CORE) --disable-xctest

# All tests but those that run the shipped program. One at a time: a simulation that computes for seconds would
# keep the two threads from a server that a test beside it waits for.
tests:
	$(SWIFT_TEST) --skip '^ProcessTests\.' --no-parallel

# The shipped program on pseudo-terminals and sockets, killed and started again: one at a time.
process-tests:
	$(SWIFT_TEST) --filter '^ProcessTests\.' --no-parallel

# The laws, checked after every step of 100 simulated lines. Law 12 in a second process: every trace it gives
# stands in the first run's.
seeds:
	$(BIN) simulate --seeds 1..100 --units 1000 --json > .build/seeds.json \
		|| { grep -v '"violations": *\[\]' .build/seeds.json; exit 1; }
	@test "$$(wc -l < .build/seeds.json)" -eq 100 || { echo 'not 100 results'; exit 1; }
	@echo '100 seeds, no law broken'
	$(BIN) simulate --seeds 1..10 --units 1000 --json > .build/seeds-again.json
	@test "$$(wc -l < .build/seeds-again.json)" -eq 10 || { echo 'not 10 results'; exit 1; }
	@if grep -v -x -F -f .build/seeds.json .build/seeds-again.json; then echo 'these traces differ'; exit 1; fi
	@echo '10 seeds gave the same traces in two processes'

# The power is cut at every storage operation; what was not synced is lost, kept or torn.
crash-states:
	$(BIN) simulate --crash-states 20000

# Two verifiers of the journal, one answer; and the command that accepts unsigned lines.
verifiers: venv
	$(SERIATIM_PYTHON) -B Tests/VerifierTests/agreement.py $(BIN) --cases 3000
	$(SERIATIM_PYTHON) -B Tests/VerifierTests/acceptance.py $(BIN)

# Codes drawn by chance: no text traps, and what is accepted reads back the same from every form. A trap ends at
# once; the backtracer could take minutes over it.
gs1-fuzz:
	SWIFT_BACKTRACE=enable=no timeout 120 $(BIN) gs1 fuzz --seed 1 --count 1000000

# Two readers of the GS1 dictionary, one verdict.
gs1-peer: venv
	$(SERIATIM_PYTHON) -B Tests/GS1PeerTests/agreement.py $(BIN) --cases 20000

# Events of simulated lines' journals, judged by the standard's own schemas.
exports: venv
	$(SERIATIM_PYTHON) -B Tests/VerifierTests/exports.py $(BIN)

# Event hashes beside the reference program's.
hashes: venv
	$(SERIATIM_PYTHON) -B Tests/VerifierTests/hashes.py $(BIN)

# Command barcodes as printed, read by another program.
barcodes: venv
	$(SERIATIM_PYTHON) -B Tests/VerifierTests/barcodes.py $(BIN)

# Codes our label templates ask for, drawn and read by programs that are not ours.
labels: venv
	$(SERIATIM_PYTHON) -B Tests/VerifierTests/labels.py $(BIN)

# The daemon, its devices and its journal once through, as fast as it goes.
short-demo:
	timeout 300 $(BIN) demo --rate 0 --units 240

# Every figure at small sizes: that it can be measured. Whether a target is met is not judged here.
bench-quick:
	timeout 300 $(BIN) bench --quick --data .build

long-seeds:
	@echo "seeds $(LONG_FIRST_SEED) to $$(($(LONG_FIRST_SEED) + $(LONG_SEEDS) - 1))"
	$(BIN) simulate --seeds $(LONG_FIRST_SEED)..$$(($(LONG_FIRST_SEED) + $(LONG_SEEDS) - 1)) --units 1000 --json

long-crash-states:
	$(BIN) simulate --crash-states 1000000

# Small rounds, so that the journals of one fit on any disk.
long-verifiers: venv
	@echo "journals of seeds $(LONG_FIRST_SEED) to $$(($(LONG_FIRST_SEED) + 49))"
	for round in $$(seq 0 49); do \
		$(SERIATIM_PYTHON) -B Tests/VerifierTests/agreement.py $(BIN) --cases 5000 \
			--seed $$(($(LONG_FIRST_SEED) + round)) || exit 1; \
	done

# What power cuts may leave of the index's files.
long-index-states:
	INDEX_STATES=20000 $(SWIFT_TEST) --filter '^ShellTests\.IndexStateTests' --no-parallel

long-gs1-fuzz:
	SWIFT_BACKTRACE=enable=no $(BIN) gs1 fuzz --seed $(LONG_FIRST_SEED) --count 100000000

long-gs1-peer: venv
	$(SERIATIM_PYTHON) -B Tests/GS1PeerTests/agreement.py $(BIN) --cases 400000 --seed $(LONG_FIRST_SEED)

# Each sanitizer in a folder of its own, tests one at a time as in `tests`. The leak check is off: it reports the
# test runner itself. What was freed is kept from use in 64 MiB: tests that measure memory would count 256. That the thread sanitizer finds what it should is one of the tests (LockTests).
thread-sanitizer: venv
	swift test --scratch-path .build/tsan --sanitize thread --disable-xctest --no-parallel \
		--skip '^(ProcessTests|TidyTests)\.'

address-sanitizer: venv
	ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=64 swift test --scratch-path .build/asan --sanitize address --disable-xctest \
		--no-parallel --skip '^(ProcessTests|TidyTests)\.'

clean:
	rm -rf .build
