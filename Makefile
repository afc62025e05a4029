# Makefile: builds, runs, checks and installs Baraza. Two commands do it all:
#   make demo    installs what is missing, builds, starts a demo site
#   make check   the same installation, then every test
# Others: all asan lint fuzz bench soak screenshots weights install clean (see the end).

VERSION  = 0.2.0
PREFIX  ?= /usr/local
DESTDIR ?=
BINDIR   = $(PREFIX)/bin
SBINDIR  = $(PREFIX)/sbin
DATADIR  = $(PREFIX)/share/baraza
UNITDIR ?= $(PREFIX)/lib/systemd/system
# SAN=1 builds everything again under AddressSanitizer and UBSan, SAN=fuzz
# for clang's fuzzing engine besides.
SAN     ?=
B       := $(if $(SAN),$(if $(filter fuzz,$(SAN)),build/fuzz,build/asan),build)
WEB     ?= lighttpd

CC      ?= gcc
CFLAGS  ?= -O2 -g
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wwrite-strings -Wformat=2 -Werror
HARDEN   = -fstack-protector-strong -fPIE
ifneq ($(SAN),)
HARDEN  += -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
LDSAN    = -fsanitize=address,undefined
ifeq ($(SAN),fuzz)
HARDEN  += -fsanitize=fuzzer-no-link
LDSAN   += -fsanitize=fuzzer
endif
else
HARDEN  += -D_FORTIFY_SOURCE=2
LDSAN    =
endif
STD      = -std=c11 -D_GNU_SOURCE -DBARAZA_VERSION='"$(VERSION)"' \
	-DBARAZA_DATA_DIR='"$(DATADIR)"'
LDHARD   = -pie -Wl,-z,relro,-z,now

# -isystem: warnings are about our own code.
pkg_cflags = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(1) 2>/dev/null))
pkg_libs   = $(shell pkg-config --libs $(1) 2>/dev/null)
PKG_COMMON := libmariadb libcjson libsodium libpcre2-8 gumbo libcmark
# libcurl is loaded when it is needed: common/net/http_curl.h.
INC_COMMON := $(call pkg_cflags,$(PKG_COMMON) libcurl fcgi libwebsockets libuv cunit)
LIB_COMMON := $(call pkg_libs,$(PKG_COMMON)) -lpthread -lm
LIB_FCGI   := $(call pkg_libs,fcgi)
LIB_TLS    := $(call pkg_libs,libssl libcrypto)
LIB_WS     := $(call pkg_libs,libwebsockets libuv libssl libcrypto)
LIB_CUNIT  := -lcunit

