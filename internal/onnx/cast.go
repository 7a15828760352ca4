package onnx

import (
	"math"

	"github.com/pkg/errors"
)

// convert is Cast.
func (k *known) convert(to DataType) (*known, error) {
	switch {
	case k.typ == to:
		return k, nil
	case k.sym != nil:
		if to == Bool {
			return nil, errNotDim
		}
		return &known{typ: to, dims: k.dims, sym: k.sym}, nil
	case to.IsFloat():
		raw := make([]byte, 0, k.len()*to.Size())
		for _, f := range k.numbers() {
			raw = appendFloat(raw, to, f)
		}
		return &known{typ: to, dims: k.dims, raw: raw}, nil
	}
	t, raw := k.tensor(), make([]byte, 0, k.len()*to.Size())
	for i := range k.len() {
		n := int64(0)
		switch {
		case !k.typ.IsFloat():
			n = t.int(i)
		case to == Bool:
			n = int64(truth(t.float(i) != 0))
		default:
			f := t.float(i)
			if !(math.Abs(f) < 1<<63) {
				return nil, errors.Errorf("%v is no %v", f, to)
			}
			n = int64(f)
		}
		raw = appendInt(raw, to, n)
	}
	return &known{typ: to, dims: k.dims, raw: raw}, nil
}

func foldCast(c *call) error {
	return c.cast(DataType(c.Int("to", 0)))
}

func foldCastLike(c *call) error { return c.cast(c.in[1].typ) }

// cast leaves out conversions between floating-point types: values are computed in
// float32.
func (c *call) cast(to DataType) error {
	x := c.x()
	switch {
	case to.Size() == 0:
		return c.unsupported("to type %v", to)
	case c.mayFold(to, x.shape, x):
		return c.evaluated(x.known.convert(to))
	case x.typ == to || x.typ.IsFloat() && to.IsFloat():
		return c.set(0, x)
	}
	return c.emit(0, "Cast", x.shape, c.in[:1], IntAttr("to", int(to)))
}
