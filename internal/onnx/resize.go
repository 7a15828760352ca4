package onnx

import (
	"math"
	"slices"
)

// foldUpsample makes a Resize that places pixels as Upsample does.
func foldUpsample(c *call) error {
	scales := c.Floats("scales")
	if c.version >= 9 {
		var err error
		if scales, err = c.knownFloats(1, "scales"); err != nil {
			return err
		}
	}
	return c.upsample(scales)
}

// knownFloats are the elements of a known input of one dimension.
func (c *call) knownFloats(i int, name string) ([]float32, error) {
	if !c.has(i) {
		return nil, c.malformed("%s are missing", name)
	}
	k := c.in[i].known
	if k == nil || k.sym != nil {
		return nil, c.unsupported("its input %s is not known when the model is loaded", name)
	}
	if len(k.dims) > 1 || !k.typ.IsFloat() {
		return nil, c.malformed("%s: want a vector of numbers, got %v", name, k.tensor())
	}
	return k.tensor().Float32s()
}

// upsample is what Upsample and the Resize of opset 10 do. That they take the pixel
// before where they enlarge and the one after where they shrink is not in their
// definition; onnxruntime and OpenVINO ("simple") have it so.
func (c *call) upsample(scales []float32) error {
	r := &resize{coordinates: "asymmetric", nearest: "floor", cubic: -0.75, scales: scales}
	larger, smaller := false, false
	for _, s := range scales {
		larger, smaller = larger || s > 1, smaller || s < 1
	}
	if smaller && c.Text("mode", "nearest") == "nearest" {
		if larger {
			return c.unsupported("scales on both sides of 1: %v", scales)
		}
		r.nearest = "ceil"
	}
	return c.resize(r)
}

// resize is a Resize under way.
type resize struct {
	mode, coordinates, nearest string
	cubic, extrapolation       float32
	excludeOutside, antialias  int
	scales, roi                []float32
	out                        Shape
}

func foldResize(c *call) error {
	if c.version < 11 {
		scales, err := c.knownFloats(1, "scales")
		if err != nil {
			return err
		}
		return c.upsample(scales)
	}
	r := &resize{
		coordinates:    c.Text("coordinate_transformation_mode", "half_pixel"),
		nearest:        c.Text("nearest_mode", "round_prefer_floor"),
		cubic:          c.Float("cubic_coeff_a", -0.75),
		extrapolation:  c.Float("extrapolation_value", 0),
		excludeOutside: c.Flag("exclude_outside", 0),
		antialias:      c.Flag("antialias", 0),
	}
	if err := c.target(r); err != nil {
		return err
	}
	return c.resize(r)
}

// target reads scales or sizes, and roi, of all axes or of those in the attribute axes.
func (c *call) target(r *resize) error {
	s := c.x().shape
	axes := c.Ints("axes")
	if !c.n.Has("axes") {
		for i := range s {
			axes = append(axes, i)
		}
	}
	axes, err := c.axes(axes, len(s))
	if err != nil {
		return err
	}
	if err := c.roi(r, axes); err != nil {
		return err
	}
	byScales := c.has(2) && !c.in[2].shape.Equal(FixedShape(0))
	if byScales == c.has(3) {
		return c.malformed("want scales or sizes, got both or none")
	}
	if !byScales {
		return c.targetSizes(r, axes)
	}
	given, err := c.knownFloats(2, "scales")
	if err != nil {
		return err
	}
	if len(given) != len(axes) {
		return c.malformed("scales: want %d, got %v", len(axes), given)
	}
	r.scales = make([]float32, len(s))
	for i := range s {
		r.scales[i] = 1
	}
	for i, a := range axes {
		r.scales[a] = given[i]
	}
	return nil
}

func (c *call) roi(r *resize, axes []int) error {
	if r.coordinates != "tf_crop_and_resize" {
		return nil
	}
	given, err := c.knownFloats(1, "roi")
	if err != nil {
		return err
	}
	if len(given) != 2*len(axes) {
		return c.malformed("roi: want %d numbers, got %v", 2*len(axes), given)
	}
	n := len(c.x().shape)
	r.roi = make([]float32, 2*n)
	for i := range n {
		r.roi[n+i] = 1
	}
	for i, a := range axes {
		r.roi[a], r.roi[n+a] = given[i], given[len(axes)+i]
	}
	return nil
}

