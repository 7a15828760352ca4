package loaders

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/decimal"
	"euryale/internal/scalar"
)

// raw is an array of images or of labels as a file has it.
type raw struct {
	name  string // what errors call it: the file, and the array in it
	shape []int
	typ   scalar.Type
	data  []byte // little-endian, row by row
}

// pair is the images of one part of a dataset and their labels.
type pair struct {
	name           string // of the dataset that it becomes
	origin         string
	images, labels *raw
}

// arrayConfig is what arrays are to become.
type arrayConfig struct {
	// Classes are the names of the classes, by label; nil means those that belong
	// to the format, or else "0" to the largest label.
	Classes []string

	// Channels, Height and Width are those of images whose file does not tell, such
	// as rows of a CSV file: 0 means a square, of 1 channel if that fits and else of
	// 3. Where the file tells, another size is an error.
	Channels, Height, Width int

	// TrainSamples and TestSamples are how many images are wanted, the first; 0
	// means all.
	TrainSamples, TestSamples int

	known     []string // names of classes that are used where Classes is nil
	transpose bool     // rows are columns, as EMNIST has them
	relabel   map[int]int
}

// maxClasses bounds labels that name no class: names are made for all below the
// largest.
const maxClasses = 1 << 16

// assemble makes datasets of the parts; test may be nil.
func (c *arrayConfig) assemble(train, test *pair) (*Dataset, *Dataset, error) {
	pairs := []*pair{train}
	if test != nil {
		pairs = append(pairs, test)
	}
	sets := make([]*Dataset, len(pairs))
	scale, err := scaleOf(pairs)
	if err != nil {
		return nil, nil, err
	}
	for i, p := range pairs {
		if sets[i], err = c.part(p, scale); err != nil {
			return nil, nil, err
		}
	}
	if err := c.name(pairs, sets); err != nil {
		return nil, nil, err
	}
	if test == nil {
		return sets[0].First(c.TrainSamples), nil, nil
	}
	if a, b := sets[0], sets[1]; a.Channels != b.Channels || a.Height != b.Height || a.Width != b.Width {
		return nil, nil, errors.Errorf("%s: want images of %d×%d×%d, as those of %s, got %d×%d×%d",
			test.images.name, a.Channels, a.Height, a.Width, train.images.name, b.Channels, b.Height, b.Width)
	}
	return sets[0].First(c.TrainSamples), sets[1].First(c.TestSamples), nil
}

// part makes a dataset of a pair, without names for its classes.
func (c *arrayConfig) part(p *pair, scale float64) (*Dataset, error) {
	g, err := c.grid(p.images)
	if err != nil {
		return nil, err
	}
	labels, err := p.labels.integers()
	if err != nil {
		return nil, err
	}
	if len(labels) != g.n {
		return nil, errors.Errorf("%s: want %d labels, one for each image of %s, got %d", p.labels.name, g.n, p.images.name, len(labels))
	}
	bytes, err := p.images.bytes(scale, g.size())
	if err != nil {
		return nil, err
	}
	return &Dataset{
		Name: p.name, Origin: p.origin, Channels: g.channels, Height: g.height, Width: g.width,
		Images: g.planar(bytes), Labels: labels,
	}, nil
}

// name gives the classes their names, and checks the labels against them.
func (c *arrayConfig) name(pairs []*pair, sets []*Dataset) error {
	classes := c.Classes
	if classes == nil {
		classes = c.known
	}
	largest := -1
	for i, d := range sets {
		for j, l := range d.Labels {
			if to, ok := c.relabel[l]; ok {
				d.Labels[j] = to
			} else if c.relabel != nil {
				return errors.Errorf("%s: label %d: want one of the %d that the mapping has, got %d", pairs[i].labels.name, j, len(c.relabel), l)
			}
			if l = d.Labels[j]; classes != nil && l >= len(classes) {
				err := errors.Errorf("%s: label %d: want a label below %d, the number of classes, got %d", pairs[i].labels.name, j, len(classes), l)
				if c.Classes != nil {
					err = &SettingError{ClassesSetting, err}
				}
				return err
			}
			largest = max(largest, l)
		}
	}
	if classes == nil {
		classes = numberedTo(largest)
	}
	for _, d := range sets {
		d.Classes = slices.Clone(classes)
	}
	return nil
}

