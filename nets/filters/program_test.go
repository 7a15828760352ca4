package filters

import (
	"context"
	"image"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// exploding is an op that panics.
type exploding struct{ engine.Owner }

func (exploding) Do(...G.Value) (G.Value, error) { panic("boom") }
func (exploding) Type() hm.Type {
	return hm.NewFnType(G.TensorType{Dims: 4, Of: tensor.Float32}, G.TensorType{Dims: 4, Of: tensor.Float32})
}

// TestPanicOfAnOp: it is an error, although a TapeMachine runs ops on a
// goroutine of its own.
func TestPanicOfAnOp(t *testing.T) {
	m, err := newMachine(1, 4, 4, func(x *G.Node) (*G.Node, error) {
		y, err := engine.MaxPool2D(x, tensor.Shape{2, 2}, nil, []int{2, 2})
		if err != nil {
			return nil, err
		}
		z, err := G.ApplyOp(exploding{y.Op().(engine.Owner)}, y)
		return guard(z, err, y)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.run(); err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("want the panic as an error, got %v", err)
	}
	if err := m.close(); err != nil {
		t.Error(err)
	}
	_, err = newMachine(1, 4, 4, func(*G.Node) (*G.Node, error) { panic("bang") })
	if err == nil || err.Error() != "filter: bang" {
		t.Errorf("want the panic of a declaration as an error, got %v", err)
	}
}

// TestMemoryIsGivenBack: what has been closed keeps nothing.
func TestMemoryIsGivenBack(t *testing.T) {
	heap := func() int {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	f := find(t, "blur")
	before := heap()
	var closed []*machine
	for range 100 {
		m, err := newMachine(3, 256, 256, func(x *G.Node) (*G.Node, error) { return f.declare(x, units{1, 1}, false) })
		if err != nil {
			t.Fatal(err)
		}
		if err := m.run(); err != nil {
			t.Fatal(err)
		}
		if err := m.close(); err != nil {
			t.Fatal(err)
		}
		closed = append(closed, m)
	}
	if kept := heap() - before; kept > 20<<20 { // of 150 MiB
		t.Errorf("want the memory of 100 closed programs back, got %d MiB less", kept>>20)
	}
	runtime.KeepAlive(closed)
}

// TestAtOnce filters on several goroutines.
func TestAtOnce(t *testing.T) {
	m := forms[1].make(40, 40)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, f := range []Filter{find(t, "blur"), find(t, "median")} {
				got, err := f.Apply(context.Background(), m, Wrap)
				if err != nil || got.Bounds().Size() != image.Pt(40, 40) {
					t.Errorf("%v: got error %v", f, err)
				}
			}
		})
	}
	group.Wait()
}

// TestProgress counts the tiles of a pass.
func TestProgress(t *testing.T) {
	var mu sync.Mutex
	var calls, last, of int
	ctx := WithProgress(context.Background(), func(done, all int) {
		mu.Lock()
		defer mu.Unlock()
		calls, last, of = calls+1, max(last, done), all
	})
	if _, err := find(t, "blur").Apply(ctx, forms[0].make(600, 300), Wrap); err != nil {
		t.Fatal(err)
	}
	if calls != 6 || last != 6 || of != 6 {
		t.Errorf("want 6 of 6 tiles after 6 calls, got %d of %d after %d", last, of, calls)
	}
}
