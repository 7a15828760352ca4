package graph

import (
	"fmt"
	"reflect"
	"strings"

	G "gorgonia.org/gorgonia"
)

// wrongOp is an op of Gorgonia v0.9.18 that computes something wrong. Where was
// found by comparing each op with its definition, and its gradient with central
// differences: see refuse_test.go.
type wrongOp struct {
	typ  string
	when func(op G.Op) bool // nil means always
	why  string             // and what to use instead
}

var wrongOps = []wrongOp{
	{"*gorgonia.softmaxOp", nil, "it subtracts the wrong maximum from each row but the first: use ops.SoftMax, or graph.Softmax as a layer"},
	{"*gorgonia.dropoutOp", nil, "its gradient is divided by the wrong probability, and its seed is the clock: multiply by a mask of your own"},
	{"*gorgonia.avgPoolOp", nil, "it divides by the width of the image: use ops.AveragePool2D, or graph.AveragePool2D as a layer"},
	{"*gorgonia.globalAveragePoolOp", nil, "it has no gradient: use graph.GlobalAverage"},
	{"*gorgonia.BatchNormOp", nil, "it loses its running statistics with every machine that is built: use graph.BatchNorm"},
	{"*gorgonia.maxPoolOp", lopsided, "it takes the padding of one side for that of the other: use ops.MaxPool2D"},
	{"*gorgonia.byIndicesOp", func(op G.Op) bool { return number(op, "axis") != 0 }, "its gradient is that of axis 0: transpose, and take indices along axis 0"},
	{"gorgonia.elemUnaryOp", func(op G.Op) bool { return op.String() == "log2" }, "its gradient is multiplied by ln 2 and not divided: use Log, and divide by ln 2"},
	{"gorgonia.elemUnaryOp", func(op G.Op) bool { return op.String() == "invSqrt" }, "its gradient is wrong: use Inverse of Sqrt"},
	{"gorgonia.linAlgBinOp", func(op G.Op) bool { return strings.Contains(op.String(), "⊗") }, "its gradient multiplies the wrong sides: use Mul of a column and a row"},
	{"gorgonia.constantTensor", elided, "two of them that print alike are taken for one, and a long one is printed short: use NewTensor with a name and a value"},
}

// lopsided reports whether a pool pads opposite sides differently.
func lopsided(op G.Op) bool {
	return number(op, "padNorth") != number(op, "padSouth") || number(op, "padWest") != number(op, "padEast")
}

// elided reports whether a constant's printed form leaves out some of it.
func elided(op G.Op) bool {
	v, err := op.Do()
	text := fmt.Sprint(v)
	return err != nil || strings.Contains(text, "...") || strings.Contains(text, "\n.\n")
}

// number is a field of an op, whose type Gorgonia does not export.
func number(op G.Op, field string) int64 {
	return reflect.Indirect(reflect.ValueOf(op)).FieldByName(field).Int()
}

// refusal is the error of a function that uses an op that is wrong.
type refusal struct{ op, why string }

func (r *refusal) Error() string {
	return fmt.Sprintf("Gorgonia v0.9.18 computes %s wrongly: %s", r.op, r.why)
}

// refuse reports the first op of a function's graph that Gorgonia computes
// wrongly.
func refuse(g *G.ExprGraph) error {
	if err := declaredTwice(g); err != nil {
		return err
	}
	for _, n := range g.AllNodes() {
		if n.Op() == nil {
			continue
		}
		for _, w := range wrongOps {
			if typeOf(n.Op()) == w.typ && (w.when == nil || w.when(n.Op())) {
				return &refusal{title(n.Op()), w.why}
			}
		}
	}
	return nil
}

// title is an op on one line.
func title(op G.Op) string { return strings.Join(strings.Fields(op.String()), " ") }
