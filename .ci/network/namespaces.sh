# Sourced: two network namespaces with a veth pair of 50 Mbit/s, and two daemons in them.

daemon=${LOADSHAPER_DLL:-$PWD/src/LoadShaper.Cli/bin/Release/net10.0/loadshaper.dll}
network_work=$(mktemp -d)
network_tag=ls$$
PEER_A=10.77.0.1
PEER_B=10.77.0.2

# Short periods, traffic always, and hardly any CPU load. The gate stays open on a busy machine.
export CONTROL_PERIOD_SEC=1 CPU_P95_TARGET_MIN=1 CPU_P95_SETPOINT=2 CPU_P95_TARGET_MAX=3 CPU_P95_BASELINE_INTENSITY=1 \
    CPU_P95_HIGH_INTENSITY=4 CPU_STOP_PCT=100 MEM_STOP_PCT=99 LOAD_CHECK_ENABLED=false HYSTERESIS_PCT=1
export NET_ACTIVATION=always NET_TARGET_PCT=23.5 NET_LINK_MBIT=${NET_LINK_MBIT:-50} NET_FALLBACK_MIN_OFF_SEC=1 \
    NET_STATE_MIN_OFF_SEC=1 NET_STATE_DEBOUNCE_SEC=1 NET_FALLBACK_RAMP_SEC=1 NET_BURST_SEC=2 NET_IDLE_SEC=2 JITTER_PCT=0

declare -A pids health_ports=([a]=$((20000 + RANDOM % 4000)) [b]=$((24000 + RANDOM % 4000)) [c]=$((28000 + RANDOM % 4000)))

# c is a second daemon in the namespace of b.
in_ns() { local side=${1/c/b}; shift; ip netns exec "$network_tag$side" "$@"; }

network_up() {
    ip netns add "${network_tag}a" && ip netns add "${network_tag}b" || return 1
    ip link add "va$$" netns "${network_tag}a" type veth peer name "vb$$" netns "${network_tag}b" || return 1
    local side number=1
    for side in a b; do
        ip -n "$network_tag$side" addr add "10.77.0.$number/24" dev "v$side$$"
        ip -n "$network_tag$side" addr add "fd77::$number/64" dev "v$side$$" nodad
        ip -n "$network_tag$side" link set lo up
        # Without this veth passes one large packet for many, and its counters and a capture leave out the headers of the others.
        [ "${NETWORK_WHOLE_PACKETS:-1}" = 0 ] || ip -n "$network_tag$side" link set "v$side$$" gso_max_segs 1
        ip -n "$network_tag$side" link set "v$side$$" up
        mkdir "$network_work/$side"
        number=$((number + 1))
    done
    mkdir "$network_work/c"
}

network_down() {
    local side
    for side in "${!pids[@]}"; do
        [ -z "${pids[$side]}" ] || kill -9 "${pids[$side]}" 2> /dev/null
    done
    for side in a b; do
        ip netns del "$network_tag$side" 2> /dev/null
        rm -rf "/etc/netns/$network_tag$side"
    done
    rm -rf "$network_work"
}

start() { # start SIDE; PEERS instead of the address of the other side
    local side=$1 ns=${1/c/b} peer
    [ "$side" = a ] && peer=$PEER_B || peer=$PEER_A
    # Not in_ns: a function in the background is a shell of its own, and its id is not the daemon's.
    NET_PEERS=${PEERS:-$peer} NET_IFACE_INNER="v$ns$$" HEALTH_PORT=${health_ports[$side]} \
        ip netns exec "$network_tag$ns" dotnet "$daemon" run --data-dir "$network_work/$side" >> "$network_work/$side.log" 2>&1 < /dev/null &
    pids[$side]=$!
}

stop() { kill "${pids[$1]}" && wait "${pids[$1]}" 2> /dev/null; pids[$1]=; }
kill_daemon() { kill -9 "${pids[$1]}"; wait "${pids[$1]}" 2> /dev/null; pids[$1]=; }

health() { in_ns "$1" curl --silent --max-time 2 "http://127.0.0.1:${health_ports[$1]}/health"; }
field() { health "$1" | python3 -c "import json,sys; h=json.load(sys.stdin); print($2)" 2> /dev/null; }

