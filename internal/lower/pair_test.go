package lower

import (
	"strings"
	"testing"

	"euryale/internal/ir"
)

// listed makes values, each behind its inputs.
type listed []*ir.Value

func (l *listed) op(o ir.Op, in ...*ir.Value) *ir.Value {
	v := &ir.Value{Op: o, In: in}
	var shapes []ir.Shape
	for _, x := range in {
		shapes = append(shapes, x.Shape)
	}
	var err error
	if v.Shape, err = o.Infer(shapes); err != nil {
		panic(err)
	}
	*l = append(*l, v)
	return v
}

func (l *listed) leaf(o ir.Op, shape ...int) *ir.Value {
	v := &ir.Value{Op: o, Shape: shape}
	*l = append(*l, v)
	return v
}

func (l *listed) param(shape ...int) *ir.Value { return l.leaf(ir.Param{Role: ir.Trained}, shape...) }

// TestPair holds when a convolution and a depthwise one behind it are one step.
func TestPair(t *testing.T) {
	const c, f = 8, 24
	dot, three := ir.Conv{Window: ir.Square(1, 1, 1, 0)}, ir.Conv{Window: ir.Square(3, 1, 1, 1)}
	each := ir.Conv{Window: ir.Square(3, 1, 1, 1), Groups: f}
	wider := ir.Conv{Window: ir.Square(3, 2, 1, 1)}
	unary := func(f ir.Function) ir.Op { return ir.Unary{F: f} }
	type network struct {
		listed
		first, between, behind ir.Op
		twice                  int // filters for each channel of the second
		computed               bool
		kept, shared           bool // what lies between
	}
	pair := []Kernel{TapsRows}
	for _, test := range []struct {
		name     string
		n        network
		training bool
		want     []Kernel
		values   int // of the first step
	}{
		{name: "cut", n: network{first: dot, between: unary(ir.ReLU6), behind: unary(ir.ReLU)}, want: pair, values: 6},
		{name: "function", n: network{first: wider, between: unary(ir.SiLU), behind: unary(ir.HardSwish)}, want: pair, values: 6},
		{name: "nothing between", n: network{first: dot, behind: unary(ir.ReLU)}, want: pair, values: 5},
		{name: "not zero at zero", n: network{first: dot, between: unary(ir.ReLU), behind: unary(ir.Sigmoid)}, want: []Kernel{TapsRows, Plain}, values: 5},
		{name: "not zero between", n: network{first: dot, between: unary(ir.Sigmoid), behind: unary(ir.ReLU)}, want: []Kernel{Taps, Plain, Rows}, values: 2},
		{name: "training", n: network{first: dot, between: unary(ir.ReLU), behind: unary(ir.SiLU)}, training: true, want: []Kernel{Taps, Rows, Plain}, values: 3},
		{name: "kept", n: network{first: dot, between: unary(ir.ReLU), behind: unary(ir.ReLU), kept: true}, want: []Kernel{Taps, Rows}, values: 3},
		{name: "read twice", n: network{first: dot, between: unary(ir.ReLU), behind: unary(ir.ReLU), shared: true}, want: []Kernel{Taps, Rows, Plain}, values: 3},
		{name: "two for each channel", n: network{first: dot, between: unary(ir.ReLU), behind: unary(ir.ReLU), twice: 2}, want: []Kernel{Taps, Planes}, values: 3},
		{name: "weights computed", n: network{first: dot, between: unary(ir.ReLU), behind: unary(ir.ReLU), computed: true}, want: []Kernel{Taps, Plain, Rows}, values: 3},
		{name: "3×3", n: network{first: three, between: unary(ir.ReLU), behind: unary(ir.ReLU)}, want: pair, values: 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := test.n
			first := n.first.(ir.Conv)
			x := n.op(n.first, n.leaf(ir.Input{Name: "x"}, c, 9, 9), n.param(f, c, first.Kernel[0], first.Kernel[1]))
			x = n.op(ir.Bias{}, x, n.param(f))
			if n.between != nil {
				x = n.op(n.between, x)
			}
			between := x
			filters := max(n.twice, 1) * f
			w := n.param(filters, 1, 3, 3)
			if n.computed {
				w = n.op(unary(ir.Tanh), w)
			}
			y := n.op(ir.Bias{}, n.op(each, x, w), n.param(filters))
			y = n.op(n.behind, y)
			if n.shared {
				n.op(unary(ir.Abs), between)
			}
			read := func(v *ir.Value) string {
				if v == y || n.kept && v == between {
					return "kept"
				}
				return ""
			}
			steps, _ := Lower(n.listed, Options{Training: test.training, Fused: true, Read: read})
			var got []string
			values := 0
			for _, s := range steps {
				if s.converts() {
					continue
				}
				if got = append(got, string(s.Kernel)); len(got) == 1 {
					values = len(s.Values)
				}
			}
			var want []string
			for _, k := range test.want {
				want = append(want, string(k))
			}
			if g, w := strings.Join(got, ", "), strings.Join(want, ", "); g != w || values != test.values {
				t.Errorf("got %s, the first of %d values, want %s, of %d", g, values, w, test.values)
			}
		})
	}
}

// TestPairFolded: weights with norms in them are made before the step that reads
// both.
func TestPairFolded(t *testing.T) {
	var l listed
	norm := func(x *ir.Value, n int) *ir.Value {
		state := func() *ir.Value { return l.leaf(ir.Param{Role: ir.State}, n) }
		return l.op(ir.Norm{Epsilon: 1e-3}, x, l.param(n), l.param(n), state(), state())
	}
	x := norm(l.op(ir.Conv{Window: ir.Square(1, 1, 1, 0)}, l.leaf(ir.Input{Name: "x"}, 8, 9, 9), l.param(24, 8, 1, 1)), 24)
	y := norm(l.op(ir.Conv{Window: ir.Square(3, 1, 1, 1), Groups: 24}, l.op(ir.Unary{F: ir.ReLU}, x), l.param(24, 1, 3, 3)), 24)
	steps, _ := Lower(l, Options{Fused: true, Read: func(v *ir.Value) string {
		if v == y {
			return "kept"
		}
		return ""
	}})
	made := map[*ir.Value]bool{}
	pairs := 0
	for _, s := range steps {
		for _, v := range s.In() {
			if ir.IsDerived(v) && !made[v] {
				t.Errorf("%s reads %v, which no step before it makes", s.Kernel, v.Op)
			}
		}
		made[s.Out()] = true
		if s.Kernel != TapsRows {
			continue
		}
		pairs++
		first, behind := s.Pair()
		if len(first.Values) != 3 || len(behind.Values) != 2 || !first.Constant() || !behind.Constant() {
			t.Errorf("got a pair of %d and %d values, want 3 and 2, with weights that are constant", len(first.Values), len(behind.Values))
		}
	}
	if pairs != 1 {
		t.Errorf("got %d pairs, want 1", pairs)
	}
}
