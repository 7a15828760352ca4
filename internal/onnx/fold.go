package onnx

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// Fold gives the model's values their shapes, evaluates what is constant and brings
// every operation into the form that the package comment describes. The model stays
// as it is; constants that are not changed share its memory. All that is not supported
// is named in one UnsupportedError.
func Fold(m *Model, opt FoldOptions) (*Graph, error) {
	f := &folder{
		m: m, opt: opt, g: &Graph{Constants: map[string]*Tensor{}},
		values: map[string]*value{}, wanted: map[string]bool{}, taken: names{}, opNames: names{}, branches: map[string]int{},
		unsupported: slices.Clone(m.Unsupported),
	}
	if err := f.fold(); err != nil {
		return nil, errors.WithMessage(err, "onnx")
	}
	return f.g, nil
}

// folder is a Fold under way.
type folder struct {
	m           *Model
	opt         FoldOptions
	g           *Graph
	values      map[string]*value // by the file's names; nil for what an unsupported node makes
	wanted      map[string]bool   // values that an output needs
	taken       names             // of values, of the file and new ones
	opNames     names
	branches    map[string]int // what nodes of an If's branches make that are not folded
	folded      int            // bytes that folding has made
	budget      int            // and may make
	unsupported []Unsupported
}

// value is what a name of the file stands for.
type value struct {
	name  string // in the Graph
	typ   DataType
	shape Shape
	known *known // nil if it is computed from inputs

	compared *greater // of a Greater that is not known, which has no operation
}

func (f *folder) fold() error {
	f.budget = f.limit()
	nodes := f.live()
	f.checkOperators(slices.DeleteFunc(slices.Clone(nodes), func(n *Node) bool { return n.Branch }))
	if err := f.inputs(); err != nil {
		if len(f.unsupported) > 0 {
			return &UnsupportedError{f.unsupported}
		}
		return err
	}
	for name, t := range f.m.Constants {
		f.taken.take(name)
		f.values[name] = &value{name: name, typ: t.Type, shape: FixedShape(t.Dims...), known: knownTensor(t)}
	}
	for i, n := range f.m.Nodes {
		for _, out := range n.Outputs {
			f.taken.take(out)
			if n.Branch && out != "" {
				f.branches[out] = i
			}
		}
	}
	for _, n := range nodes {
		if n.Branch {
			continue
		}
		if err := f.node(n); err != nil {
			return err
		}
	}
	if len(f.unsupported) > 0 {
		return &UnsupportedError{f.unsupported}
	}
	if err := f.outputs(); err != nil {
		return err
	}
	f.g.prune()
	return nil
}

// live returns the nodes that an output needs, in the model's order.
func (f *folder) live() []*Node {
	for _, out := range f.m.Outputs {
		f.wanted[out.Name] = true
	}
	var nodes []*Node
	for i := len(f.m.Nodes) - 1; i >= 0; i-- {
		n := f.m.Nodes[i]
		if !slices.ContainsFunc(n.Outputs, func(out string) bool { return out != "" && f.wanted[out] }) {
			continue
		}
		nodes = append(nodes, n)
		for _, in := range n.Inputs {
			f.wanted[in] = true
		}
	}
	slices.Reverse(nodes)
	return nodes
}

// checkOperators notes the operators that are not known, and opsets that are not.
func (f *folder) checkOperators(nodes []*Node) {
	version, imported := f.m.Opsets[""]
	if imported && (version < MinOpset || version > MaxOpset) {
		f.unsupported = append(f.unsupported, Unsupported{
			What: fmt.Sprintf("opset %d", version), Why: fmt.Sprintf("want %d to %d", MinOpset, MaxOpset),
		})
	}
	for _, n := range nodes {
		if why := f.whyUnknown(n, version, imported); why != "" {
			what := fmt.Sprintf("%s of opset %d", qualified(n), f.m.Opsets[n.Domain])
			f.unsupported = append(f.unsupported, Unsupported{What: what, Node: n.Name, Why: why})
		}
	}
}

func (f *folder) whyUnknown(n *Node, version int, imported bool) string {
	op, ok := operators[n.OpType]
	switch {
	case n.isFlat():
		return ""
	case n.Domain != "" || !ok:
		return "unknown operator"
	case !imported:
		return "the model does not say of which version"
	case version < op.since:
		return fmt.Sprintf("the operator came with opset %d", op.since)
	case op.until > 0 && version > op.until:
		return fmt.Sprintf("the operator went after opset %d", op.until)
	}
	return ""
}

// node folds a node, unless one that it needs is not supported.
func (f *folder) node(n *Node) error {
	for _, out := range n.Outputs {
		f.values[out] = nil
	}
	if f.whyUnknown(n, f.m.Opsets[""], true) != "" {
		return nil
	}
	c := &call{AttributeReader: n.Reader(), f: f, n: n, version: f.m.Opsets[""]}
	inputs := n.Inputs
	if n.isFlat() {
		inputs = inputs[:1]
	}
	for _, in := range inputs {
		v, ok := f.values[in]
		if in != "" && (!ok || v == nil) {
			return nil
		}
		c.in = append(c.in, v)
	}
	if f.refusesComparison(c) {
		return nil
	}
	if n.isFlat() {
		return f.foldIf(c)
	}
	return c.run(operators[n.OpType])
}

