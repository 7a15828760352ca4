package graph

import (
	"slices"

	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// cutting is what a Slice keeps of some axes of samples.
type cutting struct{ starts, ends, axes, steps []int }

// add keeps count places along an axis, from the first on, step by step.
func (c *cutting) add(axis, first, count, step int) {
	end := first + (count-1)*step + 1
	if step < 0 {
		end -= 2
		if end < 0 {
			end = -mostValues // before the first; -1 would be the last
		}
	}
	c.starts, c.ends = append(c.starts, first), append(c.ends, end)
	c.axes, c.steps = append(c.axes, axis+1), append(c.steps, step)
}

func (e *exporter) cut(x string, c cutting) string {
	return e.node("Slice", []string{x, e.ints("starts", c.starts...), e.ints("ends", c.ends...), e.ints("axes", c.axes...), e.ints("steps", c.steps...)})
}

func (e *exporter) slice(v *ir.Value, o ir.Slice) {
	var c cutting
	c.add(o.Axis, o.From, o.Count, o.Step)
	e.cut(e.name(v.In[0]), c)
}

func (e *exporter) crop(v *ir.Value, o ir.Crop) {
	var c cutting
	for d := range 2 {
		c.add(d+1, o.Before[d], v.Shape[d+1], 1)
	}
	e.cut(e.name(v.In[0]), c)
}

func (e *exporter) zeroPad(v *ir.Value, o ir.Pad) {
	e.padded(e.name(v.In[0]), o.Before, o.After, 0)
}

// gather takes places along an axis of samples.
func (e *exporter) gather(x string, axis int, places []int) string {
	return e.node("Gather", []string{x, e.ints("indices", places...)}, onnx.IntAttr("axis", axis+1))
}

// picking is what a Select does, by operators, each for all axes that it is for.
type picking struct {
	cut     cutting
	pads    map[string][]int // begins, then ends, by mode
	repeats []int            // of Tile
	expand  []int
	gather  [][]int
}

// selected writes what a Select picks as what it is: a Slice, Pad, Tile, Expand or,
// of places in no order, a Gather.
func (e *exporter) selected(v *ir.Value, o ir.Select) {
	in := v.In[0].Shape
	p := picking{pads: map[string][]int{}, gather: make([][]int, len(in))}
	for i, places := range o.Axes {
		if places != nil {
			e.pick(&p, i, in, places)
		}
	}
	x, before := e.name(v.In[0]), len(e.m.Nodes)
	if len(p.cut.axes) > 0 {
		x = e.cut(x, p.cut)
	}
	for _, mode := range []string{"reflect", "edge", "wrap", "constant"} {
		if pads := p.pads[mode]; pads != nil {
			inputs := []string{x, e.ints("pads", pads...)}
			if mode == "constant" && o.Fill != 0 {
				inputs = append(inputs, e.scalar("value", o.Fill))
			}
			x = e.node("Pad", inputs, onnx.StringAttr("mode", mode))
		}
	}
	if p.repeats != nil {
		x = e.node("Tile", []string{x, e.ints("repeats", p.repeats...)})
	}
	if p.expand != nil {
		x = e.node("Expand", []string{x, e.ints("shape", p.expand...)})
	}
	for axis, places := range p.gather {
		if places != nil {
			x = e.gather(x, axis, places)
		}
	}
	if len(e.m.Nodes) == before {
		e.node("Identity", []string{x})
	}
}

// pick finds the operator that takes such places along axis i of samples.
func (e *exporter) pick(p *picking, i int, in Shape, places []int) {
	n := in[i]
	if before, run, after, ok := margins(places); ok {
		if len(run) < n {
			p.cut.add(i, run[0], len(run), 1)
		}
		p.pad("constant", in, i, before, after)
		return
	}
	step, even := evenly(places)
	tiled := slices.Equal(places, repeated(n, max(len(places)/n, 1)))
	mode, before, after := bordered(places, n)
	switch {
	case n == 1:
		if p.expand == nil {
			p.expand = slices.Repeat([]int{1}, len(in)+1)
		}
		p.expand[i+1] = len(places)
	case even:
		p.cut.add(i, places[0], len(places), step)
	case tiled:
		if p.repeats == nil {
			p.repeats = slices.Repeat([]int{1}, len(in)+1)
		}
		p.repeats[i+1] = len(places) / n
	case mode != "" && (mode != "wrap" || e.knows(19)):
		p.pad(mode, in, i, before, after)
	default:
		p.gather[i] = places
	}
}

// pad notes what lies beyond axis i.
func (p *picking) pad(mode string, in Shape, i, before, after int) {
	if before == 0 && after == 0 {
		return
	}
	rank := len(in) + 1
	if p.pads[mode] == nil {
		p.pads[mode] = make([]int, 2*rank)
	}
	p.pads[mode][i+1], p.pads[mode][rank+i+1] = before, after
}

// margins reports whether places are some in a row, none before the first and none
// behind the last but what is no place.
func margins(places []int) (before int, run []int, after int, ok bool) {
	first := slices.IndexFunc(places, func(at int) bool { return at >= 0 })
	if first < 0 {
		return 0, nil, 0, false
	}
	end := first + 1
	for end < len(places) && places[end] == places[end-1]+1 {
		end++
	}
	for _, at := range places[end:] {
		if at >= 0 {
			return 0, nil, 0, false
		}
	}
	return first, places[first:end], len(places) - end, true
}

// evenly is the distance of each place from the one before, if that is the same.
func evenly(places []int) (step int, ok bool) {
	if len(places) < 2 {
		return 0, false
	}
	step = places[1] - places[0]
	for i := 2; i < len(places); i++ {
		if places[i]-places[i-1] != step {
			return 0, false
		}
	}
	return step, step != 0
}

// bordered is the mode of a Pad whose places along an axis of n these are, if it is one.
func bordered(places []int, n int) (mode string, before, after int) {
	for before := range len(places) - n + 1 {
		after := len(places) - n - before
		if places[before] != 0 || places[before+n-1] != n-1 {
			continue
		}
		for _, b := range []struct {
			mode string
			as   Border
			most int
		}{{"reflect", PadReflect, n - 1}, {"edge", PadEdge, mostPad}, {"wrap", PadWrap, n}} {
			if max(before, after) <= b.most && slices.Equal(places, Pad{Border: b.as}.along(n, before, after)) {
				return b.mode, before, after
			}
		}
	}
	return "", 0, 0
}
