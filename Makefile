.DEFAULT_GOAL := help
.PHONY: help run test types lint bench reference install

SCENARIO ?= hop-by-hop-vs-end-to-end
OPTIONS ?=
BENCH ?= --quick

help: ## what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'
	@echo "make run SCENARIO=name runs another scenario; node bin/hopwise.js list names them"

run: install ## run the headline study: results in results/, a table in the terminal
	@node bin/hopwise.js run $(SCENARIO) $(OPTIONS)

test: install types lint ## types, lint and all tests
	@npx mocha

types: install ## check the types
	@npm run --silent types

lint: install ## check style and format
	@npm run --silent lint

bench: install ## how fast, beside ns-3 and ns-2; BENCH="peers --repetitions 5" runs one part in full
	@npx tsc -p bench/tsconfig.json
	@node dist/bench/main.js $(BENCH)

reference: install ## write docs/reference from the schema
	@node bin/hopwise.js reference --write docs/reference

install:
	@.ci/install
