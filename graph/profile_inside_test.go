package graph

import (
	"testing"

	G "gorgonia.org/gorgonia"
)

// still is an op that does nothing, in whichever way it is asked.
type still struct{ G.Op }

func (still) Do(...G.Value) (G.Value, error)                     { return nil, nil }
func (still) UsePreallocDo(G.Value, ...G.Value) (G.Value, error) { return nil, nil }
func (still) UnsafeDo(...G.Value) (G.Value, error)               { return nil, nil }

// TestWatchTimesEachWay has an op that a machine can run in three ways: each is
// timed if it is watched, and else allocates nothing.
func TestWatchTimesEachWay(t *testing.T) {
	op := G.Must(G.Reshape(bound(G.NewGraph(), "x", Shape{2}, []float64{1, 2}), Shape{1, 2})).Op()
	p := &profiler{steps: make([]ProfileStep, 3)}
	ways := func(w *watch) []func() {
		g := guardOp(still{op}, "layer", &fault{}, w, true)
		return []func(){
			func() { g.Do() },
			func() { g.(G.UsePreallocDoer).UsePreallocDo(nil) },
			func() { g.(G.UnsafeDoer).UnsafeDo() },
		}
	}
	for i, call := range ways(nil) {
		if n := testing.AllocsPerRun(10, call); n != 0 {
			t.Errorf("way %d: %v allocations of an op that is not watched", i, n)
		}
	}
	for i, call := range ways(&watch{p, 2, true, "still"}) {
		p.begin()
		call()
		p.end(nil)
		if len(p.events) != 1 || p.events[0].Step != 2 || !p.events[0].Backward || p.events[0].Name != "still" || p.events[0].Start < 0 {
			t.Errorf("way %d: got %+v", i, p.events)
		}
	}
}
