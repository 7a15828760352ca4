package train

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/golden"
)

// goldenOptimiser is what the reference file says of a case.
type goldenOptimiser struct {
	Op          string    `json:"op"`
	LR          float64   `json:"lr"`
	LRs         []float64 `json:"lrs"` // a step
	Momentum    float64   `json:"momentum"`
	Nesterov    bool      `json:"nesterov"`
	Beta1       float64   `json:"beta1"`
	Beta2       float64   `json:"beta2"`
	Eps         float64   `json:"eps"`
	Rho         float64   `json:"rho"`
	WeightDecay float64   `json:"weight_decay"`
	Clip        float64   `json:"clip"`
	ClipBy      string    `json:"clip_by"`
	EMA         float64   `json:"ema_momentum"`
	L1          float64   `json:"l1"`
	L2          float64   `json:"l2"`
	Convention  string    `json:"convention"`
}

// rates is a schedule of given factors.
type rates []float64

func (r rates) String() string          { return fmt.Sprint([]float64(r)) }
func (r rates) Factor(step int) float64 { return r[step] }

func (g goldenOptimiser) optimizer(t *testing.T) Optimizer {
	var schedule Schedule
	if g.LRs != nil {
		g.LR, schedule = 1, rates(g.LRs)
	}
	switch g.Op {
	case "sgd":
		return SGD{LearningRate: g.LR, Momentum: g.Momentum, Nesterov: g.Nesterov, Schedule: schedule}
	case "adam":
		return Adam{LearningRate: g.LR, Beta1: g.Beta1, Beta2: g.Beta2, Epsilon: g.Eps, Schedule: schedule}
	case "adamw":
		return AdamW{LearningRate: g.LR, Beta1: g.Beta1, Beta2: g.Beta2, Epsilon: g.Eps, WeightDecay: g.WeightDecay, Schedule: schedule}
	case "rmsprop":
		return RMSprop{LearningRate: g.LR, Rho: g.Rho, Momentum: g.Momentum, Epsilon: g.Eps, Schedule: schedule}
	case "lion":
		return Lion{LearningRate: g.LR, Beta1: g.Beta1, Beta2: g.Beta2, WeightDecay: g.WeightDecay, Schedule: schedule}
	}
	t.Fatalf("unknown optimiser %s", g.Op)
	return nil
}

func (g goldenOptimiser) clip(t *testing.T) Clip {
	switch g.ClipBy {
	case "":
		return Clip{}
	case "global norm":
		return Clip{GlobalNorm: g.Clip}
	case "norm of each parameter":
		return Clip{Norm: g.Clip}
	case "value":
		return Clip{Value: g.Clip}
	}
	t.Fatalf("unknown clipping by %s", g.ClipBy)
	return Clip{}
}

// TestGoldenOptimisers takes ten steps with each optimiser of the reference
// file, in both types. What PyTorch computes otherwise than Keras is brought
// about by what one would set for it, where there is such a thing.
func TestGoldenOptimisers(t *testing.T) {
	f := golden.OpenLayers(t)
	compared := 0
	for _, name := range f.Cases(t, "optimiser") {
		var g goldenOptimiser
		f.Case(t, name, &g)
		if g.Op == "rmsprop" && strings.HasPrefix(g.Convention, "PyTorch") {
			continue // ε outside the root, which Keras does not have
		}
		compared++
		for _, dt := range []tensor.Dtype{graph.Float32, graph.Float64} {
			t.Run(fmt.Sprint(name, " ", dt), func(t *testing.T) {
				g.run(t, f, name, dt)
			})
		}
	}
	if compared != 24 {
		t.Errorf("want 24 cases compared, got %d", compared)
	}
}

func (g goldenOptimiser) run(t *testing.T, f *golden.File, name string, dt tensor.Dtype) {
	names := []string{"a", "b"}
	var params []*graph.Param
	var grads []*tensor.Dense
	for _, n := range names {
		x := f.Get(t, name+"."+n)
		p := &graph.Param{Name: n, Value: tensor.New(tensor.Of(dt), tensor.WithShape(x.Shape...))}
		for k, v := range x.Data {
			set(p.Value, k, float64(v))
		}
		params = append(params, p)
		grads = append(grads, tensor.New(tensor.Of(dt), tensor.WithShape(x.Shape...)))
	}
	s, err := g.optimizer(t).Start(params)
	if err != nil {
		t.Fatal(err)
	}
	var average *averaging
	if g.EMA > 0 {
		average = newAveraging(s, EMA{Decay: g.EMA}, params)
		s = average
	}
	s = g.clip(t).clipped(s)
	for step := range 10 {
		for i, n := range names {
			all := f.Get(t, name+".g"+n).Data
			size := params[i].Value.Shape().TotalSize()
			for k, v := range all[step*size : (step+1)*size] {
				w := at(params[i].Value, k)
				if n == "b" {
					w = 0 // the penalties are on a alone
				}
				set(grads[i], k, float64(v)+2*g.L2*w+g.L1*sign(w))
			}
		}
		s = g.asPyTorch(t, s, params, step)
		if err := s.Step(grads); err != nil {
			t.Fatal(err)
		}
		for i, n := range names {
			if want, ok := f.Tensors[fmt.Sprintf("%s.%s.%d", name, n, step+1)]; ok {
				near(t, fmt.Sprintf("%s after %d steps", n, step+1), params[i].Value, want.Data)
			}
			if want, ok := f.Tensors[fmt.Sprintf("%s.ema.%s.%d", name, n, step+1)]; ok {
				near(t, fmt.Sprintf("average of %s after %d steps", n, step+1), average.averages[i], want.Data)
			}
		}
	}
}

