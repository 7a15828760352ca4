package graph

import (
	"encoding/json"
	"maps"
	"math"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Details are what a network's file says of it besides its layers and weights.
type Details struct {
	Classes  []string           // of its first output, in order; nil where they are not known
	Input    Scaling            // what becomes of a picture before the network sees it
	Settings json.RawMessage    // of the run that trained it, in JSON, as that wrote them; may be nil
	Figures  map[string]float64 // such as "test accuracy"

	// Tensors are kept beside the parameters, by names that none of these has:
	// an optimiser's state, say. Float32 or Float64.
	Tensors map[string]*tensor.Dense

	// Metadata is what else stands in the file, kept as it is: text by names
	// that do not begin with "euryale".
	Metadata map[string]string
}

// Scaling is how values of pixels become what a network is given:
// (v/Most - Mean)/Deviation for each channel, v being 0 to 255.
type Scaling struct {
	Most      float64   `json:"most,omitempty"`      // 0 means 255
	Mean      []float64 `json:"mean,omitempty"`      // of each channel, or of all; nil means 0
	Deviation []float64 `json:"deviation,omitempty"` // likewise; nil means 1
}

// Details are what was said of the network: by SetDetails, or in the file that
// it was loaded from.
func (n *Network) Details() Details {
	if n.details == nil {
		return Details{}
	}
	return n.details.clone()
}

// SetDetails says what a file of the network is to say of it.
func (n *Network) SetDetails(d Details) error {
	if err := d.check(n); err != nil {
		return err
	}
	*n.details = d.clone()
	return nil
}

func (d Details) clone() Details {
	d.Classes = slices.Clone(d.Classes)
	d.Input.Mean, d.Input.Deviation = slices.Clone(d.Input.Mean), slices.Clone(d.Input.Deviation)
	d.Settings = slices.Clone(d.Settings)
	d.Figures, d.Tensors, d.Metadata = maps.Clone(d.Figures), maps.Clone(d.Tensors), maps.Clone(d.Metadata)
	return d
}

// check reports what does not fit the network, or no file can hold.
func (d Details) check(n *Network) error {
	if n.details == nil || len(n.outputs) == 0 {
		return errors.New("details: want a network, got one of nothing")
	}
	if k := n.outputs[0].Shape[0]; len(d.Classes) > 0 && len(d.Classes) != k {
		return errors.Errorf("details: want names of the %d classes of %s, got %d", k, n.nameOf(n.outputs[0]), len(d.Classes))
	}
	if len(d.Settings) > 0 && !json.Valid(d.Settings) {
		return errors.New("details: want Settings in JSON, got something else")
	}
	for _, name := range sortedKeys(d.Figures) {
		if v := d.Figures[name]; math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.Errorf("details: want finite Figures, got %s = %v", name, v)
		}
	}
	for _, name := range sortedKeys(d.Metadata) {
		if reserved(name) {
			return errors.Errorf("details: want names of Metadata that do not begin with %q, got %q", metadataKey, name)
		}
	}
	for _, name := range sortedKeys(d.Tensors) {
		switch t := d.Tensors[name]; {
		case name == "" || n.named(name) != nil:
			return errors.Errorf("details: want names of Tensors that no parameter has, got %q", name)
		case t == nil || t.Dtype() != Float32 && t.Dtype() != Float64:
			return errors.Errorf("details: want Tensors of Float32 or Float64, got another as %q", name)
		case !isPlain(t):
			return errors.Errorf("details: want Tensors whose numbers lie row by row, at least one, got %v of strides %v as %q; Materialize makes one of a view", t.Shape(), t.Strides(), name)
		}
	}
	return d.Input.check(n)
}

// isPlain reports whether a tensor's data are its numbers, row by row: no view, no
// transpose, no column-major one.
func isPlain(t *tensor.Dense) bool {
	if t.Shape().TotalSize() == 0 || t.DataSize() == 0 { // of which tensor's Data panics
		return false
	}
	n := 0
	switch d := t.Data().(type) {
	case []float32:
		n = len(d)
	case []float64:
		n = len(d)
	}
	return n > 0 && n == t.Shape().TotalSize() && slices.Equal(t.Strides(), t.Shape().CalcStrides())
}

// check reports a scaling that does not fit the network's first input.
func (s Scaling) check(n *Network) error {
	channels := n.inputs[0].Shape[0]
	if m, d := len(s.Mean), len(s.Deviation); m > 1 && m != channels || d > 1 && d != channels {
		return errors.Errorf("details: want an Input.Mean and an Input.Deviation of 1 or %d channels, got %d and %d", channels, m, d)
	}
	for _, f := range []struct {
		name   string
		values []float64
	}{{"Most", []float64{s.Most}}, {"Mean", s.Mean}, {"Deviation", s.Deviation}} {
		for _, v := range f.values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return errors.Errorf("details: want a finite Input.%s, got %v", f.name, v)
			}
		}
	}
	if s.Most < 0 || slices.ContainsFunc(s.Deviation, func(v float64) bool { return v <= 0 }) {
		return errors.Errorf("details: want an Input whose Most and Deviation are above 0, got %v and %v", s.Most, s.Deviation)
	}
	return nil
}

// Float32s is what the network is given for the pixels of an image, (channels, H, W).
func (s Scaling) Float32s(pixels []uint8, channels int) []float32 {
	return scaled[float32](s, pixels, channels)
}

// Float64s is Float32s that are not rounded to float32.
func (s Scaling) Float64s(pixels []uint8, channels int) []float64 {
	return scaled[float64](s, pixels, channels)
}

func scaled[T float32 | float64](s Scaling, pixels []uint8, channels int) []T {
	values := make([]T, len(pixels))
	plane := len(pixels) / channels
	for i, v := range pixels {
		values[i] = T(s.Apply(float64(v), i/plane))
	}
	return values
}

// Apply is what the network is given for the pixel value v of a channel.
func (s Scaling) Apply(v float64, channel int) float64 {
	most := s.Most
	if most == 0 {
		most = 255
	}
	v /= most
	if len(s.Mean) > 0 {
		v -= s.Mean[min(channel, len(s.Mean)-1)]
	}
	if len(s.Deviation) > 0 {
		v /= s.Deviation[min(channel, len(s.Deviation)-1)]
	}
	return v
}
