package graph_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
	"euryale/nets"
)

// profiled is the profile of a run of a network on zeros, and its plan.
func profiled(t *testing.T, net *graph.Network, mode graph.Mode) (*graph.Profile, *graph.Plan) {
	t.Helper()
	c := graph.ProgramConfig{Batch: 2, Mode: mode, Loss: graph.SparseCategoricalCrossEntropy{}, Profile: true}
	p := compile(t, net, c)
	for range 2 { // the second run replaces what the first left
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
	}
	profile, err := p.Profile()
	if err != nil {
		t.Fatal(err)
	}
	return profile, net.Plan(c)
}

// TestProfileOfEveryNetwork holds the steps to those of the plan, their times to
// those of the ops, and the multiply-adds to those of the report.
func TestProfileOfEveryNetwork(t *testing.T) {
	for _, name := range nets.Names() {
		for _, e := range engines {
			for _, mode := range []graph.Mode{graph.Training, graph.Inference} {
				t.Run(name+"/"+e.String()+"/"+[]string{"inference", "training"}[mode], func(t *testing.T) {
					net, err := nets.New(name, nets.Config{Engine: e})
					if err != nil {
						t.Fatal(err)
					}
					profile, plan := profiled(t, net, mode)
					var steps []graph.PlanStep
					for _, s := range profile.Steps {
						steps = append(steps, s.PlanStep)
					}
					if diff := cmp.Diff(plan.Steps, steps); diff != "" {
						t.Errorf("steps (-plan +profile):\n%s", diff)
					}
					checkTimes(t, profile)
					checkMultiplies(t, net, profile)
				})
			}
		}
	}
}

// checkTimes adds up the ops of each step, of which there is one at least. None
// begins before the one before it ends.
func checkTimes(t *testing.T, p *graph.Profile) {
	t.Helper()
	forward, backward := make([]time.Duration, len(p.Steps)), make([]time.Duration, len(p.Steps))
	ran := make([][2]int, len(p.Steps))
	var end, all time.Duration
	for _, op := range p.Ops {
		if op.Start < end || op.Took < 0 || op.Name == "" {
			t.Errorf("op %+v begins before %v", op, end)
		}
		end = op.Start + op.Took
		all += op.Took
		if op.Backward {
			backward[op.Step] += op.Took
			ran[op.Step][1]++
		} else {
			forward[op.Step] += op.Took
			ran[op.Step][0]++
		}
	}
	if end > p.Took || p.Between() != p.Took-all {
		t.Errorf("want %v between the ops, of %v, got %v", p.Took-all, p.Took, p.Between())
	}
	for i, s := range p.Steps {
		if s.Forward != forward[i] || s.Backward != backward[i] {
			t.Errorf("%s: want %v and %v, got %v and %v", s.Name(), forward[i], backward[i], s.Forward, s.Backward)
		}
		if ran[i][0] == 0 {
			t.Errorf("%s, %s: no op ran", s.Name(), s.Ops)
		}
		if wants := s.GradientMultiplyAdds > 0; wants != (ran[i][1] > 0) && s.MultiplyAdds > 0 {
			t.Errorf("%s, %s: got %d ops of a gradient of %d multiply-adds", s.Name(), s.Ops, ran[i][1], s.GradientMultiplyAdds)
		}
	}
}

// checkMultiplies counts, backward, twice what counts forward but for the input
// of the network, whose gradient nobody wants.
func checkMultiplies(t *testing.T, net *graph.Network, p *graph.Profile) {
	t.Helper()
	var want, first, got, gradients int
	for _, row := range net.Report().Rows {
		want += row.Multiplies
	}
	for _, s := range p.Steps {
		if first == 0 {
			first = s.MultiplyAdds
		}
		got += s.MultiplyAdds
		gradients += s.GradientMultiplyAdds
	}
	if got != want || want == 0 {
		t.Errorf("want %d multiply-adds, got %d", want, got)
	}
	if p.Mode == graph.Inference {
		first = 2 * want
	}
	if gradients != 2*want-first {
		t.Errorf("want %d multiply-adds of gradients, got %d", 2*want-first, gradients)
	}
}

