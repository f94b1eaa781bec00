# The recipes that continuous integration runs, and those for daily work.

# List the recipes
default:
    @just --list

# Everything that continuous integration runs
ci:
    .ci/run

# Install what the tests need and run all of them, or those that these arguments of cargo test name
test *ARGS:
    ./test {{ARGS}}

# Every test, on a machine that has all they need; installs nothing
inner:
    cargo test --workspace

# The repository's own rules: dependencies, pages, coverage
house:
    cargo test -p jeton-house

# The lints, as errors
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Format everything
fmt:
    cargo fmt --all

# Check the format of everything
fmt-check:
    cargo fmt --all --check

# Forbidden crates, licences and sources of all dependencies
deny:
    cargo deny --offline check bans licenses sources

# Regenerate the pages that are made from the code
docs:
    JETON_WRITE_DOCS=1 cargo test -p jeton-house

# Try it: an embedded store, loopback, ready-made credentials
dev *ARGS:
    cargo run --release -- dev {{ARGS}}

# Compare a running server with a bare one
bench *ARGS:
    cargo run --release -- bench {{ARGS}}
