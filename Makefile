.DEFAULT_GOAL := help
.PHONY: help run test types lint eslint prettier build bench compare validate studies studies-broken reference install lab site guide
.PHONY: fingerprints lab-speed kills test-slurm test-package experiments gallery charts

SCENARIO ?= hop-by-hop-vs-end-to-end
OPTIONS ?=
STUDIES ?=
BENCH ?= --quick
# Every folder with an environment of its own is checked in it.
TYPES = types-test types-sim-node types-validation types-viz types-viz-lab types-viz-site types-sim
CHECKS = $(TYPES) eslint prettier

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-14s %s\n", $$1, $$2 }'
	@echo "make run SCENARIO=name runs another scenario; node bin/hopwise.js list names them"

run: build ## run the headline study: results in results/, a table in the terminal
	@node bin/hopwise.js run $(SCENARIO) $(OPTIONS)

test: build ## types, lint and all tests
	@$(MAKE) --no-print-directory -j2 $(CHECKS)
	@npx mocha

build: install ## bundle to dist/, which bin/hopwise.js runs while it is fresh
	@npm run --silent build

types: install ## check the types
	@$(MAKE) --no-print-directory -j2 $(TYPES)

lint: install ## check style and format
	@npm run --silent lint


KILLS ?= 200

kills: build ## kill a sweep of 500 runs at random points, and compare its files with one left alone; KILLS=n times
	@npx ts-node-transpile-only test/support/kills.ts $(KILLS)
types-%:
	@npx tsc -p $(subst -,/,$*)/tsconfig.json

eslint:
	@npx eslint .

prettier:
	@npx prettier --log-level warn --check .

bench: install ## how fast, beside ns-3 and ns-2; BENCH="peers --repetitions 5" runs one part in full
	@npx tsc -p bench/tsconfig.json && node bundle.mjs && node bundle.mjs bench
	@node dist/bench/main.js $(BENCH)

compare: install ## the simulator beside Linux, row by row; ONLY="linux-e1 linux-e7" prints only these
	@npx tsc -p validation/tsconfig.json
	@node --require ts-node/register/transpile-only validation/compare-linux.ts $(ONLY)

validate: install ## against papers, ns-2, ns-3 and Linux: minutes; writes docs/validation.md; ONLY="padhye heat-map" runs only these
	@npx tsc -p validation/tsconfig.json
	@node --require ts-node/register/transpile-only validation/validate.ts $(ONLY)

studies: build ## every shipped study against its bands: one table; STUDIES="parking-lot bufferbloat" runs only these
	@node bin/hopwise.js studies $(STUDIES) $(OPTIONS)

studies-broken: build ## every study without its mechanism: its bands must fail
	@node bin/hopwise.js studies --broken $(STUDIES) $(OPTIONS)

site: install ## write the lab, a page that runs the simulator, as static files to site/
	@node --require ts-node/register/transpile-only viz/site/main.ts site

guide: install ## write docs/lessons.md from the lessons of the lab
	@node --require ts-node/register/transpile-only viz/site/write-guide.ts
	@npx prettier --log-level warn --write docs/lessons.md

fingerprints: install ## every shipped scenario in full in Node.js, Chromium and Firefox: the same fingerprints
	@npx ts-node-transpile-only test/support/fingerprints.ts

lab-speed: install ## first paint of the lab, and its frames a second with 2,000 packets in sight
	@npx ts-node-transpile-only test/support/lab-speed.ts

lab: install ## serve the lab on this machine
	@node --require ts-node/register/transpile-only viz/site/main.ts site --serve

reference: build ## write docs/reference from the schema
	@node bin/hopwise.js reference --write docs/reference

install:
	@.ci/install

test-slurm: build ## a sweep as a job array of a real Slurm on this machine, tasks killed and requeued; same files
	@npx ts-node-transpile-only test/slurm/slurm.ts

test-package: build ## pack, install into an empty folder, run and import there
	@test/package/package.sh

experiments: build ## what sweeps cost here: overhead, two workers, start of 10,000 cells, memory; ONLY="start workers"
	@npx ts-node-transpile-only test/support/experiments.ts $(ONLY)

charts: build ## run the studies that docs/charts.md shows, with few replications, and draw its charts
	@npx ts-node-transpile-only test/support/charts.ts results/charts
	@npx prettier --log-level warn --write docs/charts.md

gallery: build ## judge and compare the architectures of scenarios/gallery: results/gallery/, docs/gallery.md
	@node bin/hopwise.js gallery --write docs/gallery.md
	@npx prettier --log-level warn --write docs/gallery.md
