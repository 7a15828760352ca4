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

// draw gives the network's parameters their first values. All lie in one slab,
// in the order of their declaration: a weight lies beside that of the next layer,
// and each begins at a cache line.
func (n *Network) draw() error {
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
		return drawInto[float64](n, total, round)
	}
	return drawInto[float32](n, total, round)
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

// drawInto draws each parameter into its stretch of the slab.
func drawInto[T float32 | float64](n *Network, total int, round func(int) int) error {
	slab := aligned[T](total)
	at := 0
	for _, v := range n.values {
		p, ok := v.Op.(ir.Param)
		if !ok {
			continue
		}
		name, size := v.Call.Path+"/"+p.Name, v.Shape.TotalSize()
		values, err := pretrained(v, name)
		if err != nil {
			return err
		}
		if values == nil {
			values = make([]float64, size)
			p.Init.Draw(generator(n.config.Seed, name), v.Shape, values)
		}
		to := slab[at : at+size : at+size]
		for i, x := range values {
			to[i] = T(x)
		}
		at += round(size)
		param := &Param{Name: name, Role: p.Role, Value: tensor.New(tensor.WithShape(v.Shape...), tensor.WithBacking(to)), version: n.version}
		n.params = append(n.params, param)
		n.param[v] = param
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
