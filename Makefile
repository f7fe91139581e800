# The commands of the house. `make demo` and `make test` need only Rust, Node and
# make; what else is missing, scripts/install-needed installs.

PEOPLE ?= 60
LISTEN ?= 127.0.0.1:8080
IMAGES ?=
ROUNDS ?= 200
FUZZ_SECONDS ?= 600

.PHONY: demo test lint deny tidy soak fuzz bench clean

demo: ## The life of a record on a synthetic village, then pages on $(LISTEN)
	cargo build --release -p niims
	target/release/niims demo --people $(PEOPLE) --listen $(LISTEN) $(if $(IMAGES),--images $(IMAGES))

test: ## Every test; ends with one line of counts
	scripts/test

lint: ## Formatting and clippy, warnings refused
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

tidy: ## Rings, module docs, lengths, links, licences, forbidden columns
	cargo run -q -p xtask -- tidy

deny: ## Advisories, licences and sources of every dependency
	command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny check

soak: ## Hours: kill -9 of server and kit at $(ROUNDS) random moments
	NIIMS_CRASH_ROUNDS=$(ROUNDS) cargo test --release -p niims --test crash -- --nocapture
	NIIMS_ROUNDS=$(ROUNDS) cargo test --release -p niims --test kit_kills -- --nocapture
	NIIMS_CUTS=$(ROUNDS) cargo test --release -p niims --test kit_power -- --nocapture

fuzz: ## Hours: property tests of every parser with many more cases, then libFuzzer where installed
	PROPTEST_CASES=200000 cargo test --release -p niims-packet -p niims-audit -p niims-card -p niims-fingerprint -- --include-ignored
	if command -v cargo-fuzz >/dev/null; then \
	  cargo run --release -q -p niims-fingerprint --example fuzz_seeds -- crates/fingerprint/fuzz/corpus || exit 1; \
	  cd crates/fingerprint && for target in $$(cargo fuzz list); do \
	    RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none $$target -- -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=256 -timeout=2 || exit 1; \
	  done; \
	else echo "cargo-fuzz is not installed (cargo install --locked cargo-fuzz): libFuzzer targets of crates/fingerprint/fuzz left out"; fi

bench: ## The figures of docs/BENCHMARKS.md
	scripts/bench

clean:
	cargo clean
	rm -rf demo-data e2e/node_modules e2e/shots
