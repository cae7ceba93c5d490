# Keyfolio: everything that a person or CI runs. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
SECONDS_PER_FUZZ_TARGET ?= 60

RELEASE_DIR := .build-release
# Static Swift runtime and C libraries, packed relocations, no dead sections, nothing exported: each shortens the
# command's start. All is bound before the first line runs, so that the tables of addresses are read-only then. Generic
# code of one module is made for the types of another where it is called: a write takes a fourteenth less of the processor.
RELEASE_FLAGS := -c release --static-swift-stdlib --scratch-path $(RELEASE_DIR) \
	-Xswiftc -cross-module-optimization -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --gc-sections \
	-Xlinker --no-export-dynamic -Xlinker -z -Xlinker now \
	-Xswiftc -Xclang-linker -Xswiftc -static-libgcc
KEYFOLIO := $(RELEASE_DIR)/release/keyfolio

.PHONY: help demo test build install uninstall lint format bench fuzz docs deps clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

demo: deps build ## install what is missing, build, and run the whole story on the example application
	@scripts/demo.sh $(KEYFOLIO)

test: deps ## install what is missing, build everything, run every test
	@scripts/test.sh

build: ## build the command and its manual (release, in .build-release)
	@scripts/build.sh $(RELEASE_DIR) $(RELEASE_FLAGS)

install: build ## install the command, its manual and completions under PREFIX (default /usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -d $(DESTDIR)$(PREFIX)/libexec/keyfolio
	install -m 755 $(RELEASE_DIR)/dist/keyfolio $(DESTDIR)$(PREFIX)/bin/keyfolio
	install -m 755 $(RELEASE_DIR)/dist/keyfolio-server $(DESTDIR)$(PREFIX)/libexec/keyfolio/keyfolio-server
	install -m 644 $(RELEASE_DIR)/dist/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 $(RELEASE_DIR)/dist/completions/keyfolio.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/keyfolio
	install -m 644 $(RELEASE_DIR)/dist/completions/_keyfolio $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_keyfolio
	install -m 644 $(RELEASE_DIR)/dist/completions/keyfolio.fish \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/keyfolio.fish

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/keyfolio $(DESTDIR)$(PREFIX)/libexec/keyfolio/keyfolio-server \
		$(DESTDIR)$(PREFIX)/share/man/man1/keyfolio*.1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/keyfolio \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_keyfolio \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/keyfolio.fish

lint: ## check the format of the code and the rules of the house
	@scripts/lint.sh

format: ## format the code
	@swift format -i -r Sources Tests Benchmarks/Sources Fuzz/Sources Examples/PortfolioSuite/portfolio-backend/Sources \
		Examples/PortfolioSuite/portfolio-backend/Tests Package.swift

bench: deps build ## measure; prints the table and writes Benchmarks/RESULTS.md
	@Benchmarks/run.sh $(KEYFOLIO)

fuzz: ## run every fuzz target, SECONDS_PER_FUZZ_TARGET each
	@Fuzz/run.sh all $(SECONDS_PER_FUZZ_TARGET)

docs: ## build the documentation of the library products (docs-build/)
	@scripts/docs.sh

deps:
	@scripts/install-dependencies.sh

clean: ## remove what was built
	rm -rf .build .build-* docs-build