generator_is() { [ "$(field "$1" 'h["network"]["generator"]')" = "$2" ]; }
peer_is() { [ "$(field "$1" 'h["network"]["peers"][0]["phase"]')" = "$2" ]; }
peers_are() { [ "$(field "$1" '",".join(p["phase"] for p in h["network"]["peers"])')" = "$2" ]; }
reports() { [ "$(field "$1" "'$2' in h['checks']")" = True ]; }
loses() { within "$(field "$1" 'h["network"]["peers"][0]["loss_percent"]')" "$2" "$3"; } # loses SIDE FROM TO, in percent
refuses() { [ "$(field "$1" "h['network']['receiver']['refused']['$2'] > 0")" = True ]; }

mean() { in_ns "$1" python3 .ci/network/watch.py rate "v$1$$" "$2"; }
# The mean of a time in which the gate did not close: on a busy machine it does, and traffic has to end then.
closures() { grep -c 'traffic off: the gate closed' "$network_work/$1.log"; }
steady_mean() { # steady_mean SIDE SECONDS; SECONDS a multiple of 4, or it has more bursts than rests between them
    local before means
    for _ in 1 2 3; do
        before=$(closures "$1")
        means=$(mean "$1" "$2")
        [ "$(closures "$1")" != "$before" ] || break
        wait_until 40 sends "$1"
        sleep 3
    done
    echo "$means"
}
sends() { case "$(field "$1" 'h["network"]["generator"]')" in active_udp | active_tcp | degraded) ;; *) false ;; esac }
within() { python3 -c "import sys; sys.exit(not $2 <= float('$1') <= $3)"; }

# Hellos and neighbour discovery are less than 20 kbit/s.
silent() { local means; sleep 1; means=$(mean "$1" 3); within "${means% *}" 0 0.02; }

kernel_sent() { in_ns "$1" python3 .ci/network/watch.py bytes "v$1$$" | cut -d' ' -f1; }
# Of the interface, packets of the kernel's own are not LoadShaper's: neighbour discovery, a few hundred bytes each minute.
own_of_kernel=20000

ledger() { # ledger SIDE: what the journal counts as sent, in bytes
    sqlite3 -readonly "$network_work/$1/journal.db" ".timeout 5000" \
        "select cast(message as text) from journal where manifest like 'traffic-reserved.%' order by ordering desc limit 1" 2> /dev/null \
        | python3 -c 'import json,sys; e=json.loads(sys.stdin.read()); print(sum(e["sent"].values()) + sum(e["reserved"].values()))'
}
ledger_covers() { local sent; sent=$(kernel_sent "$1"); [ "$(($(ledger "$1") + own_of_kernel))" -ge "$sent" ]; }

# After a kill the first entry of the next run settles what the killed one may have sent.
entries_before() { # entries_before SIDE: position of the last entry
    sqlite3 -readonly "$network_work/$1/journal.db" ".timeout 5000" \
        "select coalesce(max(ordering), 0) from journal where manifest like 'traffic-reserved.%'"
}
settled_after() { # settled_after SIDE POSITION: what the first entry after it counts as sent; nothing while there is none
    sqlite3 -readonly "$network_work/$1/journal.db" ".timeout 5000" \
        "select cast(message as text) from journal where manifest like 'traffic-reserved.%' and ordering > $2 order by ordering limit 1" 2> /dev/null \
        | python3 -c 'import json,sys; print(sum(json.loads(sys.stdin.read())["sent"].values()))' 2> /dev/null
}
has_settled() { [ -n "$(settled_after "$1" "$2")" ]; }

# An empty data directory.
fresh() { rm -rf "${network_work:?}/$1" && mkdir "$network_work/$1"; }

# 5 % of the data packets that arrive at a side are dropped, until loss_ends. This happens behind the interface: its counters include them.
loss_begins() { # loss_begins SIDE
    in_ns "$1" nft -f - <<< 'table inet loss { chain in { type filter hook input priority 0; udp dport 15201 numgen random mod 1000 < 50 drop; }; }'
}
loss_ends() { in_ns "$1" nft delete table inet loss; }

