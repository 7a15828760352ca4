package onnx_test

import (
	"encoding/binary"
	"maps"
	"math"
	"math/rand"
	"slices"
	"testing"
	"time"

	"euryale/internal/onnx"
	"euryale/internal/onnx/onnxtest"
)

// odd are numbers that are easily got wrong.
var odd = []int64{-1, 0, 1, 2, 3, -2, 7, 64, 1 << 20, 1 << 31, 1<<40 + 1, math.MaxInt64, math.MinInt64, -1 << 40, math.MaxInt32, 255}

// mutant is a model with a few changes that a file may have and no program makes.
func mutant(random *rand.Rand, from *onnx.Model) *onnx.Model {
	m := *from
	m.Opsets = maps.Clone(m.Opsets)
	m.Constants = maps.Clone(m.Constants)
	m.Inputs = slices.Clone(m.Inputs)
	m.Nodes = slices.Clone(m.Nodes)
	for i, n := range m.Nodes {
		c := *n
		c.Inputs, c.Outputs, c.Attributes = slices.Clone(c.Inputs), slices.Clone(c.Outputs), slices.Clone(c.Attributes)
		m.Nodes[i] = &c
	}
	for range 1 + random.Intn(3) {
		mutate(random, &m)
	}
	return &m
}

func mutate(random *rand.Rand, m *onnx.Model) {
	some := func() int64 { return odd[random.Intn(len(odd))] }
	if len(m.Nodes) == 0 {
		return
	}
	n := m.Nodes[random.Intn(len(m.Nodes))]
	switch random.Intn(7) {
	case 0:
		m.Opsets[""] = onnx.MinOpset + random.Intn(onnx.MaxOpset-onnx.MinOpset+1)
	case 1:
		if len(n.Attributes) > 0 {
			a := &n.Attributes[random.Intn(len(n.Attributes))]
			a.Int, a.Float = some(), float32(some())
			if len(a.Ints) > 0 {
				a.Ints = slices.Clone(a.Ints)
				a.Ints[random.Intn(len(a.Ints))] = some()
			}
		}
	case 2:
		if len(n.Inputs) > 0 {
			n.Inputs[random.Intn(len(n.Inputs))] = m.Inputs[random.Intn(len(m.Inputs))].Name
		}
	case 3:
		if len(n.Inputs) > 0 {
			n.Inputs = n.Inputs[:random.Intn(len(n.Inputs))]
		}
	case 4:
		in := &m.Inputs[random.Intn(len(m.Inputs))]
		if len(in.Dims) > 0 {
			in.Dims = slices.Clone(in.Dims)
			if d := &in.Dims[random.Intn(len(in.Dims))]; random.Intn(3) == 0 {
				*d = onnx.Size{Unknown: true}
			} else {
				d.Value = int(max(some(), 0))
			}
		}
	default:
		mutateConstant(random, m, some())
	}
}

func mutateConstant(random *rand.Rand, m *onnx.Model, v int64) {
	names := slices.Sorted(maps.Keys(m.Constants))
	if len(names) == 0 {
		return
	}
	name := names[random.Intn(len(names))]
	t := *m.Constants[name]
	t.Raw, t.Dims = slices.Clone(t.Raw), slices.Clone(t.Dims)
	switch {
	case random.Intn(3) == 0 && len(t.Dims) > 0:
		i := random.Intn(len(t.Dims))
		t.Dims[i] = random.Intn(t.Dims[i] + 1)
		t.Raw = t.Raw[:t.Len()*t.Type.Size()]
	case t.Type == onnx.Int64 && len(t.Raw) > 0:
		binary.LittleEndian.PutUint64(t.Raw[8*random.Intn(len(t.Raw)/8):], uint64(v))
	case t.Type == onnx.Float32 && len(t.Raw) > 0:
		bits := math.Float32bits([]float32{float32(v), float32(math.NaN()), float32(math.Inf(1)), 0.3}[random.Intn(4)])
		binary.LittleEndian.PutUint32(t.Raw[4*random.Intn(len(t.Raw)/4):], bits)
	}
	m.Constants[name] = &t
}

// No change of a published case makes Fold panic, take long, or give a Graph that does
// not hold together.
func TestMutants(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	folded, refused := 0, 0
	for _, c := range onnxtest.Load(t) {
		if c.Model == nil || len(c.Model.Unsupported) > 0 || c.Kind == "light" {
			continue
		}
		parameters := c.Parameters()
		m := c.Bind(func(name string) bool { return parameters[name] })
		if len(m.Inputs) == 0 {
			continue
		}
		for range 40 {
			start := time.Now()
			g, err := onnx.Fold(mutant(random, m), onnx.FoldOptions{FreeBatch: random.Intn(2) == 0, Limit: 1 << 16})
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%s took %v", c.Name, took)
			}
			if err != nil {
				refused++
				continue
			}
			folded++
			onnx.CheckGraph(t, g)
		}
	}
	t.Logf("%d folded, %d refused", folded, refused)
}
