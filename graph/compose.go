package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// composer copies the values behind a network's outputs into the network,
// names their layers, and sees that what is to be one is one.
type composer struct {
	net    *Network
	values map[*ir.Value]*ir.Value // as declared → the network's
	calls  map[*ir.Call]*ir.Call

	declared []*ir.Call // as the network's calls

	counts map[*ir.Call]map[string]int // of a bearer's layers, by type
	byPath map[string]*ir.Call
	params map[string]*ir.Value
	err    error // the first
}

func newComposer(n *Network) *composer {
	return &composer{
		net: n, values: map[*ir.Value]*ir.Value{}, calls: map[*ir.Call]*ir.Call{},
		counts: map[*ir.Call]map[string]int{}, byPath: map[string]*ir.Call{}, params: map[string]*ir.Value{},
	}
}

func (c *composer) compose(outputs []*Value) (err error) {
	defer func() {
		if r := recover(); r != nil { // in a user's String
			err = errors.Errorf("network: %s", oneLine(r))
		}
	}()
	for i, o := range outputs {
		if o == nil || o.v == nil && o.err == nil {
			return errors.Errorf("network: output %d is nil", i+1)
		}
		if err := o.check(i); err != nil {
			return c.explain(err)
		}
		if _, ok := o.v.Op.(ir.Input); ok {
			return errors.Errorf("network: output %d is the input %q: want at least one layer behind it", i+1, o.v.Op.(ir.Input).Name)
		}
		c.net.outputs = append(c.net.outputs, c.value(o.v))
	}
	if c.err == nil {
		c.connect()
		c.check()
		c.net.calls = inOrder(c.net.calls)
	}
	return c.err
}

func (c *composer) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// value is v in the network.
func (c *composer) value(v *ir.Value) *ir.Value {
	if w, ok := c.values[v]; ok {
		return w
	}
	var in []*ir.Value
	for _, x := range v.In {
		in = append(in, c.value(x))
	}
	call := c.call(v.Call)
	w := &ir.Value{Op: v.Op, In: in, Shape: v.Shape, Call: call}
	switch o := v.Op.(type) {
	case ir.Input:
		c.input(w, o.Name)
	case ir.Param:
		if first, ok := c.params[call.Path+"/"+o.Name]; ok { // of a layer that is shared
			c.values[v] = first
			c.same(first, w)
			return first
		}
		w.Op = c.param(w, o)
	}
	c.values[v] = w
	c.net.values = append(c.net.values, w)
	return w
}

func (c *composer) input(v *ir.Value, name string) {
	for _, other := range c.net.inputs {
		if other.Op.(ir.Input).Name == name {
			c.fail(errors.Errorf("network: two inputs are called %q: want a name each; or is one a value of another network?", name))
		}
	}
	c.net.inputs = append(c.net.inputs, v)
}

func (c *composer) param(v *ir.Value, p ir.Param) ir.Param {
	if v.Call.Frozen && p.Role == ir.Trained {
		p.Role = ir.Frozen
	}
	c.params[v.Call.Path+"/"+p.Name] = v
	return p
}

// same reports a parameter that is to be one with the first of its name, and is
// another.
func (c *composer) same(first, again *ir.Value) {
	name := again.Call.Path + "/" + again.Op.(ir.Param).Name
	if !slices.Equal(first.Shape, again.Shape) {
		c.fail(errors.Errorf("network: weight %s: want shape %v, as where its layer is used first, got %v", name, first.Shape, again.Shape))
	}
	if first.Call.Frozen != again.Call.Frozen {
		c.fail(errors.Errorf("network: weight %s is shared and frozen in one of its places: want it frozen in all or none", name))
	}
}

// call is a layer in the network, with its name.
func (c *composer) call(old *ir.Call) *ir.Call {
	if old == nil {
		return nil
	}
	if call, ok := c.calls[old]; ok {
		return call
	}
	parent := c.call(old.Parent)
	f := framingOf(old.Layer)
	call := &ir.Call{Layer: old.Layer, Parent: parent, Joins: old.Joins, Frozen: f.frozen || parent != nil && parent.Frozen}
	call.Path = c.path(call, f)
	c.calls[old] = call
	c.declared = append(c.declared, old)
	c.net.calls = append(c.net.calls, call)
	if !f.bare {
		c.claim(call)
	}
	return call
}

// path is the name of a layer, with those of the layers around it.
func (c *composer) path(call *ir.Call, f framing) string {
	around := bearer(call.Parent)
	prefix := ""
	if around != nil {
		prefix = around.Path + "/"
	}
	switch {
	case f.bare:
		return strings.TrimSuffix(prefix, "/")
	case f.name != "" || f.layer != nil:
		if f.name == "" || strings.Contains(f.name, "/") {
			c.fail(errors.Errorf("network: %v: want a name without a slash, got %q", call.Layer, f.name))
		}
		if f.shared { // by all of its name, in its own network
			return ownNetwork(call.Parent) + f.name
		}
		return prefix + f.name
	}
	base := snakeCase(typeName(call.Layer))
	if c.counts[around] == nil {
		c.counts[around] = map[string]int{}
	}
	c.counts[around][base]++
	return fmt.Sprintf("%s%s_%d", prefix, base, c.counts[around][base])
}

// ownNetwork is the name of the Pretrained that a layer is part of, before those in
// it; "" if it is part of none.
func ownNetwork(c *ir.Call) string {
	for ; c != nil; c = c.Parent {
		if isPretrained(c) {
			return c.Path + "/"
		}
	}
	return ""
}

