# SPDX-License-Identifier: Apache-2.0
# GNU make and pkg-config; no configure step. `make help` lists the targets.
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
B       ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0

# What Debian 12 has to have. Floors carry security fixes; see docs/adr/.
BUILD_PACKAGES := gcc libc6-dev pkg-config binutils libgit2-dev libyaml-dev libssl-dev \
	libnghttp2-dev libcurl4-openssl-dev libjansson-dev libplist-dev libsqlite3-dev uthash-dev git \
	openssh-client ca-certificates
TEST_PACKAGES  := libcmocka-dev clang-14 libclang-rt-14-dev llvm-14 lighttpd lighttpd-mod-openssl \
	openssh-server openssl curl nghttp2-client nghttp2-server sqlite3 python3 python3-jsonschema \
	python3-yaml node-ajv gcovr procps strace libxml2-utils
BENCH_PACKAGES := yamllint valgrind time
FLOORS         := libgit2-dev=1.5.1+ds-1+deb12u2 libnghttp2-dev=1.52.0-1+deb12u3

WARN   := -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes -Werror
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
	-fno-delete-null-pointer-checks -fno-strict-overflow
HARDEN += $(if $(findstring clang,$(CC)),,-ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr)
FORTIFY ?= -Wp,-U_FORTIFY_SOURCE,-D_FORTIFY_SOURCE=3
OPT    ?= -O2 -g
SAN    ?=
CFLAGS_ALL = -std=gnu17 $(OPT) $(WARN) $(HARDEN) $(FORTIFY) $(SAN) -D_GNU_SOURCE \
	-DAPNSCTL_VERSION='"$(VERSION)"' -I. -MMD -MP $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed $(SAN) $(LDFLAGS)

PKGS = libgit2 yaml-0.1 openssl libnghttp2 libcurl jansson libplist-2.0 sqlite3
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
LIBS = $(eval LIBS := $$(shell pkg-config --libs $(PKGS)) -pthread -lm)$(LIBS)

# Short lines; V=1 shows the whole commands, -s nothing.
Q   := $(if $(V),,@)
say  = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@printf '  %-4s %s\n' $(1) $@)

sources = $(sort $(wildcard $(addsuffix /*.c,$(1)) $(addsuffix /*/*.c,$(1))))
objects = $(patsubst %.c,$(B)/obj/%.o,$(call sources,$(1)))

SCHEMA  := $(call objects,schema)
PURE    := $(call objects,reconcile/model reconcile/plan reconcile/report reconcile/server)
ADAPTER := $(call objects,reconcile/adapter)
RUN     := $(call objects,reconcile/run)
CMD     := $(call objects,cmd/apnsctl)
SIM     := $(call objects,cmd/applesim)
BASE    := $(call objects,schema/base)
# In the order of the layers, the higher first, so that the linker finds what is below.
ARCHIVES := $(addprefix $(B)/lib,run.a adapter.a reconcile.a schema.a)

UNIT_SRC := $(sort $(shell find tests/unit tests/contract tests/prop tests/fault -name 'test_*.c' 2>/dev/null))
UNITS    := $(patsubst tests/%.c,$(B)/test/%,$(UNIT_SRC))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
REPLAYS  := $(patsubst tests/fuzz/%.c,$(B)/replay/%,$(FUZZ_SRC))
FUZZERS  := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(FUZZ_SRC))

.PHONY: all binaries deps deps-test deps-bench test test-build san demo bench fuzz cov golden docs \
	install uninstall clean help

all: deps ## build/apnsctl and build/applesim
	@$(MAKE) --no-print-directory binaries

binaries: $(B)/apnsctl $(B)/applesim

$(B)/apnsctl: $(CMD) $(ARCHIVES)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(CMD) $(ARCHIVES) $(LIBS)

# The double shares nothing with what it tests but schema/base.
$(B)/applesim: $(SIM) $(B)/libbase.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(SIM) $(B)/libbase.a $(LIBS)

$(B)/libbase.a: $(BASE)
$(B)/libschema.a: $(SCHEMA)
$(B)/libreconcile.a: $(PURE)
$(B)/libadapter.a: $(ADAPTER)
$(B)/librun.a: $(RUN)
$(B)/lib%.a:
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $^

