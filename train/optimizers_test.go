package train

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// optimizers are all of them, with what each does differently, at rates at which
// tiny learns bars.
var optimizers = []Optimizer{
	SGD{LearningRate: 0.1},
	SGD{LearningRate: 0.05, Momentum: 0.9, WeightDecay: 0.01, NoDecay: []string{"bias"}},
	SGD{LearningRate: 0.05, Momentum: 0.9, Nesterov: true},
	Adam{LearningRate: 0.01},
	AdamW{LearningRate: 0.01},
	RMSprop{LearningRate: 0.005},
	RMSprop{LearningRate: 0.001, Momentum: 0.9},
	RMSprop{LearningRate: 0.005, Centered: true},
	RMSprop{LearningRate: 0.001, Momentum: 0.9, Centered: true},
	Lion{LearningRate: 0.003, WeightDecay: 0.1},
}

func TestOptimizersLearn(t *testing.T) {
	for _, o := range optimizers {
		t.Run(o.String(), func(t *testing.T) {
			history := fit(t, tiny(t, 1), bars(200), Config{Epochs: 15, Optimizer: o})
			first, last := history.Epochs[0], history.Epochs[14]
			if last.Accuracy <= 0.95 || last.Loss >= first.Loss/2 {
				t.Errorf("want an accuracy above 0.95 and half the loss, got %+v at first and %+v at last", first.Metrics, last.Metrics)
			}
		})
	}
}

// TestOptimizersGoOn compares a loop of Fits of one epoch with one long Fit, bit
// for bit: each optimiser, each schedule, and all that Fit does around them.
func TestOptimizersGoOn(t *testing.T) {
	cases := []Config{
		{Clip: Clip{GlobalNorm: 0.1}},
		{Clip: Clip{Norm: 0.1}},
		{Clip: Clip{Value: 0.01}},
		{Accumulate: 2},
		{Average: EMA{Decay: 0.8}},
		{Average: EMA{Decay: 0.8}, Accumulate: 2, Clip: Clip{Norm: 0.1}, Optimizer: RMSprop{Momentum: 0.5, Centered: true, Schedule: Cosine{Steps: 20}}},
	}
	for _, o := range optimizers {
		cases = append(cases, Config{Optimizer: o})
	}
	for _, s := range schedules {
		cases = append(cases, Config{Optimizer: SGD{Momentum: 0.5, Schedule: s}})
	}
	for _, c := range cases {
		for _, dt := range []tensor.Dtype{graph.Float32, graph.Float64} {
			t.Run(fmt.Sprint(c.Optimizer, c.Clip, c.Accumulate, c.Average, dt), func(t *testing.T) {
				goesOn(t, c, dt, func() []Callback { return nil })
			})
		}
	}
}

// goesOn trains at once and epoch by epoch, with callbacks of their own, and is
// the state that both end with.
func goesOn(t *testing.T, c Config, dt tensor.Dtype, callbacks func() []Callback) OptimizerState {
	t.Helper()
	const epochs = 4
	data := bars(70) // batches of 16, the last of 6
	c.Batch, c.Seed, c.Validation, c.Epochs = 16, 3, bars(9), epochs
	whole, parts := tinyOf(t, 1, dt), tinyOf(t, 1, dt)
	c.Callbacks = callbacks()
	want := fit(t, whole, data, c)
	c.Epochs, c.Callbacks = 1, callbacks()
	var got *History
	for epoch := 1; epoch <= epochs; epoch++ {
		c.FirstEpoch = epoch
		got = fit(t, parts, data, c)
		for i, e := range got.Epochs {
			if diff := cmp.Diff(want.Epochs[epoch-1+i].Validation, e.Validation); diff != "" {
				t.Errorf("epoch %d: validation (-one Fit +loop):\n%s", epoch, diff)
			}
		}
		c.State = &got.State
	}
	if !slices.Equal(weights(whole), weights(parts)) {
		t.Error("want the weights of one long Fit, bit for bit")
	}
	sameState(t, want.State, got.State)
	return got.State
}

