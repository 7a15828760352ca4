package onnx

import (
	"slices"
)

func foldPad(c *call) error {
	x, value := c.x(), float32(0)
	pads, ok, err := c.parameter("pads", 11, 1)
	if err != nil {
		return err
	}
	if c.version < 11 {
		value = c.Float("value", 0)
	} else if c.has(2) {
		if value, err = c.number(2, "constant_value"); err != nil {
			return err
		}
	}
	if !ok {
		return c.malformed("want pads, got none")
	}
	if c.has(3) {
		if pads, err = c.padsOf(pads); err != nil {
			return err
		}
	}
	mode := c.Text("mode", "constant")
	if !slices.Contains([]string{"constant", "reflect", "edge", "wrap"}, mode) {
		return c.malformed("attribute 'mode': want constant, reflect, edge or wrap, got %q", mode)
	}
	r := len(x.shape)
	if len(pads) != 2*r {
		return c.malformed("pads: want %d of an input %v, got %v", 2*r, x.shape, pads)
	}
	out := slices.Clone(x.shape)
	for i := range out {
		for _, p := range []int{pads[i], pads[r+i]} {
			if out[i], ok = out[i].plus(Fixed(p)); !ok || p > maxElements || p < -maxElements {
				return c.malformed("pads: %v are too many", pads)
			}
		}
		if mode != "constant" && (pads[i] > 0 || pads[r+i] > 0) && x.shape[i] == Fixed(0) {
			return c.malformed("pads: nothing to take in mode %s from %v", mode, x.shape)
		}
	}
	if !slices.ContainsFunc(pads, func(p int) bool { return p != 0 }) {
		return c.set(0, x)
	}
	return c.emit(0, "Pad", out, c.in[:1], StringAttr("mode", mode), IntsAttr("pads", pads...), FloatAttr("value", value))
}

// padsOf are pads of all axes, of those that input axes names.
func (c *call) padsOf(pads []int) ([]int, error) {
	r := len(c.x().shape)
	axes, err := c.fixedInts(3, "axes")
	if err == nil {
		axes, err = c.axes(axes, r)
	}
	if err != nil {
		return nil, err
	}
	if len(pads) != 2*len(axes) {
		return nil, c.malformed("pads: want %d of %d axes, got %v", 2*len(axes), len(axes), pads)
	}
	all := make([]int, 2*r)
	for i, a := range axes {
		all[a], all[r+a] = pads[i], pads[len(axes)+i]
	}
	return all, nil
}