// TestProfileOfFrozen has weights that nobody trains: they count for nothing
// backward, and in front of the first that is trained neither do the inputs.
func TestProfileOfFrozen(t *testing.T) {
	for _, e := range engines {
		net, err := graph.New(graph.Config{Input: graph.Shape{4}, Engine: e},
			graph.Frozen{Layer: graph.Dense{Units: 5}}, graph.Dense{Units: 6}, graph.Frozen{Layer: graph.Dense{Units: 7}}, graph.Softmax)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := profiled(t, net, graph.Training)
		var got [][2]int
		for _, s := range p.Steps {
			if s.MultiplyAdds > 0 {
				got = append(got, [2]int{s.MultiplyAdds, s.GradientMultiplyAdds})
			}
		}
		if want := [][2]int{{20, 0}, {30, 30}, {42, 42}}; !slices.Equal(got, want) {
			t.Errorf("%v: want %v, got %v", e, want, got)
		}
	}
}

// TestProfileOfLayouts has a convolution whose output is put in another order,
// which multiplies nothing.
func TestProfileOfLayouts(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{16, 8, 8}, Engine: graph.Fused},
		graph.Conv2D{Filters: 16, Kernel: 3, NoBias: true}, graph.Flatten{}, graph.Dense{Units: 2}, graph.Softmax)
	if err != nil {
		t.Fatal(err)
	}
	p, plan := profiled(t, net, graph.Training)
	if !slices.ContainsFunc(plan.Steps, func(s graph.PlanStep) bool { return s.Ops == "layout" }) {
		t.Fatalf("want a step that changes the layout, got\n%v", plan)
	}
	checkTimes(t, p)
	checkMultiplies(t, net, p)
}

// handmade is a profile of two steps, whose gradients run the other way about.
func handmade() *graph.Profile {
	const µs = time.Microsecond
	return &graph.Profile{
		Batch: 10, Mode: graph.Training, Took: 700 * µs, Peak: 40,
		After: []graph.ProfilePart{{Name: "Optimiser", Took: 50 * µs}},
		Steps: []graph.ProfileStep{
			{graph.PlanStep{Layers: []string{"dense_1"}, Ops: "product + bias", Kernel: "product in tiles", Bytes: 8}, 100 * µs, 200 * µs, 100_000, 200_000},
			{graph.PlanStep{Ops: "sum", Kernel: "plain Go"}, 300 * µs, 50 * µs, 0, 0},
		},
		Ops: []graph.ProfileOp{
			{0, false, "product", 5 * µs, 60 * µs},
			{0, false, "bias", 65 * µs, 40 * µs},
			{1, false, "sum", 110 * µs, 300 * µs},
			{1, true, "spread", 420 * µs, 50 * µs},
			{0, true, "back", 480 * µs, 200*µs + 1},
		},
	}
}

func TestProfileText(t *testing.T) {
	p := handmade()
	const training = `Layer    Computes        Kernel            µs forward  µs backward  GFLOP/s  % of peak
dense_1  product + bias  product in tiles        10.0         20.0     20.0       50.0
loss     sum             plain Go                30.0          5.0
Forward: 40.0 µs a sample, 5.0 GFLOP/s, 12.5 % of the peak
Backward: 25.0 µs a sample, 16.0 GFLOP/s, 40.0 % of the peak
Between the ops: 5.0 µs a sample
Optimiser: 5.0 µs a sample
All: 75.0 µs a sample, 8.0 GFLOP/s, 20.0 % of the peak
`
	if diff := cmp.Diff(training, p.String()); diff != "" {
		t.Errorf("training (-want +got):\n%s", diff)
	}
	p.Mode, p.Peak, p.After, p.Took = graph.Inference, 0, nil, 410*time.Microsecond
	for i := range p.Steps {
		p.Steps[i].Backward, p.Steps[i].GradientMultiplyAdds = 0, 0
	}
	const inference = `Layer    Computes        Kernel            µs forward  GFLOP/s
dense_1  product + bias  product in tiles        10.0     20.0
loss     sum             plain Go                30.0
Forward: 40.0 µs a sample, 5.0 GFLOP/s
Between the ops: 1.0 µs a sample
All: 41.0 µs a sample, 4.9 GFLOP/s
`
	if diff := cmp.Diff(inference, p.String()); diff != "" {
		t.Errorf("inference (-want +got):\n%s", diff)
	}
}