func sameState(t *testing.T, want, got OptimizerState) {
	t.Helper()
	if want.Optimizer != got.Optimizer || want.Steps != got.Steps || want.Scale != got.Scale || slotNames(want.Slots) != slotNames(got.Slots) {
		t.Errorf("want a state %v, scale %v, of %s, got %v, scale %v, of %s",
			want, want.Scale, slotNames(want.Slots), got, got.Scale, slotNames(got.Slots))
		return
	}
	for i, slot := range want.Slots {
		for k, v := range slot.Values {
			if diff := cmp.Diff(v.Data(), got.Slots[i].Values[k].Data()); diff != "" {
				t.Errorf("slot %s, weight %d (-want +got):\n%s", slot.Name, k, diff)
			}
		}
	}
}

// TestOptimizersOnAllCores takes steps on weights that are cut up, with all
// that is summed over them, on one core and on several.
func TestOptimizersOnAllCores(t *testing.T) {
	shapes := []tensor.Shape{{2*piece + 5}, {1}, {7, 3}, {piece}}
	run := func(o Optimizer, c Clip, procs int) []uint64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		var params []*graph.Param
		var grads []*tensor.Dense
		for i, shape := range shapes {
			p := &graph.Param{Name: "w", Value: tensor.New(tensor.Of(graph.Float32), tensor.WithShape(shape...))}
			g := tensor.New(tensor.Of(graph.Float32), tensor.WithShape(shape...))
			for k := range shape.TotalSize() {
				set(p.Value, k, math.Sin(float64(i+k)))
				set(g, k, math.Cos(float64(3*i+7*k)))
			}
			params, grads = append(params, p), append(grads, g)
		}
		s, err := o.Start(params)
		if err != nil {
			t.Fatal(err)
		}
		a := newAveraging(s, EMA{Decay: 0.9}, params)
		s = c.clipped(a)
		for range 3 {
			if err := s.Step(grads); err != nil {
				t.Fatal(err)
			}
		}
		var bits []uint64
		for _, values := range [][]*tensor.Dense{values(params), a.averages} {
			for _, v := range values {
				for k := range v.Shape().TotalSize() {
					bits = append(bits, math.Float64bits(at(v, k)))
				}
			}
		}
		return bits
	}
	for _, o := range optimizers {
		for _, c := range []Clip{{}, {GlobalNorm: 0.5}} {
			if one := run(o, c, 1); !slices.Equal(one, run(o, c, 5)) {
				t.Errorf("%v, %v: want the same bits under GOMAXPROCS 1 and 5", o, c)
			}
		}
	}
}

func TestOptimizersPrint(t *testing.T) {
	for _, tt := range []struct {
		o    Optimizer
		want string
	}{
		{SGD{}, "SGD{LearningRate: 0.01}"},
		{SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true, WeightDecay: 5e-4, NoDecay: []string{"bias"}, Schedule: Constant{}}, `SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true, WeightDecay: 0.0005, NoDecay: []string{"bias"}, Schedule: Constant{}}`},
		{Adam{Schedule: Step{Every: 9}}, "Adam{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-07, Schedule: Step{Decay: 0.1, Every: 9}}"},
		{AdamW{}, "AdamW{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-07, WeightDecay: 0.004}"},
		{RMSprop{}, "RMSprop{LearningRate: 0.001, Rho: 0.9, Epsilon: 1e-07}"},
		{RMSprop{Momentum: 0.9, Centered: true}, "RMSprop{LearningRate: 0.001, Rho: 0.9, Momentum: 0.9, Epsilon: 1e-07, Centered: true}"},
		{Lion{}, "Lion{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.99}"},
	} {
		if got := tt.o.String(); got != tt.want {
			t.Errorf("want %s, got %s", tt.want, got)
		}
	}
}