// asPyTorch prepares a step that gives PyTorch's: Adam's ε times √(1-β₂ᵗ), and
// the momentum with the rate of this step.
func (g goldenOptimiser) asPyTorch(t *testing.T, s Stepper, params []*graph.Param, step int) Stepper {
	pyTorch := strings.HasPrefix(g.Convention, "PyTorch") || strings.Contains(g.Convention, "then PyTorch")
	state := s.State()
	switch {
	case !pyTorch || step == 0 && g.Op == "sgd":
		return s
	case g.Op == "sgd":
		for _, m := range state.Slots[0].Values {
			for k := range m.Shape().TotalSize() {
				set(m, k, at(m, k)*g.LRs[step]/g.LRs[step-1])
			}
		}
	default:
		g.Eps *= math.Sqrt(1 - math.Pow(g.Beta2, float64(step+1)))
		var err error
		if s, err = g.optimizer(t).Start(params); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SetState(state); err != nil {
		t.Fatal(err)
	}
	return s
}

func near(t *testing.T, what string, got *tensor.Dense, want []float32) {
	t.Helper()
	for k, w := range want {
		if x := at(got, k); !(math.Abs(x-float64(w)) <= 1e-5*max(1, math.Abs(float64(w)))) {
			t.Fatalf("%s: value %d: want %v, got %v", what, k, w, x)
		}
	}
}

// goldenSchedule is what the reference file says of a case.
type goldenSchedule struct {
	Op         string    `json:"op"`
	LR         float64   `json:"lr"`
	Start      float64   `json:"start"`
	Steps      int       `json:"steps"`
	Every      int       `json:"every"`
	Factor     float64   `json:"factor"`
	Alpha      float64   `json:"alpha"`
	WarmUp     int       `json:"warm_up"`
	MaxLR      float64   `json:"max_lr"`
	PctStart   float64   `json:"pct_start"`
	Div        float64   `json:"div"`
	FinalDiv   float64   `json:"final_div"`
	End        float64   `json:"end"`
	Power      float64   `json:"power"`
	Boundaries []int     `json:"boundaries"`
	Rates      []float64 `json:"rates"`
	Convention string    `json:"convention"`
}

// schedule is the case's rate and schedule in our terms.
func (g goldenSchedule) schedule(t *testing.T) (float64, Schedule) {
	switch g.Op {
	case "step":
		return g.LR, Step{Decay: g.Factor, Every: g.Every}
	case "exponential":
		return g.LR, Exponential{Decay: g.Factor, Every: g.Every}
	case "cosine":
		s := Cosine{Steps: g.Steps, End: g.Alpha}
		if g.WarmUp > 0 {
			return g.LR, WarmUp{Steps: g.WarmUp, Start: g.Start / g.LR, Then: s}
		}
		return g.LR, s
	case "onecycle":
		return g.MaxLR, OneCycle{Steps: g.Steps, Rise: g.PctStart, Start: 1 / g.Div, End: 1 / g.Div / g.FinalDiv}
	case "polynomial":
		return g.LR, Polynomial{Steps: g.Steps, Power: g.Power, End: g.End / g.LR}
	case "piecewise":
		s := Piecewise{}
		for i, b := range g.Boundaries {
			if strings.HasPrefix(g.Convention, "Keras") {
				b++
			}
			s.At, s.Factors = append(s.At, b), append(s.Factors, g.Rates[i+1]/g.Rates[0])
		}
		return g.Rates[0], s
	}
	t.Fatalf("unknown schedule %s", g.Op)
	return 0, nil
}

func TestGoldenSchedules(t *testing.T) {
	f := golden.OpenLayers(t)
	for _, name := range f.Cases(t, "schedule") {
		t.Run(name, func(t *testing.T) {
			var g goldenSchedule
			f.Case(t, name, &g)
			rate, s := g.schedule(t)
			if err := checkSchedule(s); err != nil {
				t.Fatal(err)
			}
			for step, want := range f.Get(t, name+".y").Data {
				got, want := rate*s.Factor(step), float64(want)
				if !(math.Abs(got-want) <= 1e-5*math.Abs(want)+1e-12) {
					t.Fatalf("%v: rate of step %d: want %v, got %v", s, step, want, got)
				}
			}
		})
	}
}