// inputs gives the inputs their shapes.
func (f *folder) inputs() error {
	given := map[string]bool{}
	for _, in := range f.m.Inputs {
		given[in.Name] = true
	}
	for _, name := range sortedKeys(f.opt.Inputs) {
		if !given[name] {
			return errors.Errorf("the model has no input %q; it has %s", name, inputNames(f.m.Inputs))
		}
	}
	batchNames := map[string]bool{}
	for _, in := range f.m.Inputs {
		if len(in.Dims) > 0 && in.Dims[0].Unknown && in.Dims[0].Name != "" {
			batchNames[in.Dims[0].Name] = true
		}
	}
	for _, in := range f.m.Inputs {
		shape, err := f.inputShape(in, batchNames)
		if err != nil {
			return err
		}
		f.taken.take(in.Name)
		f.values[in.Name] = &value{name: in.Name, typ: in.Type, shape: shape}
		f.g.Inputs = append(f.g.Inputs, Value{in.Name, in.Type, shape})
	}
	return nil
}

func inputNames(in []Info) string {
	if len(in) == 0 {
		return "none"
	}
	names := make([]string, len(in))
	for i := range in {
		names[i] = fmt.Sprintf("%q", in[i].Name)
	}
	return strings.Join(names, ", ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (f *folder) inputShape(in Info, batchNames map[string]bool) (Shape, error) {
	if s, ok := f.opt.Inputs[in.Name]; ok {
		if !in.NoShape && len(s) != len(in.Dims) {
			return nil, errors.Errorf("input %q: want a shape of %d dimensions as in the file, %s, got %v",
				in.Name, len(in.Dims), shapeText(in.Dims), s)
		}
		return checkedShape(in.Name, s)
	}
	if in.NoShape {
		return nil, errors.Errorf("input %q: the file does not give its shape, it must be given", in.Name)
	}
	s := make(Shape, len(in.Dims))
	for i, d := range in.Dims {
		switch {
		case !d.Unknown:
			s[i] = Fixed(d.Value)
		case i == 0 || batchNames[d.Name]:
			s[i] = Batch
		default:
			return nil, errors.Errorf("input %q: dimension %d of %s is not known, its shape must be given", in.Name, i, shapeText(in.Dims))
		}
	}
	if err := f.freeBatch(in.Name, s); err != nil {
		return nil, err
	}
	return checkedShape(in.Name, s)
}

// freeBatch makes a fixed first dimension N, if that is asked for.
func (f *folder) freeBatch(name string, s Shape) error {
	if !f.opt.FreeBatch || len(s) == 0 || !s[0].IsFixed() {
		return nil
	}
	if s[0].B < 1 || f.g.FixedBatch != 0 && f.g.FixedBatch != s[0].B {
		return errors.Errorf("input %q: the batch cannot be freed: another input has %d samples, this one %v", name, f.g.FixedBatch, s[0])
	}
	f.g.FixedBatch = s[0].B
	s[0] = Batch
	return nil
}

func checkedShape(name string, s Shape) (Shape, error) {
	for _, d := range s {
		if d.A < 0 || d.At(1) < 0 {
			return nil, errors.Errorf("input %q: want sizes of at least 0, got %v", name, s)
		}
	}
	if n, ok := s.size(); !ok || n.A > maxElements || n.B > maxElements {
		return nil, errors.Errorf("input %q: too many elements: %v", name, s)
	}
	return s, nil
}

// maxElements bounds the size of each value, a sample's share and the rest, so that
// products of sizes do not overflow.
const maxElements = 1 << 40

func (f *folder) outputs() error {
	for _, out := range f.m.Outputs {
		v := f.values[out.Name]
		if v == nil {
			return errors.Errorf("output %q is not defined", out.Name)
		}
		if f.refuseComparison(v) {
			return &UnsupportedError{f.unsupported}
		}
		if v.known != nil {
			if v.known.sym != nil {
				return errors.Errorf("output %q is the size of the batch, not computed from its content", out.Name)
			}
			f.g.Constants[v.name] = v.known.tensor()
		}
		f.g.Outputs = append(f.g.Outputs, Output{Value{out.Name, v.typ, v.shape}, v.name})
	}
	return nil
}

// prune drops what no output needs: rewriting leaves some.
func (g *Graph) prune() {
	wanted := map[string]bool{}
	for _, out := range g.Outputs {
		wanted[out.From] = true
	}
	var ops []*Op
	for i := len(g.Ops) - 1; i >= 0; i-- {
		op := g.Ops[i]
		if !wanted[op.Outputs[0]] {
			continue
		}
		ops = append(ops, op)
		for _, in := range op.Inputs {
			wanted[in] = true
		}
	}
	slices.Reverse(ops)
	g.Ops = ops
	for name := range g.Constants {
		if !wanted[name] {
			delete(g.Constants, name)
		}
	}
}