func TestOptimizersBadSettings(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		o    Optimizer
		want string
	}{
		{SGD{LearningRate: -1}, "sgd: want a LearningRate above 0, got -1"},
		{SGD{Momentum: 1}, "sgd: want a Momentum of 0 or more, below 1, got 1"},
		{SGD{Momentum: nan}, "sgd: want a Momentum of 0 or more, below 1, got NaN"},
		{SGD{Nesterov: true}, "sgd: want a Momentum above 0 with Nesterov, got 0"},
		{SGD{WeightDecay: -1}, "sgd: want a WeightDecay of 0 or more, got -1"},
		{SGD{NoDecay: []string{""}}, `sgd: want NoDecay to name weights, such as "bias", got ""`},
		{AdamW{LearningRate: inf}, "adamw: want a LearningRate above 0, got +Inf"},
		{AdamW{Beta1: 1}, "adamw: want Beta1 and Beta2 between 0 and 1, got 1 and 0.999"},
		{AdamW{Epsilon: -1}, "adamw: want an Epsilon above 0, got -1"},
		{AdamW{WeightDecay: -1}, "adamw: want a WeightDecay above 0, got -1"},
		{AdamW{NoDecay: []string{""}}, `adamw: want NoDecay to name weights, such as "bias", got ""`},
		{RMSprop{LearningRate: nan}, "rmsprop: want a LearningRate above 0, got NaN"},
		{RMSprop{Rho: 1}, "rmsprop: want a Rho between 0 and 1, got 1"},
		{RMSprop{Momentum: -0.1}, "rmsprop: want a Momentum of 0 or more, below 1, got -0.1"},
		{RMSprop{Epsilon: inf}, "rmsprop: want an Epsilon above 0, got +Inf"},
		{RMSprop{WeightDecay: inf}, "rmsprop: want a WeightDecay of 0 or more, got +Inf"},
		{RMSprop{NoDecay: []string{""}}, `rmsprop: want NoDecay to name weights, such as "bias", got ""`},
		{Lion{LearningRate: -1}, "lion: want a LearningRate above 0, got -1"},
		{Lion{Beta2: 2}, "lion: want Beta1 and Beta2 between 0 and 1, got 0.9 and 2"},
		{Lion{WeightDecay: nan}, "lion: want a WeightDecay of 0 or more, got NaN"},
		{Lion{NoDecay: []string{"bias", ""}}, `lion: want NoDecay to name weights, such as "bias", got ""`},
		{Lion{Schedule: Cosine{}}, "lion: cosine: want Steps of at least 1, got 0"},
		{AdamW{Schedule: &Cosine{}}, "adamw: cosine: want Steps of at least 1, got 0"},
	} {
		if _, err := tt.o.Start(nil); message(err) != tt.want {
			t.Errorf("%v: want error %q, got %v", tt.o, tt.want, err)
		}
	}
}

