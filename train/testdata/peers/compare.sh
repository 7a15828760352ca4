#!/usr/bin/env bash
# Times BenchmarkSuite and its peers in turn, and prints a table of medians: µs a
# sample, and how many times as fast as the best of the peers this is.
#
# usage: compare.sh PYTHON [ROUNDS=5 [BATCH=32 [WORKERS=2 [PEERS=torch,compile,keras,jax,ort]]]]
# PYTHON is an interpreter with what peers.py needs; what it lacks is left out.
# The machine must be quiet. NETS="lesson simple" times these alone. With AVX2=1
# this and the peers that can be held to AVX2, torch and jax, do without AVX-512.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${1:?want a Python interpreter, see the head of this file}
rounds=${2:-5} batch=${3:-32} workers=${4:-2} peers=${5:-torch,compile,keras,jax,ort}
if [ "${AVX2:-}" ]; then
	export GODEBUG=cpu.avx512f=off ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2 XLA_FLAGS=--xla_cpu_max_isa=AVX2
	peers=${5:-torch,jax}
fi
nets=${NETS:-lesson lesson-same simple three-conv lenet5 conv5 vgg-small all-conv resnet20 mobile wide128}
dir=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$dir"' EXIT
trap '' PIPE # a peer that has ended is noticed when it is read
go test -c -o "$dir/suite" .

# A peer is slow to start, so each is one process, which waits for the name of a
# network, times it, and waits again.
declare -A to from
for peer in ${peers//,/ }; do
	mkfifo "$dir/$peer.in" "$dir/$peer.out"
	"$python" -B testdata/peers/peers.py "$peer" - "$batch" "$workers" <"$dir/$peer.in" >"$dir/$peer.out" \
		2> >(grep --line-buffered "^$peer[:,]" >&2) &
	pids+=($!)
	exec {in}>"$dir/$peer.in" {out}<"$dir/$peer.out"
	if read -r called <&"$out"; then
		to[$peer]=$in from[$peer]=$out
		echo "$called"
	else
		echo "$peer is left out" >&2
	fi
done
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null || sysctl -n machdep.cpu.brand_string || true)
echo "$(go version), ${processor%%$'\n'*}, $workers workers, batches of $batch${AVX2:+, AVX2}"

for round in $(seq "$rounds"); do
	for net in $nets; do
		ours=$("$dir/suite" -test.run '^$' -test.bench "Suite/net=$net\$/pass=.*/batch=$batch\$/workers=$workers\$" \
			-test.skip 'Suite/.*/.*/.*/.*/data=' -test.benchtime 0.7s |
			sed -nE 's|.*/net=([^/]*)/pass=([a-z]*)/.* ([0-9.]+) µs/sample.*|\1 \2 us \3|p')
		[ "$ours" ] || { echo "BenchmarkSuite has no net=$net with batch=$batch and workers=$workers" >&2; exit 1; }
		echo "$ours" >>"$dir/times"
		for peer in ${peers//,/ }; do
			[ "${to[$peer]:-}" ] || continue
			echo "$net" >&"${to[$peer]}" || true
			if read -r name train infer <&"${from[$peer]}"; then
				printf '%s\n' "$name train $peer $train" "$name infer $peer $infer" >>"$dir/times"
			else
				echo "$peer has ended, and is left out" >&2
				unset "to[$peer]"
			fi
		done
	done
	echo "round $round of $rounds" >&2
done
"$python" - "$dir/times" <<'TABLE'
import collections, math, statistics, sys

times = collections.defaultdict(list)
for line in open(sys.argv[1]):
    net, which, by, value = line.split()
    if value != "nan":
        times[net, which, by].append(float(value))
nets = list(dict.fromkeys(k[0] for k in times))
shown = lambda v: f"{v:.0f}" if v >= 20 else f"{v:.1f}"
by = [p for p in dict.fromkeys(k[2] for k in times) if p != "us"]
for which in ("train", "infer"):
    print(f"\n| {which}, µs a sample | {' | '.join(by)} | this | times as fast as the best |\n|---|{'---|' * len(by)}---|---|")
    ratios = []
    for net in nets:
        median = {p: statistics.median(times[net, which, p]) for p in by if times[net, which, p]}
        us = times[net, which, "us"]
        ratio = float("nan")
        if median:
            best = min(median, key=median.get)
            ratio = statistics.median(p / u for p, u in zip(times[net, which, best], us))
            ratios.append(ratio)
        row = [shown(median[p]) if p in median else "" for p in by]
        print(f"| {net} | {' | '.join(row)} | {shown(statistics.median(us))} | {ratio:.2f} |")
    if ratios:
        print(f"| geometric mean |{' |' * len(by)} | {math.prod(ratios) ** (1 / len(ratios)):.2f} |")
TABLE