// targetSizes makes scales of sizes.
func (c *call) targetSizes(r *resize, axes []int) error {
	s := c.x().shape
	sizes, err := c.sizes(3, "sizes")
	if err != nil {
		return err
	}
	if len(sizes) != len(axes) {
		return c.malformed("sizes: want %d, got %v", len(axes), Shape(sizes))
	}
	r.out, r.scales = slices.Clone(s), make([]float32, len(s))
	for i := range s {
		r.scales[i] = 1
	}
	policy := c.Text("keep_aspect_ratio_policy", "stretch")
	common := float32(math.Inf(1))
	if policy == "not_smaller" {
		common = 0
	}
	for i, a := range axes {
		if c.f.g.FixedBatch > 0 && s[a] == Batch && sizes[i] == Fixed(c.f.g.FixedBatch) {
			sizes[i] = Batch
		}
		r.out[a] = sizes[i]
		if sizes[i] == s[a] && policy == "stretch" {
			continue
		}
		if !sizes[i].IsFixed() || !s[a].IsFixed() || s[a].B < 1 || sizes[i].B < 1 {
			return c.unsupported("from size %v to %v", s[a], sizes[i])
		}
		r.scales[a] = float32(sizes[i].B) / float32(s[a].B)
		if policy == "not_larger" {
			common = min(common, r.scales[a])
		} else {
			common = max(common, r.scales[a])
		}
	}
	switch policy {
	case "stretch":
		return nil
	case "not_larger", "not_smaller":
	default:
		return c.malformed("attribute 'keep_aspect_ratio_policy': want stretch, not_larger or not_smaller, got %q", policy)
	}
	for _, a := range axes {
		r.scales[a] = common
		r.out[a] = Fixed(int(math.Floor(float64(common)*float64(s[a].B) + 0.5)))
	}
	return nil
}

func (c *call) resize(r *resize) error {
	x := c.x()
	switch r.mode = c.Text("mode", "nearest"); r.mode {
	case "nearest", "linear", "cubic":
	case "bilinear":
		r.mode = "linear"
	default:
		return c.malformed("attribute 'mode': want nearest, linear or cubic, got %q", r.mode)
	}
	if r.mode != "nearest" {
		r.nearest = ""
	}
	if c.err != nil {
		return c.err
	}
	if len(r.scales) != len(x.shape) {
		return c.malformed("scales: want %d of an input %v, got %v", len(x.shape), x.shape, r.scales)
	}
	changes := r.roi != nil
	for i, scale := range r.scales {
		if !(scale > 0) || scale > maxGeometry {
			return c.malformed("scales: want numbers above 0, got %v", r.scales)
		}
		changes = changes || scale != 1
		if scale != 1 && !x.shape[i].IsFixed() {
			return c.unsupported("scale %v of dimension %d, which depends on the batch: %v", scale, i, x.shape)
		}
	}
	if r.out == nil {
		r.out = r.scaled(x.shape)
	}
	if !changes {
		return c.set(0, x)
	}
	return c.emit(0, "Resize", r.out, c.in[:1],
		FloatsAttr("scales", r.scales...), StringAttr("mode", r.mode),
		StringAttr("coordinate_transformation_mode", r.coordinates), StringAttr("nearest_mode", r.nearest),
		FloatAttr("cubic_coeff_a", r.cubic), IntAttr("exclude_outside", r.excludeOutside),
		FloatAttr("extrapolation_value", r.extrapolation), IntAttr("antialias", r.antialias), FloatsAttr("roi", r.roi...))
}

// scaled is the shape that scales make, computed as ONNX's shape inference and
// onnxruntime do: in float32, of all of the image, where the operator's text has the
// roi's part of it.
func (r *resize) scaled(s Shape) Shape {
	out := slices.Clone(s)
	for i, scale := range r.scales {
		if scale != 1 {
			out[i] = Fixed(int(math.Floor(float64(float32(s[i].B) * scale))))
		}
	}
	return out
}
