package onnx

import (
	"cmp"
)

// maxFolded is the default of FoldOptions.Limit.
const maxFolded = 4 << 20

// mayFold reports whether a result of these dimensions may be evaluated from inputs
// that are all known.
func (c *call) mayFold(typ DataType, dims Shape, in ...*value) bool {
	most := cmp.Or(c.f.opt.Limit, maxFolded)
	for _, v := range in {
		if v == nil || v.known == nil {
			return false
		}
		most = max(most, v.known.bytes())
	}
	n, ok := dims.size()
	if !ok || !dims.IsFixed() || n.B > most/max(typ.Size(), 1) {
		return false
	}
	c.f.folded += n.B * typ.Size()
	return c.f.folded <= c.f.budget
}

// limit is how many bytes all that folding makes may have together.
func (f *folder) limit() int {
	total := 64 * cmp.Or(f.opt.Limit, maxFolded)
	for _, t := range f.m.Constants {
		total += 4 * len(t.Raw)
	}
	return total
}
