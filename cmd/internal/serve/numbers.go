package serve

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/pkg/errors"

	"euryale/graph"
)

// numbers reads a JSON array of a shape: nested as that is, without its leading
// ones, or flat.
func numbers(text []byte, shape graph.Shape) ([]float32, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	n := &nested{Decoder: d}
	dims, err := dimsOf(text, shape)
	if err != nil {
		return nil, err
	}
	if err := n.read(dims); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, errors.New("want one array, got more behind it")
	}
	return n.values, nil
}

// dimsOf are the shape, shortened to as many brackets as the text opens with.
func dimsOf(text []byte, shape graph.Shape) (graph.Shape, error) {
	depth := 0
	for _, c := range text {
		if c == '[' {
			depth++
		} else if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			break
		}
	}
	if depth == 1 {
		return graph.Shape{shape.TotalSize()}, nil
	}
	for dims := shape; len(dims) >= depth && depth > 0; dims = dims[1:] {
		if len(dims) == depth {
			return dims, nil
		}
		if dims[0] != 1 {
			break
		}
	}
	return nil, errors.Errorf("want an array of shape %v, got one %d deep", shape, depth)
}

// nested reads arrays in arrays.
type nested struct {
	*json.Decoder
	values []float32
}

// read reads an array of the given dimensions.
func (n *nested) read(dims graph.Shape) error {
	if err := n.bracket('['); err != nil {
		return err
	}
	got := 0
	for ; n.More(); got++ {
		if got >= dims[0] {
			return errors.Errorf("want arrays of %d, got one of more", dims[0])
		}
		next := n.number
		if len(dims) > 1 {
			next = func() error { return n.read(dims[1:]) }
		}
		if err := next(); err != nil {
			return err
		}
	}
	if err := n.bracket(']'); err != nil {
		return err
	}
	if got != dims[0] {
		return errors.Errorf("want arrays of %d, got one of %d", dims[0], got)
	}
	return nil
}

func (n *nested) bracket(want json.Delim) error {
	t, err := n.Token()
	if err != nil {
		return errors.Wrap(err, "want JSON")
	}
	if t != want {
		return errors.Errorf("want %v, got %.20v", want, t)
	}
	return nil
}

func (n *nested) number() error {
	t, err := n.Token()
	if err != nil {
		return errors.Wrap(err, "want JSON")
	}
	number, ok := t.(json.Number)
	if !ok {
		return errors.Errorf("want a number, got %.20v", t)
	}
	v, err := number.Float64()
	if err != nil || math.Abs(v) > math.MaxFloat32 {
		return errors.Errorf("want a number, got %.20s", number)
	}
	n.values = append(n.values, float32(v))
	return nil
}