// TestOptimizersBadState hands each the state of each other.
func TestOptimizersBadState(t *testing.T) {
	start := func(o Optimizer) Stepper {
		s, err := o.Start([]*graph.Param{param(tensor.Shape{2, 1}, []float32{1, 2})})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, from := range optimizers {
		for _, to := range optimizers {
			state, s := start(from).State(), start(to)
			if was := s.State(); was.Optimizer == state.Optimizer && slotNames(was.Slots) == slotNames(state.Slots) {
				if err := s.SetState(state); err != nil {
					t.Error(err)
				}
				continue
			}
			wantOneLine(t, s.SetState(state), "want ", ", got ")
		}
	}
	for _, tt := range []struct {
		from, to Optimizer
		want     string
	}{
		{Adam{}, AdamW{}, `want the state of adamw, got that of "adam"`},
		{SGD{Momentum: 0.9}, SGD{}, "sgd: want a state of no slots, got momentum"},
		{SGD{}, SGD{Momentum: 0.9}, "sgd: want a state of slot momentum, got none"},
		{RMSprop{}, RMSprop{Momentum: 0.5, Centered: true}, "rmsprop: want a state of slots v, momentum and mean, got v"},
	} {
		if got := message(start(tt.to).SetState(start(tt.from).State())); got != tt.want {
			t.Errorf("want error %q, got %q", tt.want, got)
		}
	}
	state := start(SGD{}).State()
	for _, scale := range []float64{-1, math.NaN(), math.Inf(1)} {
		state.Scale = scale
		if got, want := message(start(SGD{}).SetState(state)), fmt.Sprintf("sgd: want a state with a Scale above 0, or 0 for 1, got %v", scale); got != want {
			t.Errorf("want error %q, got %q", want, got)
		}
	}
	state.Scale = 0 // of before there was one
	if s := start(SGD{}); s.SetState(state) != nil || s.Rate() != 0.01 {
		t.Errorf("want a rate of 0.01, got %v", s.Rate())
	}
}

// TestNoDecay decays by hand where there is no gradient.
func TestNoDecay(t *testing.T) {
	var params []*graph.Param
	for _, name := range []string{"dense_1/kernel", "dense_1/bias", "block/norm/scale", "dense_1/unbias", "bias"} {
		p := param(tensor.Shape{2}, []float64{1, -2})
		p.Name = name
		params = append(params, p)
	}
	for _, o := range []Optimizer{
		SGD{LearningRate: 0.5, WeightDecay: 0.1, NoDecay: []string{"bias", "scale"}},
		AdamW{LearningRate: 0.5, WeightDecay: 0.1, NoDecay: []string{"bias", "scale"}},
		RMSprop{LearningRate: 0.5, WeightDecay: 0.1, NoDecay: []string{"bias", "scale"}},
		Lion{LearningRate: 0.5, WeightDecay: 0.1, NoDecay: []string{"bias", "scale"}},
	} {
		for _, p := range params {
			set(p.Value, 0, 1)
			set(p.Value, 1, -2)
		}
		s, err := o.Start(params)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Step(zerosLike(values(params))); err != nil {
			t.Fatal(err)
		}
		for i, keep := range []float64{0.95, 1, 1, 0.95, 1} {
			if a, b := at(params[i].Value, 0), at(params[i].Value, 1); math.Abs(a-keep) > 1e-12 || math.Abs(b+2*keep) > 1e-12 {
				t.Errorf("%v: %s: want %v and %v, got %v and %v", o, params[i].Name, keep, -2*keep, a, b)
			}
		}
	}
}

// TestCenteredRMSprop compares with the formula, and with large gradients that
// hardly change, whose variance rounding makes negative.
func TestCenteredRMSprop(t *testing.T) {
	p := param(tensor.Shape{1}, []float64{1})
	s, err := RMSprop{LearningRate: 0.1, Rho: 0.8, Momentum: 0.5, Epsilon: 0.01, Centered: true}.Start([]*graph.Param{p})
	if err != nil {
		t.Fatal(err)
	}
	w, v, mean, m := 1.0, 0.0, 0.0, 0.0
	for _, g := range []float64{0.5, -2, 1} {
		v, mean = 0.8*v+0.2*g*g, 0.8*mean+0.2*g
		m = 0.5*m + 0.1*g/math.Sqrt(v-mean*mean+0.01)
		w -= m
		if err := s.Step([]*tensor.Dense{tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{g}))}); err != nil {
			t.Fatal(err)
		}
	}
	if got := at(p.Value, 0); math.Abs(got-w) > 1e-12 {
		t.Errorf("want %v, got %v", w, got)
	}

	const n = 500
	q, g := param(tensor.Shape{n}, make([]float32, n)), make([]float32, n)
	for k := range g {
		g[k] = 100 + 7.3*float32(k)
	}
	if s, err = (RMSprop{Centered: true}).Start([]*graph.Param{q}); err != nil {
		t.Fatal(err)
	}
	for range 300 {
		if err := s.Step([]*tensor.Dense{tensor.New(tensor.WithShape(n), tensor.WithBacking(g))}); err != nil {
			t.Fatal(err)
		}
	}
	if !allFinite(q.Value) {
		t.Errorf("want finite weights, got %v", q.Value.Data())
	}
}

// TestOptimizersInPieces compares steps on one large weight with those on the
// same values as many small ones.
func TestOptimizersInPieces(t *testing.T) {
	const n, part = 2*piece + 5, 1000
	run := func(o Optimizer, c Clip, size int) (all []float64) {
		var params []*graph.Param
		var grads []*tensor.Dense
		for from := 0; from < n; from += size {
			to := min(from+size, n)
			p := &graph.Param{Name: "w", Value: tensor.New(tensor.Of(graph.Float32), tensor.WithShape(to-from))}
			g := tensor.New(tensor.Of(graph.Float32), tensor.WithShape(to-from))
			for k := range to - from {
				set(p.Value, k, math.Sin(float64(from+k)))
				set(g, k, math.Cos(float64(7*(from+k))))
			}
			params, grads = append(params, p), append(grads, g)
		}
		s, err := o.Start(params)
		if err != nil {
			t.Fatal(err)
		}
		a := newAveraging(s, EMA{Decay: 0.9}, params)
		sums := accumulated{every: 2}
		for range 3 {
			sums.add(grads, 1, false)
			if err := c.clipped(a).Step(sums.add(grads, 2, false)); err != nil {
				t.Fatal(err)
			}
		}
		for _, values := range [][]*tensor.Dense{values(params), a.averages} {
			for _, v := range values {
				for k := range v.Shape().TotalSize() {
					all = append(all, at(v, k))
				}
			}
		}
		return all
	}
	for _, o := range optimizers {
		for _, c := range []Clip{{GlobalNorm: 0.5}, {Value: 0.5}} {
			whole, parts := run(o, c, n), run(o, c, part)
			for k, want := range parts {
				if math.Abs(whole[k]-want) > 1e-6 {
					t.Errorf("%v, %v: value %d: want %v, got %v", o, c, k, want, whole[k])
					break
				}
			}
		}
	}
}

