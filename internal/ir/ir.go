package ir

import (
	"fmt"

	"gorgonia.org/tensor"
)

// Shape is the shape of one sample, without the batch. A [Param] has the whole
// shape of its values, a loss the empty one: it is a scalar of the whole batch.
type Shape = tensor.Shape

// Op computes one value from others.
type Op interface {
	// String is the op as a plan prints it, such as "conv 3×3/1".
	fmt.Stringer

	// Infer is the shape that inputs of these shapes give, or a *Mismatch
	// that says what the op wants.
	Infer(in []Shape) (Shape, error)
}

// Multiplier is an Op that multiplies and adds: how often, for one sample.
type Multiplier interface {
	Op
	MultiplyAdds(in []Shape, out Shape) int
}

// Value is what an op makes. It is never changed once it is made.
type Value struct {
	Op    Op
	In    []*Value
	Shape Shape
	Call  *Call // the layer that declared it; nil for an input
}

// Call is a layer in its place: what it was given and what it made of it.
type Call struct {
	Layer  fmt.Stringer
	Parent *Call // the layer whose part it is; nil at the top
	In     []*Value
	Out    *Value
	Params []*Value // that it declared itself, used or not
	Path   string   // its name, with those of the layers around it: tower/conv2d_1
	Joins  bool     // it was asked to join several values, and not to build on one
	Frozen bool     // it runs as in inference, and nobody trains its parameters
}

// New is the value that op makes of in.
func New(op Op, call *Call, in ...*Value) (*Value, error) {
	shapes := make([]Shape, len(in))
	for i, v := range in {
		shapes[i] = v.Shape
	}
	shape, err := op.Infer(shapes)
	if err != nil {
		return nil, err
	}
	return &Value{Op: op, In: in, Shape: shape, Call: call}, nil
}

// MultiplyAdds is those of v, for one sample.
func (v *Value) MultiplyAdds() int {
	m, ok := v.Op.(Multiplier)
	if !ok {
		return 0
	}
	return m.MultiplyAdds(v.Shapes(), v.Shape)
}

// Shapes are those of v's inputs.
func (v *Value) Shapes() []Shape {
	shapes := make([]Shape, len(v.In))
	for i, x := range v.In {
		shapes[i] = x.Shape
	}
	return shapes
}

// Mismatch says what an op wants and what it got.
type Mismatch struct{ Want, Got string }

func (m *Mismatch) Error() string { return "want " + m.Want + ", got " + m.Got }

// mismatch is a Mismatch on an input of shape got.
func mismatch(want string, got Shape) error { return &Mismatch{want, PrintShape("N", got)} }

// PrintShape is s as messages and reports write it, with batch for the number
// of samples: (N, 64, 26, 26).
func PrintShape(batch string, s Shape) string {
	text := "(" + batch
	for _, d := range s {
		text += fmt.Sprintf(", %d", d)
	}
	return text + ")"
}

// same is the rule of an op that keeps its first input's shape.
func same(in []Shape) (Shape, error) { return in[0].Clone(), nil }

// image reports an input that is not (C, H, W).
func image(in Shape) error {
	if len(in) != 3 {
		return mismatch("an image (N, C, H, W)", in)
	}
	return nil
}
