package train

import (
	"context"
	"encoding/json"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

func findRate(t testing.TB, net *graph.Network, data loaders.Source, c Config, test RangeTest) *RateRange {
	t.Helper()
	r, err := FindRate(context.Background(), net, data, c, test)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// restless is a network that draws at random, and keeps means for itself.
func restless(t testing.TB) *graph.Network {
	return network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: 1},
		graph.Conv2D{Filters: 4, Kernel: 3}, graph.BatchNorm{}, graph.ReLU, graph.Flatten{}, graph.Dropout{Rate: 0.3}, graph.Dense{Units: 3, Activation: graph.Softmax})
}

// TestFindRateLeavesTheNetwork as it was, so that training goes on to the same
// bits: where it ends by itself, diverges, is cancelled and fails.
func TestFindRateLeavesTheNetwork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	nan := float32(math.NaN())
	for _, tt := range []struct {
		name string
		ctx  context.Context
		data loaders.Source
		test RangeTest
		fail bool
	}{
		{"whole", t.Context(), bars(64), RangeTest{High: 1e-3}, false},
		{"diverged", t.Context(), bars(64), RangeTest{Low: 1, High: 1e30, Steps: 20}, false},
		{"cancelled", ctx, cancelling{bars(64), cancel}, RangeTest{}, true},
		{"not a number", t.Context(), pixels{bars(64), nan, nil}, RangeTest{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net, same := restless(t), restless(t)
			for _, n := range []*graph.Network{net, same} {
				fit(t, n, bars(40), Config{})
			}
			was, steps := weights(net), net.Steps()
			_, err := FindRate(tt.ctx, net, tt.data, Config{}, tt.test)
			if (err != nil) != tt.fail {
				t.Fatalf("want an error: %v, got %v", tt.fail, err)
			}
			if !slices.Equal(was, weights(net)) || net.Steps() != steps || steps == 0 {
				t.Errorf("want the network as it was, of %d steps, got %d", steps, net.Steps())
			}
			fit(t, net, bars(40), Config{})
			fit(t, same, bars(40), Config{})
			if !slices.Equal(weights(net), weights(same)) {
				t.Error("want training to go on to the same bits")
			}
		})
	}
}

