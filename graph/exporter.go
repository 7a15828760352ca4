package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// exporter writes a network's values as nodes of an ONNX model, in their order.
type exporter struct {
	net    *Network
	opset  int
	wanted int // the least opset that has an operator for each op
	m      *onnx.Model

	now     map[*ir.Value]*ir.Value // what stands for a value in inference
	readers map[*ir.Value]int
	biased  map[*ir.Value]bool   // products that are written with the Bias behind them
	called  map[*ir.Value]string // by the network
	names   map[*ir.Value]string // in the model
	taken   map[string]bool      // names of values
	nodes   map[string]bool      // names of nodes
	dims    map[string][]int     // of parameters, as they are first read

	at      *ir.Value // what is being written
	refused []string
	errs    []error
}

func newExporter(n *Network, opset int) *exporter {
	e := &exporter{
		net: n, opset: opset, m: &onnx.Model{Constants: map[string]*onnx.Tensor{}},
		now: map[*ir.Value]*ir.Value{}, readers: map[*ir.Value]int{}, biased: map[*ir.Value]bool{},
		called: map[*ir.Value]string{}, names: map[*ir.Value]string{},
		taken: map[string]bool{}, nodes: map[string]bool{}, dims: map[string][]int{},
	}
	for _, p := range n.params {
		e.taken[p.Name] = true
	}
	for _, c := range n.calls {
		if _, inner := e.called[c.Out]; !inner && !framingOf(c.Layer).bare {
			e.called[c.Out] = c.Path
		}
	}
	return e
}

// write writes all but the parameters' values.
func (e *exporter) write() {
	e.infer()
	e.ports()
	for _, v := range e.net.values {
		if e.now[v] == v {
			e.value(v)
		}
	}
	for i, o := range e.net.outputs {
		if name := e.m.Outputs[i].Name; e.name(o) != name {
			e.at = o
			e.node("Identity", []string{e.name(o)})
			e.last().Outputs[0] = name
		}
	}
}

// infer takes out what does nothing in inference, and sees who reads what is left.
func (e *exporter) infer() {
	for _, v := range e.net.values {
		e.now[v] = v
		switch o := v.Op.(type) {
		case ir.Dropout, ir.Noise:
			e.now[v] = e.now[v.In[0]]
		case ir.Reshape:
			if slices.Equal(o.To, v.In[0].Shape) {
				e.now[v] = e.now[v.In[0]]
			}
		}
		if e.now[v] != v {
			continue
		}
		for _, x := range v.In {
			e.readers[e.now[x]]++
		}
	}
	for _, o := range e.net.outputs {
		e.readers[e.now[o]]++
	}
	for _, v := range e.net.values {
		if _, ok := v.Op.(ir.Bias); ok {
			if x := e.in(v, 0); e.readers[x] == 1 && takesBias(x) {
				e.biased[x] = true
			}
		}
	}
}

// ports declares inputs and outputs. An output bears its name already where it is
// made, unless that is an input, or another output too.
func (e *exporter) ports() {
	for i, p := range e.net.Inputs() {
		e.taken[p.Name] = true
		e.names[e.net.inputs[i]] = p.Name
		e.m.Inputs = append(e.m.Inputs, portInfo(p.Name, p.Shape))
	}
	for i, p := range e.net.Outputs() {
		name := unique(e.taken, p.Name)
		e.m.Outputs = append(e.m.Outputs, portInfo(name, p.Shape))
		if v := e.now[e.net.outputs[i]]; e.names[v] == "" {
			e.names[v] = name
		}
	}
}

// portInfo says that a value is a batch of samples.
func portInfo(name string, sample Shape) onnx.Info {
	dims := []onnx.Size{{Name: "N", Unknown: true}}
	for _, n := range sample {
		dims = append(dims, onnx.Size{Value: n})
	}
	return onnx.Info{Name: name, Type: onnx.Float32, Dims: dims}
}

// unique is a name that is not taken, and takes it.
func unique(taken map[string]bool, name string) string {
	free := name
	for i := 2; taken[free]; i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	taken[free] = true
	return free
}

// computed reports whether an op makes v: an input or a parameter is there.
func computed(v *ir.Value) bool {
	switch v.Op.(type) {
	case ir.Input, ir.Param:
		return false
	}
	return true
}

// value writes the nodes of a value. The last of them makes it.
func (e *exporter) value(v *ir.Value) {
	if !computed(v) || e.biased[v] {
		return
	}
	e.at = v
	before := len(e.m.Nodes)
	if err := e.op(v); err != nil {
		e.errs = append(e.errs, errors.WithMessagef(err, "%s: %v", bearer(v.Call).Path, bearer(v.Call).Layer))
	}
	if len(e.m.Nodes) == before { // it is refused
		return
	}
	if name := e.called[v]; e.names[v] == "" && name != "" {
		e.names[v] = unique(e.taken, name)
	} else if e.names[v] == "" {
		e.names[v] = e.last().Outputs[0]
	}
	e.last().Outputs[0] = e.names[v]
}

func (e *exporter) last() *onnx.Node { return e.m.Nodes[len(e.m.Nodes)-1] }