# Counters of the kernel for what a sends to each port.
count_ports() { # count_ports PORT...
    in_ns a nft add table inet ports
    in_ns a nft 'add chain inet ports out { type filter hook output priority 0; }'
    local port
    for port in "$@"; do
        in_ns a nft add counter inet ports "port$port"
        in_ns a nft add rule inet ports out udp dport "$port" counter name "port$port"
    done
}
sent_to_port() { in_ns a nft list counter inet ports "port$1" | grep -o 'bytes [0-9]*' | cut -d' ' -f2; }
# Seconds from now until the last data packet to a port, watched for seven seconds. A hello and its headers are 124 bytes.
last_data_to() { # last_data_to PORT
    local began=$EPOCHREALTIME before now last=0
    before=$(sent_to_port "$1")
    while python3 -c "import sys; sys.exit($EPOCHREALTIME - $began > 7)"; do
        now=$(sent_to_port "$1")
        [ "$((now - before))" -le 400 ] || last=$(python3 -c "print('%.1f' % ($EPOCHREALTIME - $began))")
        before=$now
    done
    echo "$last"
}
# What arrives at a port of b disappears, without a word to the sender.
silence_port() { in_ns b nft -f - <<< "table inet silence { chain in { type filter hook input priority 0; udp dport $1 drop; tcp dport $1 drop; }; }"; }

# Names of a are asked of a server in its namespace, which is not there until `resolver` starts it.
use_resolver() {
    mkdir -p "/etc/netns/${network_tag}a"
    printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' > "/etc/netns/${network_tag}a/resolv.conf"
}
resolver() { # resolver [FAULT]: answers, or has a fault (timeout, nxdomain)
    [ -z "${pids[names]:-}" ] || stop names
    {
        echo "policies: {faulty: {dns: {${1:-timeout}: $([ $# -gt 0 ] && echo 100 || echo 0)%}}}"
        echo "dns: {listen: '127.0.0.1:53', hosts: {receiver.test: $PEER_B}, policy: faulty}"
    } > "$network_work/names.yaml"
    ip netns exec "${network_tag}a" dotnet "$daemon" fault dns "$network_work/names.yaml" >> "$network_work/names.log" 2>&1 < /dev/null &
    pids[names]=$!
}
resolver_ends() { stop names; }
is_stale() { [ "$(field "$1" 'h["network"]["peers"][0]["stale"]')" = True ]; }

capture() { # capture SIDE ADDRESSES SECONDS
    ip netns exec "$network_tag$1" python3 .ci/network/watch.py capture "v$1$$" "$2" "$3" > "$network_work/capture.$1" &
    captures=$!
}
# Packets that the capture missed would prove nothing.
captured_clean() {
    kill -INT "$captures" 2> /dev/null
    wait "$captures" 2> /dev/null
    local packets foreign fragments missed rest
    read -r packets foreign fragments missed rest < "$network_work/capture.$1"
    echo "    packets=$packets foreign=$foreign fragments=$fragments missed=$missed $rest"
    [ "${packets:-0}" -gt 100 ] && [ "$foreign" -eq 0 ] && [ "$fragments" -eq 0 ] && [ "$missed" -eq 0 ]
}

verified() { timeout 60 dotnet "$daemon" replay --data-dir "$network_work/$1" --verify > "$network_work/verify" 2>&1 || { tail -n 5 "$network_work/verify"; false; }; }

# Kills SIDE at a random moment of its traffic, and starts it again. The first entry of the new run is to count at least what the kernel
# counted since the settlement before, and at most one control period's traffic more. Prints the excess in bytes.
killed_and_settled() { # killed_and_settled SIDE
    local position
    sleep "$((RANDOM % 4)).$((RANDOM % 10))"
    kill_daemon "$1"
    position=$(entries_before "$1")
    kernel_at_kill=$(kernel_sent "$1")
    start "$1"
    wait_until 30 has_settled "$1" "$position" || return 1
    settled_now=$(settled_after "$1" "$position")
    excess=$((settled_now - settled_before - (kernel_at_kill - kernel_before)))
    settled_before=$settled_now kernel_before=$kernel_at_kill
    [ "$excess" -ge -5000 ] && [ "$excess" -le "$one_period" ]
}
# Half of the link, while a burst lasts as long as its pause, for CONTROL_PERIOD_SEC of one second.
one_period=$((NET_LINK_MBIT * 1000000 / 8 * 47 / 100))
