package graph

import (
	"math"
	"reflect"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// righted is op, or one that computes right what op computes wrongly.
func righted(op G.Op) G.Op {
	switch typeOf(op) {
	case "gorgonia.sumOp":
		return rightedReduction(op, false)
	case "*gorgonia.maxOp":
		return rightedReduction(op, true)
	case "gorgonia.elemUnaryOp":
		if op.String() == "sigmoid" {
			return logistic{op}
		}
	}
	return op
}

// rightedReduction is op where its axes suit, and else a reduction of ours.
func rightedReduction(op G.Op, largest bool) G.Op {
	v := reflect.Indirect(reflect.ValueOf(op))
	along, dims := v.FieldByName("along"), int(v.FieldByName("d").Int())
	r := reduced{Op: op, max: largest}
	for i := range along.Len() {
		r.axes = append(r.axes, int(along.Index(i).Int()))
	}
	if len(r.axes) == dims || len(r.axes) == 1 && (r.axes[0] == 0 || r.axes[0] == dims-1) {
		return op
	}
	slices.Sort(r.axes)
	slices.Reverse(r.axes)
	return r
}

// logistic is 1/(1+exp(-x)) in float64, where Gorgonia's is 1 from 19 on, by up
// to 6e-9 too much.
type logistic struct{ G.Op }

var _ G.SDOp = logistic{}

// Do computes it in memory of its own.
func (l logistic) Do(in ...G.Value) (G.Value, error) {
	x, ok := in[0].(*tensor.Dense)
	if !ok || x.Dtype() != tensor.Float64 {
		return l.Op.Do(in...)
	}
	y := x.Clone().(*tensor.Dense)
	for i, v := range y.Float64s() {
		y.Float64s()[i] = 1 / (1 + math.Exp(-v))
	}
	return y, nil
}

// DiffWRT is the op's.
func (l logistic) DiffWRT(inputs int) []bool { return l.Op.(G.SDOp).DiffWRT(inputs) }

// SymDiff is the op's, which it makes of the output.
func (l logistic) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	return l.Op.(G.SDOp).SymDiff(in, out, grad)
}
