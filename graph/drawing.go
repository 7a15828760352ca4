package graph

import (
	"slices"

	"euryale/internal/ir"
)

// drawing is what a picture of a network shows: boxes, what they read, and the
// layers that several of them make up.
type drawing struct {
	net   *Network
	depth int // layers within so many are opened

	boxes  []box
	edges  [][2]int
	groups []*ir.Call // that are opened

	at      map[any]int // of an *ir.Call or *ir.Value among the boxes
	groupOf map[*ir.Call]int
	uses    map[string]int // of a layer's name
}

// box is an input, a layer in one of its places, or an op of a layer that is
// made of others besides.
type box struct {
	call   *ir.Call  // the layer; nil of an input
	value  *ir.Value // an input, or such an op
	name   string
	kind   string // the layer's type
	shape  Shape
	params int
	shared bool
	frozen bool
	joins  bool
	output bool
	within []*ir.Call // opened layers around it, the outermost first
}

// mostBoxes is how many boxes a drawing has at most if layers can be left
// closed: with more nobody finds the way.
const mostBoxes = 150

// newDrawing opens what layers are made of, as deep as it can be shown.
func newDrawing(n *Network) *drawing {
	for depth := n.deepest(); ; depth-- {
		d := drawingTo(n, depth)
		if len(d.boxes) <= mostBoxes || depth <= 0 {
			return d
		}
	}
}

// deepest is how many layers with a name there are around another, at most.
func (n *Network) deepest() int {
	deepest := 0
	for _, c := range n.calls {
		deepest = max(deepest, len(bearers(c))-1)
	}
	return deepest
}

func drawingTo(n *Network, depth int) *drawing {
	d := &drawing{net: n, depth: depth, at: map[any]int{}, groupOf: map[*ir.Call]int{}, uses: map[string]int{}}
	for _, c := range n.calls {
		if !framingOf(c.Layer).bare {
			d.uses[c.Path]++
		}
	}
	for _, v := range n.values {
		if _, ok := v.Op.(ir.Param); ok {
			continue
		}
		to := d.boxOf(v)
		for _, x := range v.In {
			if _, ok := x.Op.(ir.Param); ok {
				continue
			}
			edge := [2]int{d.boxOf(x), to}
			if edge[0] != to && !slices.Contains(d.edges, edge) {
				d.edges = append(d.edges, edge)
			}
		}
	}
	for _, v := range n.outputs {
		d.boxes[d.boxOf(v)].output = true
	}
	return d
}

// bearers are the layers with a name around c and c itself, the outermost first.
func bearers(c *ir.Call) []*ir.Call {
	var all []*ir.Call
	for c = bearer(c); c != nil; c = bearer(c.Parent) {
		all = append(all, c)
	}
	slices.Reverse(all)
	return all
}

// boxOf is the box that shows v, made if there is none yet.
func (d *drawing) boxOf(v *ir.Value) int {
	layers := bearers(v.Call)
	for i, c := range layers {
		if i == d.depth || !d.isOpen(c) {
			return d.box(c, func() box { return d.layerBox(c, layers[:i]) })
		}
	}
	return d.box(v, func() box { return d.valueBox(v, layers) })
}

// isOpen reports whether a layer has others inside, to be shown.
func (d *drawing) isOpen(c *ir.Call) bool {
	for _, other := range d.net.calls {
		if other != c && !framingOf(other.Layer).bare && bearer(other.Parent) == c {
			return true
		}
	}
	return false
}

func (d *drawing) box(of any, make func() box) int {
	if i, ok := d.at[of]; ok {
		return i
	}
	d.at[of] = len(d.boxes)
	d.boxes = append(d.boxes, make())
	return d.at[of]
}

func (d *drawing) layerBox(c *ir.Call, within []*ir.Call) box {
	row := Row{}
	d.net.count(c, &row)
	if row.Params == 0 && d.uses[c.Path] > 1 { // the weights belong to its first place
		for _, other := range d.net.calls {
			if other.Path == c.Path && !framingOf(other.Layer).bare {
				d.net.count(other, &row)
			}
		}
	}
	return box{
		call: c, name: c.Path, kind: typeName(c.Layer), shape: c.Out.Shape, params: row.Params,
		shared: d.uses[c.Path] > 1, frozen: c.Frozen, joins: c.Joins, within: within,
	}
}

func (d *drawing) valueBox(v *ir.Value, within []*ir.Call) box {
	if in, ok := v.Op.(ir.Input); ok {
		return box{value: v, name: in.Name, kind: "Input", shape: v.Shape}
	}
	b := box{value: v, name: v.Op.String(), shape: v.Shape, joins: len(v.In) > 1, within: within}
	if len(within) > 0 {
		b.name = within[len(within)-1].Path + "/" + b.name
	}
	return b
}

// group is the number of an opened layer.
func (d *drawing) group(c *ir.Call) int {
	if i, ok := d.groupOf[c]; ok {
		return i
	}
	d.groupOf[c] = len(d.groups)
	d.groups = append(d.groups, c)
	return d.groupOf[c]
}