COMMON  := $(wildcard common/*/*.c)
FCGI    := $(wildcard fcgi-app/*.c)
WSD     := $(wildcard ws-daemon/*.c)
CTL     := $(wildcard ctl/*.c)
FAKE    := $(wildcard tests/fake/*.c)
UNIT    := $(wildcard tests/unit/*.c)
DBT     := $(wildcard tests/db/*.c) tests/fake/runner.c tests/fake/loop.c \
	tests/fake/server.c tests/fake/corpus.c
LIVE    := $(wildcard tests/live/*.c) tests/fake/time.c tests/fake/runner.c
# The protocol layer alone: a Socket.IO server without chat or database.
SIO     := $(filter-out ws-daemon/main.c,$(wildcard ws-daemon/transport*.c \
	ws-daemon/wire*.c ws-daemon/eio*.c ws-daemon/sio*.c ws-daemon/outq.c \
	ws-daemon/room.c ws-daemon/timer.c ws-daemon/metrics.c \
	ws-daemon/address.c ws-daemon/bucket.c ws-daemon/drops.c))
ECHO    := $(wildcard tests/load/sio-echo*.c)
LOAD    := $(wildcard tests/load/sioload*.c)

# The chat side of ws-daemon alone, for tests/live, which fakes the rest.
CHAT    := ws-daemon/timer.c ws-daemon/metrics.c ws-daemon/address.c \
	ws-daemon/bucket.c ws-daemon/drops.c $(filter-out %/main.c %/jobs.c \
	%/bounds.c %/metrics_page.c $(SIO),$(WSD))

obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
ALL_C = $(COMMON) $(FCGI) $(WSD) $(CTL) $(FAKE) $(UNIT) $(DBT) $(LIVE) \
	$(ECHO) $(LOAD) tests/load/one-commit.c tests/load/sioflood.c \
	tests/load/engine-bench.c tests/load/bare.c \
	tests/mcp/mcp-client.c

PROGRAMS = $(B)/fcgi-app $(B)/ws-daemon $(B)/barazactl
TESTS    = $(B)/test-unit $(B)/test-live $(B)/test-db $(B)/sio-echo \
	$(B)/sioload $(B)/one-commit $(B)/sioflood $(B)/engine-bench $(B)/bare \
	$(B)/mcp-client

# ---------------------------------------------------------------- set-up

.PHONY: all demo check lint asan install clean setup programs tests www \
	bench bench-api soak screenshots weights FORCE
all: programs www

setup: build/.packages build/.npm

build/.packages: ctl/packages.txt ctl/packages.sh
	@mkdir -p build
	@ctl/packages.sh
	@touch $@

build/.npm: package.json package-lock.json | build/.packages
	@echo "==> npm ci"
	@npm ci --silent --no-audit --no-fund
	@touch $@

# --------------------------------------------------------------- programs

programs: $(PROGRAMS)
tests: $(TESTS)

$(B)/libcommon.a: $(call obj,$(COMMON))
	@rm -f $@
	@$(AR) rcs $@ $^

link = @echo "  LD $@"; $(CC) $(LDHARD) $(LDSAN) $(LDFLAGS) -o $@ \
	$(filter %.o,$^) $(filter %.a,$^)

$(B)/fcgi-app: $(call obj,$(FCGI)) $(B)/libcommon.a
	$(link) $(LIB_FCGI) $(LIB_COMMON)

$(B)/ws-daemon: $(call obj,$(WSD)) $(B)/libcommon.a
	$(link) $(LIB_WS) $(LIB_COMMON)

$(B)/barazactl: $(call obj,$(CTL)) $(B)/libcommon.a
	$(link) $(LIB_COMMON) $(LIB_TLS)

# Tests hold every source but the mains; a fake stands ahead of the library
# and replaces the whole object of the same names.
$(B)/test-unit: $(call obj,$(UNIT) $(FAKE) \
		$(filter-out %/main.c %/fcgi.c %/cgi.c,$(FCGI)) \
		$(filter-out %/main.c ws-daemon/transport%,$(WSD))) \
		$(B)/libcommon.a
	$(link) $(LIB_CUNIT) $(LIB_FCGI) $(LIB_COMMON) -lm

$(B)/test-live: $(call obj,$(LIVE) $(CHAT)) $(B)/libcommon.a
	$(link) $(LIB_CUNIT) $(LIB_COMMON)

$(B)/test-db: $(call obj,$(DBT) \
		$(filter-out %/main.c %/fcgi.c %/cgi.c,$(FCGI))) \
		$(B)/libcommon.a
	$(link) $(LIB_CUNIT) $(LIB_COMMON)

$(B)/sio-echo: $(call obj,$(ECHO) $(SIO)) $(B)/libcommon.a
	$(link) $(LIB_WS) $(LIB_COMMON)

$(B)/sioload: $(call obj,$(LOAD)) $(B)/libcommon.a
	$(link) $(LIB_COMMON) -lm

$(B)/one-commit: $(call obj,tests/load/one-commit.c) $(B)/libcommon.a
	$(link) $(LIB_COMMON)
$(B)/engine-bench: $(call obj,tests/load/engine-bench.c) $(B)/libcommon.a
	$(link) $(LIB_COMMON)
$(B)/bare: $(call obj,tests/load/bare.c) $(B)/libcommon.a
	$(link) $(LIB_FCGI) $(LIB_COMMON)
$(B)/mcp-client: $(call obj,tests/mcp/mcp-client.c) $(B)/libcommon.a
	$(link) $(LIB_COMMON)
$(B)/sioflood: $(call obj,tests/load/sioflood.c) $(B)/libcommon.a
	$(link) -lpthread

# Paths and flags are compiled in: other ones mean compiling again.
FLAGS = $(STD) $(CFLAGS) $(WARN) $(HARDEN)
$(B)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(FLAGS))' | cmp -s - $@ || \
		echo '$(subst ','\'',$(FLAGS))' >$@
FORCE:

$(B)/obj/%.o: %.c Makefile $(B)/.flags
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(FLAGS) -Icommon -Ifcgi-app -Iws-daemon -Ictl -I. \
		$(INC_COMMON) -MMD -MP -c -o $@ $<

$(B)/obj/fcgi-app/dev_openapi.o: docs/openapi.json
$(B)/obj/fcgi-app/v1_openapi.o: docs/openapi-v1.json

-include $(patsubst %.c,$(B)/obj/%.d,$(ALL_C))

# ----------------------------------------------------------------- fuzzing

CLANG   ?= clang
FUZZ_C  := $(wildcard tests/fuzz/*.c)
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,$(B)/fuzz-%, \
	$(filter tests/fuzz/fuzz_%,$(FUZZ_C)))
.PHONY: fuzz fuzzers
.SECONDARY: $(call obj,$(FUZZ_C))

# Each entry for SECONDS, or only the one that FUZZ names.
fuzz: setup
	@$(MAKE) --no-print-directory -j2 SAN=fuzz CC="$(CLANG)" fuzzers
	@tests/fuzz/fuzz.sh run $(or $(SECONDS),60) $(FUZZ)

tests: $(FUZZERS)
fuzzers: $(FUZZERS)

# What the entries may need, each object only where it is used. They have a
# table of routes and a transport of their own.
$(B)/fuzzed.a: $(call obj,tests/fuzz/drive.c tests/fake/time.c \
		tests/fake/loop.c \
		$(filter-out %/main.c %/fcgi.c %/cgi.c %/routes.c,$(FCGI)) \
		$(filter-out %/main.c ws-daemon/transport%,$(WSD)))
	@rm -f $@
	@$(AR) rcs $@ $^

$(B)/fuzz-%: $(B)/obj/tests/fuzz/fuzz_%.o \
		$(if $(filter fuzz,$(SAN)),,$(B)/obj/tests/fuzz/replay.o) \
		$(B)/fuzzed.a $(B)/libcommon.a
	$(link) $(LIB_FCGI) $(LIB_COMMON) -lm

-include $(patsubst %.c,$(B)/obj/%.d,$(FUZZ_C))

# -------------------------------------------------------------- front end

www: build/www/.built

build/www/.built: package-lock.json \
		$(shell find www -type f 2>/dev/null) | build/.npm
	@echo "==> building the pages"
	@node www/build.mjs
	@touch $@

# ------------------------------------------------------------ the commands

# pkg-config answers only after the packages are there: hence a second make.
demo: setup
	@$(MAKE) --no-print-directory -j2 all
	@WEB=$(WEB) exec ctl/demo.sh

check: setup
	@$(MAKE) --no-print-directory -j2 all tests
	@$(MAKE) --no-print-directory -j2 asan
	@tests/run.sh

asan:
	@$(MAKE) --no-print-directory SAN=1 programs tests

lint: setup
	@tests/lint.sh

bench: setup
	@$(MAKE) --no-print-directory -j2 all tests
	@node tests/load/bench.mjs

# The developer API: its routes, the least programs that do the same, a Node peer.
bench-api: setup
	@$(MAKE) --no-print-directory -j2 all tests
	@node tests/load/api-bench.mjs

soak: setup
	@$(MAKE) --no-print-directory -j2 all
	@BARAZA_BIN=$(CURDIR)/build node tests/load/soak.mjs $(SOAK)

# A line for each file that browsers load: bytes, gzipped, and what it may have.
weights: setup
	@node www/build.mjs --out=build/weights/www

screenshots: setup
	@$(MAKE) --no-print-directory -j2 all
	@node tests/browser/screenshots.mjs

install: programs www
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(SBINDIR) \
		$(DESTDIR)$(DATADIR)/sql/migrate $(DESTDIR)$(DATADIR)/www \
		$(DESTDIR)$(DATADIR)/apache $(DESTDIR)$(DATADIR)/lighttpd \
		$(DESTDIR)$(UNITDIR)
	for f in ctl/systemd/*.service; do \
		sed 's|/usr/local/sbin|$(SBINDIR)|' "$$f" \
			>$(DESTDIR)$(UNITDIR)/$${f##*/} && \
		chmod 644 $(DESTDIR)$(UNITDIR)/$${f##*/} || exit 1; done
	install -m 755 build/fcgi-app build/ws-daemon $(DESTDIR)$(SBINDIR)
	install -m 755 build/barazactl $(DESTDIR)$(BINDIR)
	install -m 644 sql/*.sql $(DESTDIR)$(DATADIR)/sql
	for f in sql/migrate/*.sql; do [ ! -e "$$f" ] || \
		install -m 644 "$$f" $(DESTDIR)$(DATADIR)/sql/migrate; done
	cp -R build/www/. $(DESTDIR)$(DATADIR)/www
	cp -R apache/. $(DESTDIR)$(DATADIR)/apache
	cp -R lighttpd/. $(DESTDIR)$(DATADIR)/lighttpd
	rm -rf $(DESTDIR)$(DATADIR)/www/demo $(DESTDIR)$(DATADIR)/www/.built
	chmod -R u=rwX,go=rX $(DESTDIR)$(DATADIR)

clean:
	rm -rf build
