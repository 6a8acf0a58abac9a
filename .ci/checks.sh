# Sourced by the check scripts: counts what held and what did not.
# A check is a sentence; `check "sentence" command...` holds when the command succeeds.

passed=0
failed=0

pass() { passed=$((passed + 1)); printf '  ok      %s\n' "$1"; }

fail() { failed=$((failed + 1)); printf '  FAILED  %s\n' "$1"; }

fails() { ! "$@"; }

check() {
    local sentence=$1
    shift
    if "$@"; then pass "$sentence"; else fail "$sentence"; fi
}

# Polls a command until it succeeds: `wait_until SECONDS command...`.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}

# The last line of every script here, read by .ci/run.
finish() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}