// TestProfileTextOfAPair has the second convolution of a step below the first.
func TestProfileTextOfAPair(t *testing.T) {
	p := &graph.Profile{Batch: 1, Mode: graph.Inference, Steps: []graph.ProfileStep{
		{PlanStep: graph.PlanStep{Layers: []string{"re_lu_1"}, Ops: "conv 1×1/1 + ReLU + conv 3×3/1 in 8 groups + bias", Kernel: "by taps, then depthwise"}},
		{PlanStep: graph.PlanStep{Layers: []string{"dense_1"}, Ops: "product", Kernel: "product in tiles"}},
	}}
	const want = `Layer    Computes           Kernel                   µs forward  GFLOP/s
re_lu_1  conv 1×1/1 + ReLU  by taps, then depthwise         0.0
           + conv 3×3/1 in 8 groups + bias
dense_1  product            product in tiles                0.0
Forward: 0.0 µs a sample
`
	if got, _, _ := strings.Cut(p.String(), "Between"); got != want {
		t.Errorf("want\n%s, got\n%s", want, got)
	}
}

func TestMedianProfile(t *testing.T) {
	var runs []*graph.Profile
	for i, add := range []time.Duration{500, 1, 9, 3} {
		p := handmade()
		p.Steps[0].Forward += add
		p.Steps[1].Backward -= add
		p.After[0].Took += 2 * add
		p.Took += time.Duration(i) // all of it between the ops
		runs = append(runs, p)
	}
	m, err := graph.MedianProfile(runs)
	if err != nil {
		t.Fatal(err)
	}
	want := handmade()
	want.Ops = nil
	want.Steps[0].Forward += 9
	want.Steps[1].Backward -= 3
	want.After[0].Took += 18
	want.Took += 9 - 3 + 2
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("median (-want +got):\n%s", diff)
	}
	if first := handmade().Steps[0].Forward + 500; runs[0].Steps[0].Forward != first || len(runs[0].Ops) == 0 {
		t.Error("the median changed a run")
	}
	_, err = graph.MedianProfile(nil)
	oneLine(t, err, "profile: want at least one run, got none")
	_, err = graph.MedianProfile([]*graph.Profile{handmade(), nil})
	oneLine(t, err, "profile: want a profile of each run, got nil at 1")
	other := handmade()
	other.Batch = 3
	_, err = graph.MedianProfile([]*graph.Profile{handmade(), other})
	oneLine(t, err, "profile: want runs of one plan, got those of several")
}

// traced is an event of a trace, in ns.
type traced struct {
	name, category string
	start, end     int64
	args           map[string]any
}

// events are those of a trace, as a viewer reads them.
func events(t *testing.T, p *graph.Profile) []traced {
	t.Helper()
	var text bytes.Buffer
	if err := p.WriteTrace(&text); err != nil {
		t.Fatal(err)
	}
	var file struct {
		TraceEvents []struct {
			Name, Cat, Ph string
			Ts, Dur       float64
			Pid, Tid      *int
			Args          map[string]any
		}
		DisplayTimeUnit string
	}
	d := json.NewDecoder(&text)
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	var all []traced
	for _, e := range file.TraceEvents {
		if e.Ph != "X" || e.Pid == nil || e.Tid == nil || e.Dur < 0 {
			t.Errorf("want a complete event, got %+v", e)
		}
		ns := func(µs float64) int64 { return int64(math.Round(1e3 * µs)) }
		all = append(all, traced{e.Name, e.Cat, ns(e.Ts), ns(e.Ts) + ns(e.Dur), e.Args})
	}
	return all
}

