package graph

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/internal/safetensors"
)

// A Saved is a file that Save wrote, found whole, of which no network is built: what
// it says of itself, and weights for a network that there is already.
type Saved struct {
	Details Details // without Tensors
	Steps   uint64  // of the network

	about *description
	file  *safetensors.File
}

// ReadSaved reads a file that Save wrote. One that is damaged is an error.
func ReadSaved(path string) (*Saved, error) {
	f, err := safetensors.ReadFile(path)
	if err != nil {
		return nil, err // which names the file
	}
	s, err := savedOf(f)
	return s, errors.WithMessage(err, path)
}

// DecodeSaved is ReadSaved of a file's bytes, which it goes on using.
func DecodeSaved(b []byte) (*Saved, error) {
	f, err := safetensors.Decode(b)
	if err != nil {
		return nil, err
	}
	return savedOf(f)
}

func savedOf(f *safetensors.File) (*Saved, error) {
	about, err := describe(f)
	if err != nil {
		return nil, err
	}
	return &Saved{Details: about.details(f), Steps: about.Steps, about: about, file: f}, nil
}

// For are the values of the parameters of a network, in the order of its Params, and
// the tensors that are in the file besides. It is an error that the file is of a
// network that was declared in another way, which the error names. The network is
// left as it is.
func (s *Saved) For(n *Network) (weights []*tensor.Dense, others map[string]*tensor.Dense, err error) {
	if err := s.about.Network.same(n); err != nil {
		return nil, nil, err
	}
	from := newLoads(s.file)
	if err := from.check(n); err != nil {
		return nil, nil, err
	}
	for _, p := range n.params {
		t, err := decodeTensor(from.tensors[p.Name])
		if err != nil {
			return nil, nil, err
		}
		weights = append(weights, t)
	}
	others, err = from.others()
	return weights, others, err
}

// same reports the first thing in which a network is declared in another way.
func (d *declaration) same(n *Network) error {
	if n == nil || n.details == nil {
		return errors.New("want a network, got one of nothing")
	}
	got, err := n.declare()
	if err != nil {
		return err
	}
	if d.Name != got.Name {
		return errors.Errorf("want the network %q, as in the file, got %q", d.Name, got.Name)
	}
	for i := range min(len(d.Calls), len(got.Calls)) {
		if !equalJSON(d.Calls[i], got.Calls[i]) {
			return errors.Errorf("layer %d of the network: want %s, as in the file, got %s", i+1, d.Calls[i].printed(), got.Calls[i].printed())
		}
	}
	for _, part := range []struct {
		what      string
		want, got any
	}{
		{"layers", len(d.Calls), len(got.Calls)},
		{"inputs", d.Inputs, got.Inputs},
		{"outputs", d.Outputs, got.Outputs},
		{"seed", d.Seed, got.Seed},
		{"dtype", d.Dtype, got.Dtype},
		{"engine", engineName(d.Engine), engineName(got.Engine)},
	} {
		if !equalJSON(part.want, part.got) {
			return errors.Errorf("%s of the network: want %v, as in the file, got %v", part.what, part.want, part.got)
		}
	}
	return nil
}

func engineName(name string) string {
	if name == "" {
		return DefaultEngine.String()
	}
	return name
}

// equalJSON says whether two values are one in JSON.
func equalJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// printed is the call as code where its types are this package's, else as JSON,
// with what it is called.
func (c *declaredCall) printed() string {
	text := string(c.Layer)
	if types, err := newRegistry(nil); err == nil {
		if c.Joins {
			if j, err := decodeInto[Joiner](types, c.Layer); err == nil {
				text = fmt.Sprint(j)
			}
		} else if l, err := decodeInto[Layer](types, c.Layer); err == nil {
			text = fmt.Sprint(l)
		}
	}
	return fmt.Sprintf("%s (%s)", text, c.As)
}
