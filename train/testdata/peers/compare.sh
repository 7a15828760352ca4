#!/usr/bin/env bash
# Times BenchmarkSuite and its peers in turn, and prints a table of medians: µs a
# sample, and how many times as fast as the best of the peers this is.
#
# usage: compare.sh PYTHON [ROUNDS=5 [BATCH=32 [WORKERS=2 [PEERS=torch,ort]]]]
# PYTHON is an interpreter with what peers.py needs. The machine must be quiet.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${1:?want a Python interpreter, see the head of this file}
rounds=${2:-5} batch=${3:-32} workers=${4:-2} peers=${5:-torch,ort}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go test -c -o "$dir/suite" .
nets="lesson lesson-same simple three-conv lenet5 conv5 vgg-small all-conv resnet20 mobile wide128"
for round in $(seq "$rounds"); do
	for net in $nets; do
		"$dir/suite" -test.run '^$' -test.bench "Suite/net=$net/pass=.*/batch=$batch/workers=$workers\$" -test.benchtime 0.7s |
			sed -nE 's|.*/net=([^/]*)/pass=([a-z]*)/.* ([0-9.]+) µs/sample.*|\1 \2 us \3|p' >>"$dir/times"
		for peer in ${peers//,/ }; do
			"$python" testdata/peers/peers.py "$peer" "$net" "$batch" "$workers" |
				awk -v p="$peer" '{ print $1, "train", p, $2; print $1, "infer", p, $3 }' >>"$dir/times"
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
for which in ("train", "infer"):
    print(f"\n| {which}, µs a sample | best peer | this | times as fast |\n|---|---|---|---|")
    ratios = []
    for net in nets:
        peers = {k[2]: v for k, v in times.items() if k[:2] == (net, which) and k[2] != "us"}
        best = min(peers, key=lambda p: statistics.median(peers[p]))
        us = times[net, which, "us"]
        ratio = statistics.median(p / u for p, u in zip(peers[best], us))
        ratios.append(ratio)
        print(f"| {net} | {statistics.median(peers[best]):.0f} {best} | {statistics.median(us):.0f} | {ratio:.2f} |")
    print(f"| geometric mean | | | {math.prod(ratios) ** (1 / len(ratios)):.2f} |")
TABLE
