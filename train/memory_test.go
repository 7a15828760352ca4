package train

import (
	"runtime"
	"testing"
	"time"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// TestGoroutinesEnd stops in the midst of an epoch, while batches are being
// prepared. It is to hold where it is run alone, too.
func TestGoroutinesEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	stop := []Callback{CallbackFunc(func(e Event) error { return when(e.Kind == BatchEnd, ErrStop) })}
	net, data := tiny(t, 1), bars(800)
	fit(t, net, data, Config{Batch: 8, Callbacks: stop})
	if _, err := Evaluate(t.Context(), net, data, EvaluateConfig{Batch: 8, Callbacks: stop}); err != nil {
		t.Fatal(err)
	}
	if _, err := Predict(t.Context(), net, data, PredictConfig{Batch: 8, Callbacks: stop}); !errors.Is(err, ErrStop) {
		t.Fatal(err)
	}
	n := runtime.NumGoroutine()
	for i := 0; i < 1000 && n > before; i++ { // the last ones may be about to end
		time.Sleep(5 * time.Millisecond)
		n = runtime.NumGoroutine()
	}
	if n > before {
		t.Errorf("want no goroutine left behind, got %d", n-before)
	}
}

// TestFitKeepsNoMemory takes 500 steps of two batch sizes.
func TestFitKeepsNoMemory(t *testing.T) {
	const margin = 128 << 10 // bytes; one kept output a step would take more
	var steps int
	var at100 uint64
	measure := CallbackFunc(func(e Event) error {
		if e.Kind != BatchEnd {
			return nil
		}
		switch steps++; steps {
		case 100:
			at100 = heap()
		case 500:
			if at500 := heap(); at500 > at100+margin {
				t.Errorf("heap: %d bytes after 100 steps, %d after 500", at100, at500)
			}
		}
		return nil
	})
	fit(t, tiny(t, 1), bars(150), Config{Epochs: 100, Callbacks: []Callback{measure}})
	if steps != 500 {
		t.Errorf("want 500 steps, got %d", steps)
	}
}

// TestCallsKeepNoMemory makes hundreds of calls, each of which compiles
// programs of its own and must give them back.
func TestCallsKeepNoMemory(t *testing.T) {
	const calls, margin = 200, 512 << 10 // bytes; a call that kept its programs would take more than 50 kB
	net, data := tiny(t, 1), bars(5)
	for name, call := range map[string]func() error{
		"Predict":  func() error { _, err := Predict(t.Context(), net, data, PredictConfig{}); return err },
		"Evaluate": func() error { _, err := Evaluate(t.Context(), net, data, EvaluateConfig{}); return err },
		"Fit":      func() error { _, err := Fit(t.Context(), net, data, Config{Validation: data}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			var before uint64
			for i := range calls {
				if i == calls/10 {
					before = heap()
				}
				if err := call(); err != nil {
					t.Fatal(err)
				}
			}
			if after := heap(); after > before+margin {
				t.Errorf("heap: %d bytes after %d calls, %d after %d", before, calls/10, after, calls)
			}
		})
	}
}

// TestValidationCompilesOnce counts how often a function layer is declared,
// which is once for each program: as often in five epochs as in one.
func TestValidationCompilesOnce(t *testing.T) {
	declared := func(epochs int) int {
		n := 0
		net := network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Flatten{},
			graph.Func(func(x *G.Node) (*G.Node, error) { n++; return x, nil }), graph.Dense{Units: 3})
		n = 0
		fit(t, net, bars(40), Config{Epochs: epochs, Validation: bars(33)}) // batches of 32 and 8, and of 32 and 1
		return n
	}
	if one, five := declared(1), declared(5); one < 4 || five != one {
		t.Errorf("want as many programs in five epochs as in one, and at least 4: got %d and %d", five, one)
	}
}

// heap is the number of bytes in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers let go in the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