func TestTrace(t *testing.T) {
	args := map[string]any{"kernel": "product in tiles", "ops": "product + bias", "bytes": 8.0}
	loss := map[string]any{"kernel": "plain Go", "ops": "sum", "bytes": 0.0}
	want := []traced{
		{"training step", "run", 0, 750_000, nil},
		{"dense_1", "forward", 5_000, 105_000, args},
		{"product", "op", 5_000, 65_000, nil},
		{"bias", "op", 65_000, 105_000, nil},
		{"loss", "forward", 110_000, 410_000, loss},
		{"sum", "op", 110_000, 410_000, nil},
		{"loss", "backward", 420_000, 470_000, loss},
		{"spread", "op", 420_000, 470_000, nil},
		{"dense_1", "backward", 480_000, 680_001, args},
		{"back", "op", 480_000, 680_001, nil},
		{"Optimiser", "after", 700_000, 750_000, nil},
	}
	if diff := cmp.Diff(want, events(t, handmade()), cmp.AllowUnexported(traced{})); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	p := handmade()
	p.Ops[3].Step = 2
	oneLine(t, p.WriteTrace(&bytes.Buffer{}), "profile: Ops[3].Step: want one of 2 steps, got 2")
	oneLine(t, (&graph.Profile{}).WriteTrace(&bytes.Buffer{}), "profile: want that of one run to trace, got one without Ops")
}

// TestTraceNests opens and closes the events of a network's run: each lies in
// all that are open.
func TestTraceNests(t *testing.T) {
	for _, e := range engines {
		p, _ := profiled(t, declared(t, "residual"), graph.Training)
		p.After = []graph.ProfilePart{{Name: "Optimiser", Took: 7}}
		var open []traced
		steps := map[string]bool{}
		all := events(t, p)
		for _, event := range all {
			for len(open) > 0 && open[len(open)-1].end <= event.start {
				open = open[:len(open)-1]
			}
			if depth := map[string]int{"run": 0, "forward": 1, "backward": 1, "after": 1, "op": 2}[event.category]; depth != len(open) {
				t.Errorf("%v: %+v lies in %d events, want %d", e, event, len(open), depth)
			}
			for _, around := range open {
				if event.start < around.start || event.end > around.end {
					t.Errorf("%v: %+v sticks out of %+v", e, event, around)
				}
			}
			open = append(open, event)
			steps[event.name+event.category] = true
		}
		for _, s := range p.Steps {
			if !steps[s.Name()+"forward"] {
				t.Errorf("%v: no event of %s", e, s.Name())
			}
		}
		if all[len(all)-1].end != all[0].end {
			t.Errorf("%v: the last event ends at %d, the first at %d", e, all[len(all)-1].end, all[0].end)
		}
	}
}

func TestProfileErrors(t *testing.T) {
	fails := false
	net, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Func(func(x *G.Node) (*G.Node, error) {
		return G.ApplyOp(sometimes{handingOn{x.Dims()}, &fails}, x)
	}))
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{})
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	_, err = p.Profile()
	oneLine(t, err, "program: want one compiled with Profile, to be timed")

	p = compile(t, net, graph.ProgramConfig{Profile: true})
	const want = "program: want a Run that succeeds before its Profile"
	_, err = p.Profile()
	oneLine(t, err, want)
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err = p.Profile(); err != nil {
		t.Error(err)
	}
	fails = true
	if p.Run() == nil {
		t.Fatal("want an error of the op")
	}
	_, err = p.Profile()
	oneLine(t, err, want)
}

// sometimes is an op that fails when told to.
type sometimes struct {
	handingOn
	fails *bool
}

func (s sometimes) Do(in ...G.Value) (G.Value, error) {
	if *s.fails {
		panic("out of cheese")
	}
	return s.handingOn.Do(in...)
}
