# `make` prints this menu. Each target is one line of work; CI runs `make test` and nothing else.
.DEFAULT_GOAL := menu
.PHONY: menu setup web build demo run test unit check format bench-ingest bench-ingest-soak bench-query bench-query-bucket bench-query-rays bench-query-users bench-first-light bench-delta bench-index bench-commits bench-compaction web-report web-shots pack clean

menu: ## Print this menu
	@echo "Varve: security logs in open Delta tables, searched with SQL."; echo
	@grep -hE '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

setup: ## Install what the tests need (root on Debian), or say what is missing
	@eng/setup.sh

web: ## Build the web app into web/dist
	@eng/web.sh build

build: ## Build the server and the command line
	@dotnet build Varve.slnx --configuration Release --nologo --verbosity quiet

demo: web ## Serve a day of simulated traffic with planted attacks on http://127.0.0.1:8080
	@./varve demo

run: web ## Serve the tables of .data on http://127.0.0.1:8080
	@./varve serve

test: ## Run every test: unit, property, conformance, end to end in a real browser
	@eng/test.sh

unit: ## Run the tests of the libraries only
	@eng/test.sh unit

check: ## What a commit has to pass: format, build, lint, unit tests
	@dotnet format Varve.slnx --verify-no-changes --severity warn && eng/web.sh lint && eng/test.sh unit

format: ## Put the code into its form
	@dotnet format Varve.slnx --severity warn

bench-ingest: ## Compare ingest with DuckDB reading and writing the same records, stage by stage, and over HTTP
	@dotnet run --project bench/Varve.Load --configuration Release -- ingest && \
	dotnet run --project bench/Varve.Load --configuration Release -- ingest-stages && \
	dotnet run --project bench/Varve.Load --configuration Release -- ingest-server

bench-ingest-soak: ## An hour at 70 % of what a server can take: memory and time to answer
	@dotnet run --project bench/Varve.Load --configuration Release -- ingest-soak

bench-query: ## Ask the questions of analysts over ten million records, in turns with DuckDB
	@dotnet run --project bench/Varve.Load --configuration Release -- query

bench-query-bucket: ## Ask them over a bucket: first with nothing on this machine, then again
	@dotnet run --project bench/Varve.Load --configuration Release -- query-bucket

bench-query-rays: ## Single requests by their Ray IDs, one after the other, among ten million
	@dotnet run --project bench/Varve.Load --configuration Release -- query-rays

bench-query-users: ## A hundred users who ask them at once
	@dotnet run --project bench/Varve.Load --configuration Release -- query-users

bench-first-light: ## A million records in, then count, Ray ID and top 10
	@dotnet run --project bench/Varve.Load --configuration Release -- first-light

bench-delta: ## Replay, checkpoints, refresh and memory of tables with many files, beside DuckDB's reading of the log
	@dotnet run --project bench/Varve.Load --configuration Release -- delta

bench-index: ## Single values among a thousand files: with the side index, without it, and by DuckDB
	@dotnet run --project bench/Varve.Load --configuration Release -- index

bench-commits: ## Commits a second of many appenders, with group commit and without, in a folder and in a bucket
	@dotnet run --project bench/Varve.Load --configuration Release -- commits

bench-compaction: ## The small files of a day into large ones, beside DuckDB writing them sorted: time and memory
	@dotnet run --project bench/Varve.Load --configuration Release -- compaction

web-report: web ## What the page weighs and how fast it is, beside its budgets; fails when it weighs too much
	@cd web && node e2e/report.mjs

web-shots: web ## Pictures of the main states of every page, in artifacts/shots
	@cd web && node e2e/shots.mjs

pack: ## Build the packages Varve.Delta and Varve.Storage into artifacts/package/release
	@dotnet pack src/Varve.Storage --configuration Release --nologo && dotnet pack src/Varve.Delta --configuration Release --nologo

clean: ## Remove what was built
	@rm -rf artifacts web/dist web/node_modules