// numberedTo is "0" to the largest label.
func numberedTo(largest int) []string {
	classes := make([]string, largest+1)
	for i := range classes {
		classes[i] = strconv.Itoa(i)
	}
	return classes
}

// grid is how the values of an array of images lie.
type grid struct {
	n, channels, height, width int
	last                       bool // the channels, behind height and width
	transpose                  bool // of height and width
}

func (g grid) size() int { return g.channels * g.height * g.width }

// grid reads a shape: (N, H, W); (N, H, W, C), C at most 4; else (N, C, H, W); or
// (N, values), for which c says the size or it is a square.
func (c *arrayConfig) grid(r *raw) (grid, error) {
	g := grid{channels: 1, transpose: c.transpose}
	const most = 4 // channels: grey, with opacity, RGB, with opacity
	s := r.shape
	switch {
	case len(s) == 2 && s[1] > 0:
		var err error
		if g, err = c.flat(s[1]); err != nil {
			return grid{}, errors.WithMessage(err, r.name)
		}
	case len(s) == 3:
		g.height, g.width = s[1], s[2]
	case len(s) == 4 && s[3] <= most:
		g.height, g.width, g.channels, g.last = s[1], s[2], s[3], true
	case len(s) == 4 && s[1] <= most:
		g.channels, g.height, g.width = s[1], s[2], s[3]
	default:
		return grid{}, errors.Errorf("%s: want images as (N, H, W), (N, H, W, C) or (N, C, H, W) with C of at most %d, got %s", r.name, most, tuple(s))
	}
	if slices.Contains(s, 0) {
		return grid{}, errors.Errorf("%s: want at least 1 image of 1×1×1, got %s", r.name, tuple(s))
	}
	g.n = s[0]
	for _, want := range []struct {
		what      string
		setting   Setting
		want, got int
	}{{"channels", ChannelsSetting, c.Channels, g.channels}, {"height", SizeSetting, c.Height, g.height}, {"width", SizeSetting, c.Width, g.width}} {
		if want.want != 0 && want.want != want.got {
			return grid{}, &SettingError{want.setting, errors.Errorf("%s: want images of %s %d, got %s", r.name, want.what, want.want, tuple(s))}
		}
	}
	return g, nil
}

// flat finds the sizes of images of so many values in a row. Those of colour lie
// pixel by pixel, as NumPy flattens (H, W, C).
func (c *arrayConfig) flat(values int) (grid, error) {
	try := []int{1, 3}
	if c.Channels > 0 {
		try = []int{c.Channels}
	}
	for _, channels := range try {
		h, w := c.Height, c.Width
		if pixels := values / channels; h == 0 && w == 0 {
			h = int(math.Round(math.Sqrt(float64(pixels))))
			w = h
		} else if h == 0 {
			h = pixels / w
		} else if w == 0 {
			w = pixels / h
		}
		if h > 0 && w > 0 && h <= values && w <= values && h*w*channels == values {
			return grid{channels: channels, height: h, width: w, last: true, transpose: c.transpose}, nil
		}
	}
	return grid{}, c.noGrid(values)
}

// noGrid is the error of so many values in a row, which flat makes no image of.
func (c *arrayConfig) noGrid(values int) error {
	of, channels, setting := "that are squares", "1 channel or 3", SizeSetting
	switch {
	case c.Height > 0 && c.Width > 0:
		of = fmt.Sprintf("of %d×%d", c.Height, c.Width)
	case c.Height > 0:
		of = fmt.Sprintf("of height %d", c.Height)
	case c.Width > 0:
		of = fmt.Sprintf("of width %d", c.Width)
	}
	if c.Channels > 0 {
		channels = decimal.Count(c.Channels, "channel", "channels")
		if _, err := (&arrayConfig{Height: c.Height, Width: c.Width}).flat(values); err == nil {
			setting = ChannelsSetting // of others there are images
		}
	}
	return &SettingError{setting, errors.Errorf("want images %s, in %s, got %d values each", of, channels, values)}
}

