package graph

import (
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/npy"
	"euryale/internal/safetensors"
)

// WeightSource is where a parameter's values stand in a file by others.
type WeightSource struct {
	Name string // of the tensor in the file

	// Axes are the file's axes in our order, where that is another: {1, 0} for
	// PyTorch's dense weights (out, in), {3, 2, 0, 1} for Keras' kernels (h, w, in,
	// out). nil means the order is ours: (in, out), and (out, in, h, w).
	Axes []int
}

// LoadWeights sets parameters to values of a file by others: .safetensors, .npz or
// .npy, of F16, BF16, F32, F64 or whole numbers, converted to the network's type.
// From says for each parameter, by its name, where its values are; nil means under
// the parameters' own names, all of them. Parameters that it leaves out stay as
// they are.
//
//	net.LoadWeights("torch.safetensors", map[string]graph.WeightSource{
//		"dense_1/kernel": {Name: "fc.weight", Axes: []int{1, 0}},
//		"dense_1/bias":   {Name: "fc.bias"},
//	})
//
// After an error no parameter has changed.
func (n *Network) LoadWeights(path string, from map[string]WeightSource) error {
	tensors, err := readTensors(path)
	if err != nil {
		return err // which names the file
	}
	if from == nil {
		from = map[string]WeightSource{}
		for _, p := range n.params {
			from[p.Name] = WeightSource{Name: p.Name}
		}
	}
	set := map[*Param][]float64{}
	for _, name := range sortedKeys(from) {
		p := n.named(name)
		if p == nil {
			return errors.Errorf("%s: the network has no parameter %q", path, name)
		}
		if set[p], err = weightOf(p, from[name], tensors); err != nil {
			return errors.WithMessagef(err, "%s: %s", path, name)
		}
	}
	for _, p := range n.params {
		if values, ok := set[p]; ok {
			setFloats(p.Value.Data(), values)
			p.Changed()
		}
	}
	return nil
}

// array is a tensor of a file by others.
type array struct {
	shape  []int
	values func() ([]float64, error)
}

// weightOf are the values for a parameter, in its order.
func weightOf(p *Param, s WeightSource, tensors map[string]array) ([]float64, error) {
	t, ok := tensors[s.Name]
	if !ok {
		return nil, errors.Errorf("want a tensor %q, got a file of %s", s.Name, some(sortedKeys(tensors)))
	}
	axes := s.Axes
	if axes == nil {
		for i := range t.shape {
			axes = append(axes, i)
		}
	}
	if !permutes(axes, len(t.shape)) {
		return nil, errors.Errorf("want Axes that name each of the %d of %q once, got %v", len(t.shape), s.Name, s.Axes)
	}
	shape := make(Shape, len(axes))
	for i, a := range axes {
		shape[i] = t.shape[a]
	}
	if !slices.Equal(shape, p.Value.Shape()) {
		return nil, errors.Errorf("want %v, got %v of %q", p.Value.Shape(), shape, s.Name)
	}
	values, err := t.values()
	if err != nil {
		return nil, err
	}
	if p.Value.Dtype() == Float32 {
		for i, v := range values {
			if math.IsInf(float64(float32(v)), 0) && !math.IsInf(v, 0) {
				return nil, errors.Errorf("want values that float32 has room for, got %v as number %d of %q", v, i+1, s.Name)
			}
		}
	}
	return permuted(values, t.shape, axes), nil
}

// some is a list of names, cut short.
func some(names []string) string {
	if len(names) > 8 {
		names = append(slices.Clone(names[:8]), "…")
	}
	return strings.Join(names, ", ")
}

func permutes(axes []int, rank int) bool {
	sorted := slices.Sorted(slices.Values(axes))
	for i, a := range sorted {
		if a != i {
			return false
		}
	}
	return len(axes) == rank
}

// permuted are values of a shape in the order of other axes.
func permuted(values []float64, shape, axes []int) []float64 {
	if slices.IsSorted(axes) {
		return values
	}
	strides := make([]int, len(shape))
	for i, step := len(shape)-1, 1; i >= 0; i-- {
		strides[i], step = step, step*shape[i]
	}
	to := make([]float64, 0, len(values))
	var walk func(axis, at int)
	walk = func(axis, at int) {
		if axis == len(axes) {
			to = append(to, values[at])
			return
		}
		for i := range shape[axes[axis]] {
			walk(axis+1, at+i*strides[axes[axis]])
		}
	}
	walk(0, 0)
	return to
}

// readTensors are the tensors of a file, by name; that of a .npy has none.
func readTensors(path string) (map[string]array, error) {
	tensors := map[string]array{}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".npz":
		entries, err := npy.ReadNPZFile(path, npy.Options{})
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			tensors[e.Name] = array{e.Array.Shape, e.Array.Float64s}
		}
	case ".npy":
		a, err := npy.ReadFile(path)
		if err != nil {
			return nil, err
		}
		tensors[""] = array{a.Shape, a.Float64s}
	default:
		f, err := safetensors.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for _, t := range f.Tensors {
			tensors[t.Name] = array{t.Shape, t.Float64s}
		}
	}
	return tensors, nil
}
