#!/usr/bin/env bash
# compare.sh PYTHON DIR: torchvision's networks here and in ONNX Runtime, in turn, five
# times: ms an image and MB, medians, two threads. What is not in DIR is exported first.
# NETS and ROUNDS choose.
set -euo pipefail
cd "$(dirname "$0")/../../.."
python=$1 dir=$2
here=graph/testdata/onnxnets
mkdir -p "$dir"
[ -e "$dir/mnasnet1_0.y.npy" ] || "$python" $here/nets.py export "$dir"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
go build -o "$build/model" ./cmd/model
for round in $(seq "${ROUNDS:-5}"); do
	for net in ${NETS:-squeezenet1_1 resnet18 mobilenet_v2 shufflenet_v2_x1_0 efficientnet_b0 densenet121 googlenet mnasnet1_0}; do
		for batch in 1 8; do
			"$build/model" bench --json --threads 2 --batch $batch --runs $((batch == 1 ? 60 : 12)) "$dir/$net.dynamo.onnx" |
				"$python" -c "import json, sys; r = json.load(sys.stdin); print('go', '$net', $batch, r['p50_ms'] / $batch, r['peak_resident_bytes'] / 2**20)"
			echo "ort $("$python" $here/nets.py time "$dir" $net $batch)"
		done
	done
done | "$python" -c '
import statistics, sys
rows = {}
for line in sys.stdin:
    who, net, batch, ms, mb = line.split()
    rows.setdefault((net, int(batch)), {}).setdefault(who, []).append((float(ms), float(mb)))
print("network              batch  onnxruntime ms   here ms   times as fast   onnxruntime MB   here MB")
for (net, batch), by in rows.items():
    (a, m), (b, n) = ([statistics.median(v) for v in zip(*by[who])] for who in ("ort", "go"))
    print(f"{net:20} {batch:5} {a:15.2f} {b:9.2f} {a / b:15.2f} {m:16.0f} {n:9.0f}")
'