// TestFindRateInterrupted keeps the steps that there were, which are those of a
// test that nobody interrupts.
func TestFindRateInterrupted(t *testing.T) {
	whole := findRate(t, restless(t), bars(64), Config{Batch: 8}, RangeTest{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var told []RatePoint
	r, err := FindRate(ctx, restless(t), bars(64), Config{Batch: 8}, RangeTest{OnStep: func(p RatePoint) {
		if told = append(told, p); len(told) == 30 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || r == nil {
		t.Fatalf("want the context's error, and the steps, got %v and %v", err, r)
	}
	for name, got := range map[string][]RatePoint{"returned": r.Points, "told": told} {
		if diff := cmp.Diff(whole.Points[:30], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if r.Minimum == 0 {
		t.Error("want a minimum of what there is")
	}
}

// cancelling is a source that cancels when it is first asked for a batch.
type cancelling struct {
	loaders.Source
	cancel func()
}

func (c cancelling) Fill(b *loaders.Batch, index []int) error {
	if len(index) > 1 {
		c.cancel()
	}
	return c.Source.Fill(b, index)
}

// stepwise is the test written as a loop: a Fit for each step, its rate set by a
// State, its loss that of an epoch of one batch.
func stepwise(t *testing.T, net *graph.Network, data *loaders.Dataset, test RangeTest) []RatePoint {
	var points []RatePoint
	var state *OptimizerState
	average := 0.0
	for i := range test.Steps {
		rate := test.Low * math.Pow(test.High/test.Low, float64(i)/float64(test.Steps-1))
		h := fit(t, net, data, Config{Batch: data.Len(), NoShuffle: true, FirstEpoch: i + 1, State: state, Optimizer: SGD{LearningRate: rate, Momentum: 0.9}})
		state = &h.State
		average = 0.9*average + 0.1*h.Epochs[0].Loss
		points = append(points, RatePoint{rate, h.Epochs[0].Loss, average / (1 - math.Pow(0.9, float64(i+1)))})
	}
	return points
}

// TestFindRateByHand compares it with Fits of one step each.
func TestFindRateByHand(t *testing.T) {
	test := RangeTest{Low: 1e-3, High: 0.3, Steps: 12}
	c := Config{Batch: 30, NoShuffle: true, Optimizer: SGD{LearningRate: 7, Momentum: 0.9, Schedule: WarmUp{Steps: 4}}}
	got := findRate(t, tinyOf(t, 1, graph.Float64), bars(30), c, test)
	want := stepwise(t, tinyOf(t, 1, graph.Float64), bars(30), test)
	if diff := cmp.Diff(want, got.Points, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Errorf("points (-by hand +got):\n%s", diff)
	}
	if got.Diverged {
		t.Error("want all the steps")
	}
}

// TestFindRateTakes each of what a Fit takes, and proposes a rate that trains.
func TestFindRateTakes(t *testing.T) {
	for name, c := range map[string]Config{
		"adam":       {},
		"adamw":      {Optimizer: AdamW{Schedule: Cosine{Steps: 9}}},
		"sgd":        {Optimizer: SGD{Momentum: 0.9, Nesterov: true}},
		"rmsprop":    {Optimizer: RMSprop{}},
		"lion":       {Optimizer: Lion{}},
		"clipped":    {Optimizer: SGD{}, Clip: Clip{GlobalNorm: 0.5}},
		"accumulate": {Accumulate: 3, Batch: 8},
		"loss":       {Loss: graph.Focal{}},
		"callbacks": {
			Validation: bars(9), ValidateEvery: 1, Average: EMA{Decay: 0.9},
			Callbacks: []Callback{&EarlyStop{}, CallbackFunc(func(Event) error { return errors.New("told") })},
		},
		"going on": {FirstEpoch: 3, State: &OptimizerState{Optimizer: "sgd"}},
		"from":     {From: &Checkpoint{}},
	} {
		t.Run(name, func(t *testing.T) {
			net, data := tiny(t, 1), bars(300)
			for i := range 60 { // so that no loss is 0
				data.Labels[i*5] = i * 7 % 3
			}
			r := findRate(t, net, data, c, RangeTest{})
			if !(r.Steepest >= r.Minimum/13 && r.Steepest <= r.Minimum/4.9 && r.MinimumTenth == r.Minimum/10) || r.Step() == 0 {
				t.Errorf("want a rate below that of the minimum, got %v and %v", r.Steepest, r.Minimum)
			}
			for i, p := range r.Points[1:] {
				if ratio := p.Rate / r.Points[i].Rate; math.Abs(ratio-math.Pow(1e8, 1./99)) > 1e-9 {
					t.Fatalf("step %d: want each rate the same multiple of the one before, got %v", i+2, ratio)
				}
			}
		})
	}
}

// TestFindRateTrains: two epochs at the rate that it proposes learn, whatever the
// network and the optimiser.
func TestFindRateTrains(t *testing.T) {
	data, _ := loaders.RenderedDigits(1, 1600, 0)
	for _, name := range []string{"lesson", "three-conv"} {
		for _, of := range []func(rate float64) Optimizer{
			func(rate float64) Optimizer { return SGD{LearningRate: rate, Momentum: 0.9} },
			func(rate float64) Optimizer { return Adam{LearningRate: rate} },
			func(rate float64) Optimizer { return Lion{LearningRate: rate} },
			func(rate float64) Optimizer { return RMSprop{LearningRate: rate} },
		} {
			c := Config{Epochs: 2, Optimizer: of(0.1)}
			r := findRate(t, named(t, name, 1), data, c, RangeTest{})
			if r.Steepest == 0 {
				t.Errorf("%s, %T: %v", name, of(1), r)
				continue
			}
			c.Optimizer = of(r.Steepest)
			m := fit(t, named(t, name, 1), data, c).Epochs[1].Metrics
			t.Logf("%s, %T: %v: %v", name, of(1), r, m)
			if m.Accuracy < 0.4 {
				t.Errorf("%s, %T: %v: want it learned, got %v", name, of(1), r, m)
			}
		}
	}
}

// TestFindRateBeats rates far below and above.
func TestFindRateBeats(t *testing.T) {
	data, _ := loaders.RenderedDigits(1, 640, 0)
	loss := func(rate float64) float64 {
		h, err := Fit(t.Context(), named(t, "dense128", 1), data, Config{Epochs: 2, Optimizer: SGD{LearningRate: rate}})
		if err != nil {
			return math.Inf(1)
		}
		return h.Epochs[1].Loss
	}
	r := findRate(t, named(t, "dense128", 1), data, Config{Optimizer: SGD{}}, RangeTest{})
	if here := loss(r.Steepest); !(here < loss(r.Steepest/50) && here < loss(r.Steepest*50)) {
		t.Errorf("%v: want a smaller loss than at a fiftieth and at fifty times it, got %v, %v and %v", r, here, loss(r.Steepest/50), loss(r.Steepest*50))
	}
}

func TestFindRateIsDeterministic(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := findRate(t, restless(t), bars(100), Config{Seed: 4}, RangeTest{})
	runtime.GOMAXPROCS(4)
	two := findRate(t, restless(t), bars(100), Config{Seed: 4}, RangeTest{})
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("one core and four (-one +four):\n%s", diff)
	}
	for name, c := range map[string]Config{"another seed": {Seed: 5}, "no shuffle": {Seed: 4, NoShuffle: true}} {
		if other := findRate(t, restless(t), bars(100), c, RangeTest{}); cmp.Equal(one, other) {
			t.Errorf("%s: want the order of the samples to make a difference", name)
		}
	}
}

// TestFindRateEnds where the loss is too large, and where it is no longer finite.
func TestFindRateEnds(t *testing.T) {
	data := pixels{bars(64), 0, new(float32)}
	square := Config{Optimizer: SGD{}, Loss: graph.MeanSquaredError{}}
	linear := network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: 1}, graph.Flatten{}, graph.Dense{Units: 3})
	large := findRate(t, linear, data, square, RangeTest{Low: 1e-3, High: 1e3, Diverged: 1.5})
	n := len(large.Points)
	if !large.Diverged || n >= 100 || !(large.Points[n-1].Smoothed > 1.5*least(large.Points)) || large.Points[n-2].Smoothed > 1.5*least(large.Points[:n-1]) {
		t.Errorf("want an end at the first loss of one and a half times the least, got %d steps, diverged: %v", n, large.Diverged)
	}
	infinite := findRate(t, linear, data, square, RangeTest{Low: 1, High: 1e300, Steps: 20, Diverged: math.Inf(1)})
	if n := len(infinite.Points); !infinite.Diverged || n >= 20 || !finite(infinite.Points[n-1].Loss) {
		t.Errorf("want an end before the first loss that is not finite, got %d steps, diverged: %v", n, infinite.Diverged)
	}
	all := findRate(t, linear, data, square, RangeTest{Low: 1e-7, High: 1e-6})
	if all.Diverged || len(all.Points) != 100 || all.Points[99].Rate != 1e-6 {
		t.Errorf("want all the steps, got %d, diverged: %v", len(all.Points), all.Diverged)
	}
}

// least is the smallest smoothed loss.
func least(points []RatePoint) float64 {
	m := math.Inf(1)
	for _, p := range points {
		m = min(m, p.Smoothed)
	}
	return m
}

func TestFindRateErrors(t *testing.T) {
	net, data := tiny(t, 1), bars(9)
	for _, tt := range []struct {
		net    *graph.Network
		data   loaders.Source
		config Config
		test   RangeTest
		want   string
	}{
		{net, data, Config{}, RangeTest{Low: -1}, "find rate: want a Low above 0, got -1"},
		{net, data, Config{}, RangeTest{Low: 1, High: 0.5}, "find rate: want a finite High above Low, got 0.5"},
		{net, data, Config{}, RangeTest{High: math.Inf(1)}, "find rate: want a finite High above Low, got +Inf"},
		{net, data, Config{}, RangeTest{Steps: 9}, "find rate: want Steps of at least 10, or 0 for 100, got 9"},
		{net, data, Config{}, RangeTest{Smoothing: 1}, "find rate: want a Smoothing of 0 or more, below 1, got 1"},
		{net, data, Config{}, RangeTest{Diverged: 1}, "find rate: want Diverged above 1, or 0 for 4, got 1"},
		{net, data, Config{Batch: -1}, RangeTest{}, "train: want a Batch of at least 1, or 0 for 32, got -1"},
		{net, data, Config{Optimizer: Adam{LearningRate: -1}}, RangeTest{}, "adam: want a LearningRate above 0, got -1"},
		{net, data, Config{Optimizer: resting{}}, RangeTest{}, "find rate: after 0 steps: want an optimiser whose rate is above 0 at each step, got 0"},
		{nil, data, Config{}, RangeTest{}, "train: want a network and data, got nil"},
		{net, nil, Config{}, RangeTest{}, "train: want a network and data, got nil"},
		{net, pixels{data, float32(math.NaN()), nil}, Config{}, RangeTest{}, "find rate: after 0 steps: input input: want finite numbers, got NaN at value 7 of sample 4"},
	} {
		if r, err := FindRate(t.Context(), tt.net, tt.data, tt.config, tt.test); message(err) != tt.want || r != nil {
			t.Errorf("want %q and no range, got %q and %v", tt.want, message(err), r)
		}
	}
}

// resting is an optimiser of another kind, whose rate is 0.
type resting struct{ Adam }

func (resting) Start([]*graph.Param) (Stepper, error) { return rest{}, nil }

type rest struct{ Stepper }

func (rest) Rate() float64 { return 0 }

// TestRateRangeRefused has ranges of which there is nothing to propose.
func TestRateRangeRefused(t *testing.T) {
	many := func(from, step float64) (all []float64) {
		for i := range 12 {
			all = append(all, from+step*float64(i))
		}
		return all
	}
	for _, tt := range []struct {
		name     string
		smoothed []float64
		diverged bool
		want     string
	}{
		{"flat", []float64{2, 2, 2, 2, 2, 2}, false, "the loss does not fall in the range 0.0001 to 100"},
		{"rising", many(2, 0.1), false, "the loss does not fall in the range 0.0001 to 100"},
		{"diverged at once", []float64{2, 3, 9}, true, "the loss grows, and does not fall before, in the range 0.0001 to 100"},
		{"one step", []float64{2}, true, "the loss grows, and does not fall before, in the range 0.0001 to 100"},
		{"falling to its end", many(2, -0.1), false, "the loss still falls at the end of the range 0.0001 to 100"},
		{"smallest at the beginning", []float64{2, 1, 3, 4}, true, "the loss is smallest at 0.001, so near to the beginning of the range 0.0001 to 100 that no rate well below it was looked at"},
	} {
		r := rangeOf(tt.diverged, tt.smoothed...)
		if got, want := r.String(), "no learning rate: "+tt.want; got != want || r.Steepest != 0 || r.Step() != 0 {
			t.Errorf("%s: want %q, got %q and %v", tt.name, want, got, r.Steepest)
		}
	}
	if r := valley(3, 2.9, 2.8, 2.7, 2.9, 1, 4); r.Steepest != 1 {
		t.Errorf("want a tenth of the minimum where it falls at none below, got %v", r.Steepest)
	}
}

// valley is a range of a smoothed loss of these values, at rates of powers of ten.
func valley(smoothed ...float64) *RateRange { return rangeOf(false, smoothed...) }

func rangeOf(diverged bool, smoothed ...float64) *RateRange {
	r := &RateRange{Low: 1e-4, High: 100, Diverged: diverged}
	for i, v := range smoothed {
		r.Points = append(r.Points, RatePoint{Rate: math.Pow10(i - 4), Loss: v + 0.01*float64(i%2), Smoothed: v})
	}
	r.propose()
	return r
}

func TestRateRangePrinted(t *testing.T) {
	r := valley(2.3, 2.2, 1.9, 1.2, 0.8, 0.9, 5)
	r.Diverged = true
	if got, want := r.String(), "learning rate 0.1: the loss falls fastest there, of the rates well below 1, where it is smallest"; got != want {
		t.Errorf("want %q, got %q", want, got)
	}
	const table = `
step      rate    loss  smoothed
   1  1.00e-04  2.3000    2.3000
   2  1.00e-03  2.2100    2.2000
   3  1.00e-02  1.9000    1.9000
   4  1.00e-01  1.2100    1.2000  steepest
   5  1.00e+00  0.8000    0.8000   minimum
   6  1.00e+01  0.9100    0.9000
   7  1.00e+02  5.0000    5.0000  diverged
`
	if diff := cmp.Diff(table[1:], r.Table()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	long := make([]float64, 100)
	for i := range long {
		long[i] = math.Abs(float64(i) - 61.5)
	}
	if n := strings.Count(valley(long...).Table(), "\n"); n < 20 || n > 24 {
		t.Errorf("want about 20 lines, got %d", n)
	}
	if got := (&RateRange{}).String() + (&RateRange{}).Table(); got != "no learning rate: there was no stepThere was no step.\n" {
		t.Errorf("got %q", got)
	}
	var back RateRange
	if text, err := json.Marshal(r); err != nil || json.Unmarshal(text, &back) != nil || !cmp.Equal(*r, back) {
		t.Errorf("want JSON to keep it, got %+v and %v", back, err)
	}
}

func TestRateRangeDrawn(t *testing.T) {
	r := valley(2.3, 2.2, 1.9, 1.2, 0.8, 0.9, 5)
	r.Points[1].Loss = 400 // far from what the smoothed loss spans
	doc := r.SVG()
	drawn(t, doc)
	for part, want := range map[string]int{
		`class="mark"`: 1, ">learning rate<": 1, ">1e-4<": 1, ">1e2<": 1, `class="curve"`: 2, ">400<": 0, "<circle": 8, "<rect": 8, ">smoothed<": 1, ">of each step, up to 5.4<": 1, ">steepest, at 0.1<": 1, r.String(): 2,
	} {
		if got := strings.Count(doc, part); got != want {
			t.Errorf("want %q %d times, got %d in\n%s", part, want, got, doc)
		}
	}
	many := make([]float64, markedUpTo+1)
	for i := range many {
		many[i] = 2 - math.Sin(float64(i)/10)
	}
	if doc := valley(many...).SVG(); strings.Contains(doc, "<circle") || strings.Contains(doc, `width="7"`) || !strings.Contains(doc, ">of each step<") {
		t.Errorf("want curves and a legend without points, got\n%s", doc)
	}
	drawn(t, (&RateRange{}).SVG())
}
