package main

import (
	"encoding/json"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

func TestBench(t *testing.T) {
	folder(t, "small.safetensors")
	before := runtime.GOMAXPROCS(0)
	got := runModel("bench", "--batch", "3", "--threads", "1", "--runs", "7", "small.safetensors")
	want := regexp.MustCompile(`^7 runs, 3 images each, 1 thread, kernels [^\n]+

     ms a run +images/s
min +[0-9.]+ +[0-9.]+
p50 +[0-9.]+ +[0-9.]+
p90 +[0-9.]+ +[0-9.]+
p99 +[0-9.]+ +[0-9.]+

Memory: [0-9.]+ MiB of values, 0.0 MiB of parameters(; the process had [0-9.]+ MiB at most)?
$`)
	if got.status != 0 || got.stderr != "" || !want.MatchString(got.stdout) {
		t.Errorf("want %v, got %+v", want, got)
	}
	if after := runtime.GOMAXPROCS(0); after != before {
		t.Errorf("GOMAXPROCS was %d, and is %d", before, after)
	}
	got = runModel("bench", "--json", "--runs", "3", "small.safetensors")
	var r timing
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil || r.Runs != 3 || r.Batch != 1 || r.Params != 55*4 || r.Memory == 0 ||
		!(r.Least > 0 && r.Least <= r.P50 && r.P50 <= r.P90 && r.P90 <= r.P99) || r.Threads != before || r.File != "small.safetensors" {
		t.Errorf("%v: got %+v", err, got)
	}
}

// TestPercentiles are of the nearest rank.
func TestPercentiles(t *testing.T) {
	times := make([]time.Duration, 200)
	for i := range times {
		times[i] = time.Duration(i+1) * time.Millisecond
	}
	all := func(times []time.Duration) []float64 {
		return []float64{percentile(times, 50), percentile(times, 90), percentile(times, 99)}
	}
	if diff := cmp.Diff([]float64{100, 180, 198}, all(times)); diff != "" {
		t.Errorf("200 (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{2, 3, 3}, all(times[:3])); diff != "" {
		t.Errorf("3 (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{1, 1, 1}, all(times[:1])); diff != "" {
		t.Errorf("1 (-want +got):\n%s", diff)
	}
}

// TestNoRoom is an error before anything is allocated.
func TestNoRoom(t *testing.T) {
	folder(t)
	save(t, "net.safetensors", graph.Input("x", 1, 1000, 1000).Then(graph.ReLU))
	got := runModel("bench", "--batch", "2000000000", "net.safetensors")
	if runtime.GOOS == "linux" && (got.status != 2 || !strings.HasPrefix(got.stderr, "model: --batch: want what fits into ")) {
		t.Errorf("got %+v", got)
	}
}
