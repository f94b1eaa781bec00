# The recipes that continuous integration runs, and the ones that are typed every day.

# What there is
default:
    @just --list

# Everything that continuous integration does
ci:
    .ci/run

# Install what the tests need and run all of them, or those that these arguments of cargo test name
test *ARGS:
    ./test {{ARGS}}

# Every test on a machine that has all they need: the inner loop
inner:
    cargo test --workspace

# The house's own rules: dependencies, pages, coverage
house:
    cargo test -p jeton-house

# The lints, as errors
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Put everything into the house's format
fmt:
    cargo fmt --all

# Whether everything is in the house's format
fmt-check:
    cargo fmt --all --check

# Bans, licences and sources of everything we build on
deny:
    cargo deny --offline check bans licenses sources

# Write the pages that are made from the code
docs:
    JETON_WRITE_DOCS=1 cargo test -p jeton-house

# Try it: an embedded store, loopback, ready-made credentials
dev *ARGS:
    cargo run --release -- dev {{ARGS}}

# Measure a running server beside a bare one
bench *ARGS:
    cargo run --release -- bench {{ARGS}}
