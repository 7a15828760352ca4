package graph

import (
	"unsafe"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/internal/ir"
	"euryale/internal/memory"
)

// alignment is that of each parameter in the slab, in bytes: a cache line, and
// the widest vector.
const alignment = 64

// filler gives a network's parameters their first values.
type filler interface {
	// check looks at the network before there is room for its parameters.
	check(n *Network) error
	// fill writes the values of a parameter, float32 or float64.
	fill(n *Network, v *ir.Value, name string, to any) error
}

// fill makes room for the network's parameters and has f fill it. All lie in one
// slab, in the order of their declaration: a weight lies beside that of the next
// layer, and each begins at a cache line.
func (n *Network) fill(f filler) error {
	if err := f.check(n); err != nil {
		return err
	}
	wide := int(n.config.Dtype.Size())
	round := func(size int) int {
		each := alignment / wide
		return (size + each - 1) / each * each
	}
	total, largest := 0, (*ir.Value)(nil)
	for _, v := range n.values {
		if _, ok := v.Op.(ir.Param); ok {
			total += round(v.Shape.TotalSize())
			if largest == nil || v.Shape.TotalSize() > largest.Shape.TotalSize() {
				largest = v
			}
		}
	}
	if err := fitsMemory(total, wide, largest); err != nil {
		return err
	}
	if n.config.Dtype == Float64 {
		return fillSlab[float64](n, f, total, round)
	}
	return fillSlab[float32](n, f, total, round)
}

// fillSlab fills each parameter in its stretch of the slab.
func fillSlab[T float32 | float64](n *Network, f filler, total int, round func(int) int) error {
	slab := aligned[T](total)
	at := 0
	for _, v := range n.values {
		p, ok := v.Op.(ir.Param)
		if !ok {
			continue
		}
		name, size := v.Call.Path+"/"+p.Name, v.Shape.TotalSize()
		to := slab[at : at+size : at+size]
		if err := f.fill(n, v, name, to); err != nil {
			return err
		}
		at += round(size)
		param := &Param{Name: name, Role: p.Role, Value: tensor.New(tensor.WithShape(v.Shape...), tensor.WithBacking(to)), version: n.version}
		n.params = append(n.params, param)
		n.param[v] = param
	}
	return nil
}

// draws is the filler of a new network: each parameter's Initializer, or the
// network that a Pretrained takes it from.
type draws struct{}

func (draws) check(*Network) error { return nil }

func (draws) fill(n *Network, v *ir.Value, name string, to any) error {
	values, err := pretrained(v, name)
	if err != nil {
		return err
	}
	if values == nil {
		values = make([]float64, v.Shape.TotalSize())
		v.Op.(ir.Param).Init.Draw(generator(n.config.Seed, name), v.Shape, values)
	}
	setFloats(to, values)
	return nil
}

// setFloats writes values into float32 or float64.
func setFloats(to any, values []float64) {
	switch to := to.(type) {
	case []float32:
		for i, x := range values {
			to[i] = float32(x)
		}
	case []float64:
		copy(to, values)
	}
}

// totalMemory is the machine's, in bytes; 0 where it is not known.
var totalMemory = memory.Total

// fitsMemory reports weights, so many values so many bytes wide, for which the
// machine has no room while they are drawn, each in float64. The system would end
// the process.
func fitsMemory(total, wide int, largest *ir.Value) error {
	have := totalMemory()
	if have == 0 || largest == nil {
		return nil
	}
	if need := uint64(total)*uint64(wide) + 8*uint64(largest.Shape.TotalSize()); need > have {
		return errors.Errorf("network: want weights that are drawn in the %s bytes of memory of this machine, got some that take %s; the largest is %s/%s %v",
			group(int(have)), group(int(need)), largest.Call.Path, largest.Op.(ir.Param).Name, largest.Shape)
	}
	return nil
}

// aligned is n zeros that begin at a multiple of the alignment.
func aligned[T float32 | float64](n int) []T {
	var zero T
	wide := int(unsafe.Sizeof(zero))
	s := make([]T, n+alignment/wide)
	skip := 0
	if off := int(uintptr(unsafe.Pointer(unsafe.SliceData(s))) % alignment); off > 0 {
		skip = (alignment - off) / wide
	}
	return s[skip : skip+n : skip+n]
}