$(B)/obj/%.o: %.c
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

$(B)/test/%: $(B)/obj/tests/%.o $(ARCHIVES)
	$(call say,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< $(ARCHIVES) $(LIBS) -lcmocka

# Each fuzz target runs over its committed corpus in `make test`, without the fuzzer.
$(B)/replay/%: $(B)/obj/tests/fuzz/%.o $(B)/obj/tests/fuzz/replay.o $(ARCHIVES)
	$(call say,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< $(B)/obj/tests/fuzz/replay.o $(ARCHIVES) $(LIBS)

.SECONDARY:

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | column -t -s "$$(printf '\t')"

deps: ## install with apt what the build misses (sudo when not root)
	@sh tests/deps.sh "$(FLOORS)" $(BUILD_PACKAGES)
deps-test: deps
	@sh tests/deps.sh "" $(TEST_PACKAGES)
deps-bench: deps-test
	@sh tests/deps.sh "" $(BENCH_PACKAGES)

# All objects and nothing linked: what tests/check/clang.sh asks of another compiler.
.PHONY: objects
objects: $(SCHEMA) $(PURE) $(ADAPTER) $(RUN) $(CMD) $(SIM) \
	$(patsubst %.c,$(B)/obj/%.o,$(UNIT_SRC) $(FUZZ_SRC) tests/fuzz/replay.c)

test-build: $(B)/apnsctl $(B)/applesim $(UNITS) $(REPLAYS)

test: deps-test ## all tests; ends with "N passed, N failed"
	@$(MAKE) --no-print-directory B=$(B) -j"$$(nproc)" test-build
	@B=$(B) sh tests/all.sh $(T)

SAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
san: deps-test ## units, contracts and replays under ASan and UBSan
	@$(MAKE) --no-print-directory B=build/san -j"$$(nproc)" SAN="$(SAN_FLAGS)" FORTIFY= \
		OPT="-O1 -g" test-build
	@B=build/san SAN=1 sh tests/all.sh $(T)

demo: deps ## a provider with eight customers, from manifests to the status branch
	@$(MAKE) --no-print-directory B=$(B) -j"$$(nproc)" binaries
	@B=$(B) sh examples/demo.sh

bench: deps-bench ## measured ratios against peers in the same run
	@$(MAKE) --no-print-directory B=$(B) -j"$$(nproc)" binaries
	@B=$(B) sh tests/bench/bench.sh $(T)

fuzz: deps-test ## libFuzzer targets in build/fuzz (SECONDS_EACH=60)
	@$(MAKE) --no-print-directory B=build/fuzzing CC=clang-14 FORTIFY= OPT="-O1 -g" \
		SAN="-fsanitize=address,undefined,fuzzer-no-link" -j"$$(nproc)" fuzzers
	@B=build/fuzzing sh tests/fuzz/fuzz.sh
.PHONY: fuzzers
fuzzers: $(FUZZERS)
$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o $(ARCHIVES)
	$(call say,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $< $(ARCHIVES) $(LIBS)

cov: deps-test ## line coverage of the units and whole runs
	@$(MAKE) --no-print-directory B=build/cov -j"$$(nproc)" SAN=--coverage OPT="-O0 -g" FORTIFY= test-build
	@B=build/cov sh tests/all.sh $(T)
	@gcovr --root . --filter 'schema/|reconcile/|cmd/apnsctl/' build/cov | tail -n 60

golden: deps-test ## rewrite the golden files, for review in the diff
	@$(MAKE) --no-print-directory B=$(B) -j"$$(nproc)" test-build
	@B=$(B) GOLDEN=write sh tests/all.sh golden test_plan

docs: all ## pages that are generated from the tables
	@sh docs/generate.sh $(B)/apnsctl

install: all ## PREFIX=/usr/local DESTDIR=
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/apnsctl
	install -m 0755 $(B)/apnsctl $(DESTDIR)$(PREFIX)/bin/apnsctl
	install -m 0644 README.md LICENSE CHANGELOG.md SECURITY.md $(DESTDIR)$(PREFIX)/share/doc/apnsctl

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/apnsctl
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/apnsctl

clean: ## remove build/
	rm -rf build

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