// TestSumSquares is a sum over many pieces, of the same bits on any number of
// cores.
func TestSumSquares(t *testing.T) {
	g, want := make([]float64, 40*piece+3), 0.0
	for k := range g {
		g[k] = math.Sin(float64(k)) * math.Pow(10, float64(3*k/piece%7))
		want += g[k] * g[k]
	}
	one := 0.0
	for _, procs := range []int{1, 2, 5} {
		was := runtime.GOMAXPROCS(procs)
		for range 10 {
			got := sumSquares(g)
			if one == 0 {
				one = got
			}
			if math.Abs(got-want) > 1e-12*want || got != one {
				t.Errorf("under GOMAXPROCS %d: want about %v, and %v as under 1, got %v", procs, want, one, got)
			}
		}
		runtime.GOMAXPROCS(was)
	}
}

// TestNotANumberShows itself in the weights, so that training can say so.
func TestNotANumberShows(t *testing.T) {
	for _, o := range optimizers {
		for _, c := range []Clip{{}, {GlobalNorm: 1}, {Norm: 1}, {Value: 1}} {
			p := param(tensor.Shape{2}, []float32{1, 2})
			s, err := o.Start([]*graph.Param{p})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.clipped(s).Step([]*tensor.Dense{tensor.New(tensor.WithBacking([]float32{1, float32(math.NaN())}))}); err != nil {
				t.Fatal(err)
			}
			if !finite(at(p.Value, 0)) || !math.IsNaN(at(p.Value, 1)) {
				t.Errorf("%v, %v: want a number and NaN, got %v", o, c, p.Value.Data())
			}
		}
	}
}

// TestStatesInOneSlab has the values of a slot one behind the other.
func TestStatesInOneSlab(t *testing.T) {
	state := fit(t, tiny(t, 1), bars(9), Config{Average: EMA{Decay: 0.9}}).State
	if got := slotNames(state.Slots); got != "m, v, average" {
		t.Errorf("want slots m, v, average, got %s", got)
	}
	for _, slot := range state.Slots {
		for i := 1; i < len(slot.Values); i++ {
			before, size := slot.Values[i-1].Uintptr(), slot.Values[i-1].Shape().TotalSize()
			if got, want := slot.Values[i].Uintptr(), before+4*uintptr(roundUp(size)); got != want {
				t.Errorf("slot %s, weight %d: want it at %d, got %d", slot.Name, i, want, got)
			}
		}
	}
}

func TestScale(t *testing.T) {
	s, err := SGD{LearningRate: 0.5, Schedule: Step{Decay: 0.5, Every: 1}}.Start([]*graph.Param{param(tensor.Shape{1}, []float64{1})})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Scale(0.5); err != nil || s.Rate() != 0.25 {
		t.Errorf("want a rate of 0.25, got %v and %v", s.Rate(), err)
	}
	if err := s.Step([]*tensor.Dense{tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{1}))}); err != nil || s.Rate() != 0.125 || s.State().Scale != 0.5 {
		t.Errorf("want a rate of 0.125 and a scale of 0.5, got %v, %v and %v", s.Rate(), s.State().Scale, err)
	}
	for _, factor := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		wantOneLine(t, s.Scale(factor), "sgd: want a finite factor above 0 for the rate, got "+strings.TrimSpace(fmt.Sprint(factor)))
	}
}

func TestNoDecayOfNoWeight(t *testing.T) {
	for _, o := range []Optimizer{
		SGD{WeightDecay: 0.1, NoDecay: []string{"bias", "biass"}}, AdamW{NoDecay: []string{"biass"}}, RMSprop{NoDecay: []string{"biass"}}, Lion{NoDecay: []string{"biass"}},
	} {
		_, err := Fit(t.Context(), tiny(t, 1), bars(9), Config{Optimizer: o})
		wantOneLine(t, err, `: want NoDecay to name weights of the network, whose last names are bias, kernel, got "biass"`)
	}
}
