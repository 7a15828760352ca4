package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/f32"
	"euryale/internal/memory"
)

// mostThreads is far more than helps, and fewer than a system refuses, at which the
// Go runtime would end the process.
const mostThreads = 1024

// benchmark is how to time a network.
type benchmark struct {
	batch, threads, runs int
	seed                 uint64
	asJSON               bool
	shapes               shapes
}

// benchCommand times a network.
func benchCommand() *cobra.Command {
	var b benchmark
	cmd := &cobra.Command{
		Use:   "bench FILE",
		Short: "Time a network's inference on random inputs",
		Long: `Time a network's inference on inputs drawn from 0 to 1. The first tenth of the
runs, three at least, come on top and do not count. A percentile is the time that
so many of a hundred runs took at most. --threads takes 1 to 1024.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := b.check(args); err != nil {
				return err
			}
			net, err := openNetwork(args[0], b.shapes)
			if err != nil {
				return err
			}
			t, err := b.run(cmd.Context(), net)
			if err != nil {
				return err
			}
			t.File = args[0]
			if b.asJSON {
				return writeJSON(cmd.OutOrStdout(), t)
			}
			_, err = io.WriteString(cmd.OutOrStdout(), t.String())
			return err
		},
	}
	p := cmd.Flags()
	p.IntVar(&b.batch, "batch", 1, "`N` samples a run")
	p.IntVar(&b.threads, "threads", runtime.GOMAXPROCS(0), "on `N` cores")
	p.Lookup("threads").DefValue = "" // which hangs on the machine
	p.IntVar(&b.runs, "runs", 50, "make `N` runs")
	p.Uint64Var(&b.seed, "seed", 1, "seed `N` of the inputs")
	p.BoolVar(&b.asJSON, "json", false, "print JSON instead")
	b.shapes.add(p)
	return cmd
}

func (b *benchmark) check(args []string) error {
	for _, f := range []struct {
		name string
		got  int
	}{{"batch", b.batch}, {"threads", b.threads}, {"runs", b.runs}} {
		if err := atLeast(f.name, f.got, 1); err != nil {
			return err
		}
	}
	if b.threads > mostThreads {
		return command.Usagef("--threads: want at most %d, got %d", mostThreads, b.threads)
	}
	return files(args, "a file", 1)
}

// timing is how long runs took.
type timing struct {
	File    string  `json:"file"`
	Batch   int     `json:"batch"`
	Threads int     `json:"threads"`
	Runs    int     `json:"runs"`
	Kernels string  `json:"kernels"`
	Least   float64 `json:"min_ms"`
	P50     float64 `json:"p50_ms"`
	P90     float64 `json:"p90_ms"`
	P99     float64 `json:"p99_ms"`
	Images  float64 `json:"images_per_second"` // by P50
	Memory  int     `json:"program_bytes"`     // see graph.Program.Memory
	Params  int     `json:"parameter_bytes"`
	Peak    uint64  `json:"peak_resident_bytes,omitempty"` // of the process, loading included; 0 where it is not known
}

func (b *benchmark) run(ctx context.Context, net *graph.Network) (*timing, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(b.threads))
	all, err := newBatches(net, b.batch)
	if err != nil {
		return nil, err
	}
	defer all.close()
	draws := rand.New(rand.NewPCG(b.seed, 0))
	for i := range all.in {
		all.set(i, func(int) float64 { return draws.Float64() })
	}
	warm := max(3, b.runs/10)
	times := make([]time.Duration, 0, min(b.runs, 1<<20))
	for i := range warm + b.runs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := all.program.Run(); err != nil {
			return nil, err
		}
		if i >= warm {
			times = append(times, time.Since(start))
		}
	}
	t := b.timing(times)
	t.Memory, t.Peak = all.program.Memory(), memory.Peak()
	for _, p := range net.Params() {
		t.Params += p.Value.Shape().TotalSize() * int(p.Value.Dtype().Size())
	}
	return t, nil
}

func (b *benchmark) timing(times []time.Duration) *timing {
	slices.Sort(times)
	t := &timing{Batch: b.batch, Threads: b.threads, Runs: len(times), Kernels: f32.Current().String()}
	t.Least, t.P50, t.P90, t.P99 = milliseconds(times[0]), percentile(times, 50), percentile(times, 90), percentile(times, 99)
	t.Images = 1000 * float64(b.batch) / max(t.P50, 1e-6)
	return t
}

// percentile is the least of sorted times that p of a hundred do not exceed: the
// nearest rank.
func percentile(sorted []time.Duration, p int) float64 {
	rank := int(math.Ceil(float64(p*len(sorted)) / 100))
	return milliseconds(sorted[max(rank, 1)-1])
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// String is a table.
func (t *timing) String() string {
	text := fmt.Sprintf("%s, %s, %s, kernels %s\n\n", command.Counted(t.Runs, "run", "runs"), command.Counted(t.Batch, "image", "images")+" each", command.Counted(t.Threads, "thread", "threads"), t.Kernels)
	rows := table{{"", "ms a run", "images/s"}}
	for _, r := range []struct {
		name string
		ms   float64
	}{{"min", t.Least}, {"p50", t.P50}, {"p90", t.P90}, {"p99", t.P99}} {
		rows = append(rows, []string{r.name, fmt.Sprintf("%.3f", r.ms), fmt.Sprintf("%.1f", 1000*float64(t.Batch)/max(r.ms, 1e-6))})
	}
	text += rows.text(func(column int) bool { return column == 0 })
	text += fmt.Sprintf("\nMemory: %s of values, %s of parameters", mebibytes(uint64(t.Memory)), mebibytes(uint64(t.Params)))
	if t.Peak > 0 {
		text += fmt.Sprintf("; the process had %s at most", mebibytes(t.Peak))
	}
	return text + "\n"
}

func mebibytes(n uint64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