// planar is v in (C, H, W) order, image by image: v itself where it is.
func (g *grid) planar(v []uint8) []uint8 {
	if (!g.last || g.channels == 1) && !g.transpose {
		return v
	}
	rows, columns := g.height, g.width // as they lie in v
	if g.transpose {
		g.height, g.width = columns, rows
	}
	rowStep, columnStep, channelStep := columns, 1, rows*columns
	if g.last {
		rowStep, columnStep, channelStep = columns*g.channels, g.channels, 1
	}
	if g.transpose {
		rowStep, columnStep = columnStep, rowStep
	}
	out := make([]uint8, 0, len(v))
	for image := range slices.Chunk(v, g.size()) {
		for c := range g.channels {
			for y := range g.height {
				for x := range g.width {
					out = append(out, image[c*channelStep+y*rowStep+x*columnStep])
				}
			}
		}
	}
	return out
}

// scaleOf is what floats are multiplied by to be 0 to 255: 255 if none of any part
// is above 1, else 1. It is 1 where there are none.
func scaleOf(pairs []*pair) (float64, error) {
	for _, p := range pairs {
		if !isFloat(p.images.typ) {
			continue
		}
		for i := range p.images.values() {
			if scalar.Float64At(p.images.typ, p.images.data, i) > 1 {
				return 1, nil
			}
		}
	}
	return 255, nil
}

func isFloat(t scalar.Type) bool {
	switch t {
	case scalar.Float16, scalar.Float32, scalar.Float64:
		return true
	}
	return false
}

// values is how many there are.
func (r *raw) values() int { return len(r.data) / r.typ.Size() }

// bytes are the values as 0 to 255, size an image. Bytes are taken as they are, of
// bools true is 255, other integers have to be from 0 to 255, and floats are
// multiplied by scale, rounded to the nearest, ties to even, and have to be from 0
// to 255 then.
func (r *raw) bytes(scale float64, size int) ([]uint8, error) {
	if r.typ == scalar.Uint8 {
		return r.data, nil
	}
	if isFloat(r.typ) {
		return r.fromFloats(scale, size)
	}
	out := make([]uint8, r.values())
	for i := range out {
		v := scalar.Int64At(r.typ, r.data, i)
		if r.typ == scalar.Bool {
			v *= 255
		}
		if v < 0 || v > 255 {
			return nil, errors.Errorf("%s: image %d: want values from 0 to 255, got %d", r.name, i/size, v)
		}
		out[i] = uint8(v)
	}
	return out, nil
}

func (r *raw) fromFloats(scale float64, size int) ([]uint8, error) {
	out := make([]uint8, r.values())
	for i := range out {
		v := scalar.Float64At(r.typ, r.data, i)
		if !(v >= 0 && v*scale <= 255) { // NaN too
			return nil, errors.Errorf("%s: image %d: want values from 0 to 1 or from 0 to 255, got %v: save them before they are normalised", r.name, i/size, v)
		}
		out[i] = uint8(math.RoundToEven(v * scale))
	}
	return out, nil
}

// integers are labels: (N) or (N, 1) of an integer type, or the first column of
// QMNIST's (N, 8).
func (r *raw) integers() ([]int, error) {
	step := 1
	switch s := r.shape; {
	case isFloat(r.typ):
		return nil, errors.Errorf("%s: want labels of an integer type, got %v: save them with astype(int)", r.name, r.typ)
	case len(s) == 1, len(s) == 2 && s[1] == 1:
	case len(s) == 2 && s[1] == 8 && r.typ == scalar.Int32:
		step = 8 // class, series, writer, …
	case len(s) == 2:
		return nil, errors.Errorf("%s: want labels as (N) or (N, 1), got %s: of one-hot rows save argmax(1)", r.name, tuple(s))
	default:
		return nil, errors.Errorf("%s: want labels as (N) or (N, 1), got %s", r.name, tuple(s))
	}
	labels := make([]int, r.values()/step)
	for i := range labels {
		l := scalar.Int64At(r.typ, r.data, i*step)
		if l < 0 || l >= maxClasses {
			return nil, errors.Errorf("%s: label %d: want one from 0 to %d, got %d", r.name, i, maxClasses-1, l)
		}
		labels[i] = int(l)
	}
	return labels, nil
}

// tuple is a shape as NumPy prints it.
func tuple(shape []int) string {
	s := make([]string, min(len(shape), 9))
	for i := range s {
		s[i] = strconv.Itoa(shape[i])
	}
	if len(shape) > len(s) {
		s = append(s, "…")
	}
	return "(" + strings.Join(s, ", ") + ")"
}