// finish adds the parameters' values, or says why the model is none.
func (e *exporter) finish() error {
	if len(e.refused) > 0 {
		return errors.Errorf("functions on Gorgonia's nodes have no form there: %s", strings.Join(e.refused, "; "))
	}
	if len(e.errs) > 0 {
		return e.errs[0]
	}
	for _, p := range e.net.params {
		values, ok := p.Value.Data().([]float32)
		if !ok {
			wide := p.Value.Data().([]float64)
			values = make([]float32, len(wide))
			for i, w := range wide {
				f, err := narrowed(w)
				if err != nil {
					return errors.WithMessage(err, p.Name)
				}
				values[i] = f
			}
		}
		e.m.Constants[p.Name] = onnx.Floats(e.dims[p.Name], values)
	}
	return nil
}

// narrowed is a number in float32; one that this does not hold is an error.
func narrowed(v float64) (float32, error) {
	f := float32(v)
	if math.IsInf(float64(f), 0) && !math.IsInf(v, 0) {
		return f, errors.Errorf("want numbers that float32 holds, got %v", v)
	}
	return f, nil
}

// knows reports whether the model's opset has what came with one, and asks for it.
func (e *exporter) knows(opset int) bool {
	e.wanted = max(e.wanted, opset)
	return e.opset >= opset
}

// in is the i-th input of v.
func (e *exporter) in(v *ir.Value, i int) *ir.Value { return e.now[v.In[i]] }

// name is a value's name in the model.
func (e *exporter) name(v *ir.Value) string {
	v = e.now[v]
	if _, ok := v.Op.(ir.Param); ok {
		return e.param(v, v.Shape...)
	}
	return e.names[v]
}

// param is the name of a parameter in some shape. Its initializer has the one in which
// it is first read.
func (e *exporter) param(v *ir.Value, dims ...int) string {
	name := e.net.param[v].Name
	first, ok := e.dims[name]
	switch {
	case !ok:
		e.dims[name] = slices.Clone(dims)
	case !slices.Equal(first, dims):
		return e.node("Reshape", []string{name, e.ints("shape", dims...)})
	}
	return name
}

// node adds a node of the layer that is being written, and returns its output's name.
func (e *exporter) node(operator string, inputs []string, attributes ...onnx.Attribute) string {
	name := unique(e.nodes, e.path()+"/"+operator)
	output := unique(e.taken, name)
	e.m.Nodes = append(e.m.Nodes, &onnx.Node{Name: name, OpType: operator, Inputs: inputs, Outputs: []string{output}, Attributes: attributes})
	return output
}

// path is that of the layer that is being written.
func (e *exporter) path() string {
	if c := bearer(e.at.Call); c != nil {
		return c.Path
	}
	return e.net.nameOf(e.at)
}

// constant adds a tensor of the layer's own.
func (e *exporter) constant(name string, t *onnx.Tensor) string {
	name = unique(e.taken, e.path()+"/"+name)
	e.m.Constants[name] = t
	return name
}

func (e *exporter) ints(name string, v ...int) string { return e.constant(name, onnx.Vector(v...)) }

// scalar is a number as an operand.
func (e *exporter) scalar(name string, v float64) string {
	return e.constant(name, onnx.Floats([]int{}, []float32{e.number(v)}))
}

// number is narrowed, whose error is that of the model.
func (e *exporter) number(v float64) float32 {
	f, err := narrowed(v)
	if err != nil {
		e.errs = append(e.errs, errors.WithMessagef(err, "%s: %v", e.path(), bearer(e.at.Call).Layer))
	}
	return f
}

// float is an attribute.
func (e *exporter) float(name string, v float64) onnx.Attribute {
	return onnx.FloatAttr(name, e.number(v))
}

// filled is a tensor of one number.
func (e *exporter) filled(name string, v float32, dims ...int) string {
	return e.constant(name, onnx.Floats(slices.Clone(dims), slices.Repeat([]float32{v}, Shape(dims).TotalSize())))
}

// reshape gives samples of the operand x another shape.
func (e *exporter) reshape(x string, sample ...int) string {
	if len(sample) == 1 {
		return e.node("Flatten", []string{x}, onnx.IntAttr("axis", 1))
	}
	return e.node("Reshape", []string{x, e.ints("shape", append([]int{0}, sample...)...)}) // 0: as it is
}

// transpose puts axes of samples in another order.
func (e *exporter) transpose(x string, axes ...int) string {
	return e.node("Transpose", []string{x}, onnx.IntsAttr("perm", ofBatch(axes)...))
}

// ofBatch are axes of samples, counted with that of the batch, which comes first.
func ofBatch(axes []int) []int {
	perm := []int{0}
	for _, a := range axes {
		perm = append(perm, a+1)
	}
	return perm
}

// refuse notes a layer that cannot be written.
func (e *exporter) refuse(v *ir.Value) {
	c := bearer(v.Call)
	text := fmt.Sprintf("%s: %v", c.Path, c.Layer)
	if !slices.Contains(e.refused, text) {
		e.refused = append(e.refused, text)
	}
}
