package graph

import (
	"math"
	"testing"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// verdict is an op of Gorgonia's, what it should compute, and whether it does.
type verdict struct {
	name string
	in   Shape // of the whole batch
	f    func(x *G.Node) (*G.Node, error)
	slow func(x []float64) []float64 // of the whole batch, row by row
	at   func(i int) float64         // value i of the input; nil means some of either sign
	off  float64                     // by how much it may be; 0 means 1e-9
}

// operand is the i-th value of the input, and coefficient what the i-th of the
// output counts in the loss.
func (v verdict) operand() []float64 {
	x := make([]float64, v.in.TotalSize())
	for i := range x {
		if x[i] = 2 * math.Sin(float64(3*i+1)); v.at != nil {
			x[i] = v.at(i)
		}
	}
	return x
}

func coefficient(i int) float64 { return math.Cos(float64(i*i + 1)) }

// want is the output, and the gradient of the loss by central differences of
// the slow version.
func (v verdict) want() (y, dx []float64) {
	x := v.operand()
	loss := func() (sum float64) {
		for i, y := range v.slow(x) {
			sum += coefficient(i) * y
		}
		return sum
	}
	dx = make([]float64, len(x))
	const h = 1e-6
	for i, old := range x {
		x[i] = old + h
		up := loss()
		x[i] = old - h
		dx[i] = (up - loss()) / (2 * h)
		x[i] = old
	}
	return v.slow(x), dx
}

// differs says where what was computed is not what is wanted, or nil.
func (v verdict) differs(y, dx []float64) error {
	wantY, wantDX := v.want()
	off := max(v.off, 1e-9)
	for _, c := range []struct {
		what      string
		got, want []float64
		off       float64
	}{{"output", y, wantY, off}, {"gradient", dx, wantDX, 1000 * off}} {
		if len(c.got) != len(c.want) {
			return errors.Errorf("%s has %d values, want %d", c.what, len(c.got), len(c.want))
		}
		for i, got := range c.got {
			if d := math.Abs(got - c.want[i]); !(d <= c.off*max(1, math.Abs(c.want[i]))) {
				return errors.Errorf("%s: value %d is %v, want %v", c.what, i, got, c.want[i])
			}
		}
	}
	return nil
}

// inGraph runs the op as a Func.
func (v verdict) inGraph(t *testing.T) (y, dx []float64) {
	t.Helper()
	net, err := New(Config{Input: v.in[1:], Dtype: Float64}, whole{v.in}, Func(v.f))
	if err != nil {
		t.Fatal(err)
	}
	copy(net.Params()[0].Value.Data().([]float64), v.operand())
	p, err := net.Compile(ProgramConfig{Batch: v.in[0], Mode: Training, Loss: weighed{}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for range 2 { // what the first run leaves behind must not show in the second
		for i, c := 0, p.Targets[0].Data().([]float64); i < len(c); i++ {
			c[i] = coefficient(i)
		}
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
	}
	return p.Outputs[0].Data().([]float64), p.Grads[0].Data().([]float64)
}

// raw runs the op on a machine of Gorgonia's, without anything of ours.
func (v verdict) raw() (y, dx []float64, err error) {
	defer recovered(&err)
	g := G.NewGraph()
	x := bound(g, "x", v.in, v.operand())
	n, err := v.f(x)
	if err != nil {
		return nil, nil, err
	}
	c := make([]float64, n.Shape().TotalSize())
	for i := range c {
		c[i] = coefficient(i)
	}
	grads, err := G.Grad(G.Must(G.Sum(G.Must(G.HadamardProd(n, bound(g, "c", n.Shape(), c))))), x)
	if err != nil {
		return nil, nil, err
	}
	var out, grad G.Value
	G.Read(n, &out)
	G.Read(grads[0], &grad)
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	vm.Reset()
	if err := onCaller(vm)(); err != nil {
		return nil, nil, err
	}
	return floats(out.Data()), floats(grad.Data()), nil
}

func bound(g *G.ExprGraph, name string, shape Shape, v []float64) *G.Node {
	d := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(append([]float64(nil), v...)))
	return G.NewTensor(g, tensor.Float64, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(d))
}

// whole replaces its input by a weight of the shape of a whole batch.
type whole struct{ shape Shape }

func (w whole) String() string { return "whole{}" }

func (w whole) Build(s *Scope, x *Value) *Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		if n[0].Shape()[0] != w.shape[0] {
			return G.Add(n[0], G.Must(G.Sum(n[1]))) // to see the shape, with another batch
		}
		return G.Add(n[1], n[0])
	}, x, s.Weight("x", w.shape, Zeros))
}

// weighed is the loss Σ y·target.
type weighed struct{}

func (weighed) String() string { return "weighed{}" }

func (weighed) Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) { return dt, out, nil }

func (weighed) Build(s *Scope, output, target *Value) *Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.Sum(G.Must(G.HadamardProd(n[0], n[1]))) }, output, target)
}