// claim gives a layer its name, which must be its own unless it is shared.
func (c *composer) claim(call *ir.Call) {
	first, taken := c.byPath[call.Path]
	if !taken {
		c.byPath[call.Path] = call
		return
	}
	a, b := sharedAround(first), sharedAround(call)
	if a == nil || b == nil || a.Path != b.Path {
		c.fail(errors.Errorf("network: two layers are called %q, %v and %v: want a name each, or graph.Shared around both to share one", call.Path, first.Layer, call.Layer))
		return
	}
	if first.Layer.String() != call.Layer.String() {
		c.fail(errors.Errorf("network: %q is shared: want one layer, got %v and %v", call.Path, first.Layer, call.Layer))
	}
}

// sharedAround is the innermost Shared around a layer, or itself.
func sharedAround(c *ir.Call) *ir.Call {
	for c != nil && !framingOf(c.Layer).shared {
		c = c.Parent
	}
	return c
}

// connect gives each layer in the network what it is given and what it makes.
func (c *composer) connect() {
	for i, old := range c.declared {
		call := c.net.calls[i]
		call.Out = c.values[old.Out]
		for _, x := range old.In {
			call.In = append(call.In, c.values[x])
		}
		for _, p := range old.Params {
			call.Params = append(call.Params, c.values[p])
		}
	}
}

// inOrder puts each layer behind those that make what it reads, in the order of
// calls else. A joiner of layers is named when its first layer is met, which may
// be before its other inputs are.
func inOrder(calls []*ir.Call) []*ir.Call {
	type made struct {
		around *ir.Call
		value  *ir.Value
	}
	makers := map[made]*ir.Call{}
	for _, c := range calls {
		makers[made{c.Parent, c.Out}] = c
	}
	var sorted []*ir.Call
	done := map[*ir.Call]bool{}
	var place func(*ir.Call)
	place = func(c *ir.Call) {
		if c == nil || done[c] {
			return
		}
		done[c] = true
		place(c.Parent)
		for _, x := range c.In {
			place(makers[made{c.Parent, x}])
		}
		sorted = append(sorted, c)
	}
	for _, c := range calls {
		place(c)
	}
	return sorted
}

// check reports what was declared and serves nothing.
func (c *composer) check() {
	for _, v := range c.net.inputs {
		name := v.Op.(ir.Input).Name
		if call := c.byPath[name]; call != nil {
			c.fail(errors.Errorf("network: an input and a layer, %v, are both called %q: want a name each", call.Layer, name))
		}
	}
	for n, old := range c.declared {
		call := c.net.calls[n]
		if err := c.net.checkFloats(call); err != nil {
			c.fail(err)
		}
		for i, p := range call.Params {
			if p == nil {
				c.fail(errors.Errorf("%s: %v: weight %s is declared and not used", call.Path, call.Layer, old.Params[i].Op.(ir.Param).Name))
			}
		}
		for i, x := range call.In {
			if x == nil {
				c.fail(errors.Errorf("%s: %v: nothing reads its input %d, %s", call.Path, call.Layer, i+1, printShape("N", old.In[i].Shape)))
			}
		}
	}
}

// explain is an error in a layer, with the layer's name and the way to it.
func (c *composer) explain(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return errors.WithMessage(err, "network")
	}
	var ins []*ir.Value // from the outside, to be named in the order in which they are declared
	for outer := f.call; outer != nil; outer = outer.Parent {
		ins = append(append([]*ir.Value{}, outer.In...), ins...)
	}
	for _, x := range ins {
		c.value(x)
	}
	call := c.call(f.call)
	if c.err != nil {
		return c.err
	}
	c.connect()
	var ways []string
	for _, x := range f.call.In {
		ways = append(ways, c.net.way(c.values[x]))
	}
	var shape *ShapeError
	if errors.As(f.err, &shape) {
		e := *shape
		e.Layer, e.Op, e.Chain = call.Path, call.Layer.String(), strings.Join(ways, ", ")+c.net.channelsLast()
		return &e
	}
	name := fmt.Sprint(call.Layer)
	if call.Path != "" { // as that of a Chain is
		name = call.Path + ": " + name
	}
	return errors.WithMessagef(f.err, "%s: input %s", name, printShape("N", f.call.In[0].Shape))
}

// channelsLast tells of an input that seems to have its channels last, as Keras' have;
// "" if there is none.
func (n *Network) channelsLast() string {
	for _, p := range n.Inputs() {
		if s := p.Shape; len(s) == 3 && (s[2] == 1 || s[2] == 3) && s[0] > 4 && s[1] > 4 {
			return fmt.Sprintf("; channels come first: %v for the input %v?", Shape{s[2], s[0], s[1]}, s)
		}
	}
	return ""
}

// way is how a value comes about, from the input that its first inputs lead to,
// with shapes.
func (n *Network) way(v *ir.Value) string {
	var steps []string
	for v != nil {
		name := ""
		next := (*ir.Value)(nil)
		if in, ok := v.Op.(ir.Input); ok {
			name = in.Name
		} else if c := n.maker(v); c != nil {
			name, next = c.Path, c.In[0]
		} else if len(v.In) > 0 { // within a layer that is not finished
			v = v.In[0]
			continue
		}
		steps = append([]string{name + " " + printShape("N", v.Shape)}, steps...)
		v = next
	}
	return strings.Join(steps, " → ")
}
