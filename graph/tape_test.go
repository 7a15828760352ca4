package graph

import (
	"testing"

	G "gorgonia.org/gorgonia"
)

// TestOnCaller holds the assumptions on Gorgonia's unexported parts. Where
// they no longer hold, programs run as before, but slower.
func TestOnCaller(t *testing.T) {
	g := G.NewGraph()
	x := G.NewScalar(g, G.Float64, G.WithName("x"), G.WithValue(3.0))
	var y G.Value
	G.Read(G.Must(G.Square(x)), &y)
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	run := onCaller(vm)
	if run == nil {
		t.Fatal("a TapeMachine is not what it was taken for")
	}
	for _, c := range []struct{ x, want float64 }{{3, 9}, {5, 25}} {
		if err := G.Let(x, c.x); err != nil {
			t.Fatal(err)
		}
		vm.Reset()
		if err := run(); err != nil {
			t.Fatal(err)
		}
		if y.Data() != c.want {
			t.Errorf("%v² = %v, want %v", c.x, y.Data(), c.want)
		}
	}
	if onCaller(G.NewLispMachine(g)) != nil {
		t.Error("a LispMachine was taken for a TapeMachine")
	}
}
