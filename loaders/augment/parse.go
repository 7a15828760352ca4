package augment

import (
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/near"
)

// Parse reads a Pipeline: words with commas between them, each a transform's name
// and, behind =, its numbers:
//
//	shift=2            pixels in each direction, at most
//	rotate=10          degrees to either side, at most
//	zoom=0.1           the share by which it is enlarged or made smaller, at most
//	shear=5            degrees to either side, at most
//	perspective=0.2    the share of half a side by which corners move, at most
//	flip               left and right exchanged, of one in two
//	flipvertical       top and bottom exchanged, of one in two
//	crop=4             pixels of border, out of which a piece of the image's size is taken
//	brightness=0.2     the share by which values grow or shrink, at most
//	contrast=0.2       likewise their distance from the mean
//	saturation=0.2     likewise from the pixel's grey
//	hue=0.05           the share of the colour circle by which colours turn, at most
//	blur=1             pixels, the deviation of the Gaussian at most
//	noise=0.02         the deviation of what is added, white being 1
//	cutout=8           pixels, the side of the square that is taken out
//	mixup=0.2          alpha of the Beta distribution of the share of the other sample
//	cutmix=1           likewise
//	randaugment=2:9    how many operations, and their magnitude from 0 to 30
//
// shift, rotate, zoom, shear, perspective and crop may end in :edge or :reflect,
// as in crop=4:reflect, which is what lies beyond the image instead of black. Words
// may have spaces around them. No words, or the one word none, mean no transforms.
func Parse(text string) (Pipeline, error) {
	if word := strings.TrimSpace(text); word == "" || word == none {
		return nil, nil
	}
	var p Pipeline
	for word := range strings.SplitSeq(text, ",") {
		t, err := parse(strings.TrimSpace(word))
		if err != nil {
			return nil, err
		}
		p = append(p, t)
	}
	return p, p.Check()
}

// kind is how a transform is written.
type kind struct {
	name     string
	example  string // with its value; the name alone where it has none
	want     string // what the value is
	whole    bool   // its numbers are
	bordered bool
	make     func(v []float64, b Border) Transform
}

var kinds = []kind{
	{"shift", "shift=2", "pixels", false, true, func(v []float64, b Border) Transform { return Shift{v[0], b} }},
	{"rotate", "rotate=10", "degrees", false, true, func(v []float64, b Border) Transform { return Rotate{v[0], b} }},
	{"zoom", "zoom=0.1", "a share", false, true, func(v []float64, b Border) Transform { return Zoom{v[0], b} }},
	{"shear", "shear=5", "degrees", false, true, func(v []float64, b Border) Transform { return Shear{v[0], b} }},
	{"perspective", "perspective=0.2", "a share", false, true, func(v []float64, b Border) Transform { return Perspective{v[0], b} }},
	{"flip", "flip", "no value", false, false, func([]float64, Border) Transform { return Flip{} }},
	{"flipvertical", "flipvertical", "no value", false, false, func([]float64, Border) Transform { return FlipVertical{} }},
	{"crop", "crop=4", "whole pixels", true, true, func(v []float64, b Border) Transform { return Crop{int(v[0]), b} }},
	{"brightness", "brightness=0.2", "a share", false, false, func(v []float64, _ Border) Transform { return Brightness{v[0]} }},
	{"contrast", "contrast=0.2", "a share", false, false, func(v []float64, _ Border) Transform { return Contrast{v[0]} }},
	{"saturation", "saturation=0.2", "a share", false, false, func(v []float64, _ Border) Transform { return Saturation{v[0]} }},
	{"hue", "hue=0.05", "a share of the colour circle", false, false, func(v []float64, _ Border) Transform { return Hue{v[0]} }},
	{"blur", "blur=1", "pixels", false, false, func(v []float64, _ Border) Transform { return Blur{v[0]} }},
	{"noise", "noise=0.02", "a deviation", false, false, func(v []float64, _ Border) Transform { return Noise{v[0]} }},
	{"cutout", "cutout=8", "whole pixels", true, false, func(v []float64, _ Border) Transform { return Cutout{int(v[0])} }},
	{"mixup", "mixup=0.2", "an alpha", false, false, func(v []float64, _ Border) Transform { return Mixup{v[0]} }},
	{"cutmix", "cutmix=1", "an alpha", false, false, func(v []float64, _ Border) Transform { return CutMix{v[0]} }},
	{"randaugment", "randaugment=2:9", "whole numbers, of operations and their magnitude", true, false, func(v []float64, _ Border) Transform { return RandAugment{int(v[0]), int(v[1])} }},
}

// names are those of all transforms.
func names() []string {
	all := make([]string, len(kinds))
	for i, k := range kinds {
		all[i] = k.name
	}
	return all
}

func parse(word string) (Transform, error) {
	name, value, valued := strings.Cut(word, "=")
	name = strings.TrimSpace(name)
	for _, k := range kinds {
		if k.name == name {
			return k.parse(word, strings.TrimSpace(value), valued)
		}
	}
	meant := near.Hint(name, "", names()...)
	if meant == "" {
		meant = ": there are " + strings.Join(names(), ", ")
	}
	return nil, errors.Errorf("augment: want a transform, such as crop=4, got %q%s", word, meant)
}

// numbers is how many a kind has.
func (k kind) numbers() int {
	_, value, valued := strings.Cut(k.example, "=")
	if !valued {
		return 0
	}
	return 1 + strings.Count(value, ":")
}

func (k kind) parse(word, value string, valued bool) (Transform, error) {
	var parts []string
	if valued {
		parts = strings.Split(value, ":")
	}
	border := Black
	if n := k.numbers(); k.bordered && len(parts) == n+1 {
		for i, name := range borders {
			if strings.TrimSpace(parts[n]) == name {
				border, parts = Border(i), parts[:n]
				break
			}
		}
		if len(parts) > n {
			return nil, errors.Errorf("augment: %s: want a border of %s, got %q%s", word, strings.Join(borders, ", "), parts[n], near.Hint(parts[n], "", borders...))
		}
	}
	if len(parts) != k.numbers() {
		return nil, k.misfit(word, value, valued)
	}
	v := make([]float64, len(parts))
	for i, part := range parts {
		var err error
		if v[i], err = k.number(strings.TrimSpace(part)); err != nil {
			return nil, k.misfit(word, value, valued)
		}
	}
	return k.make(v, border), nil
}

// mostWhole is the largest whole number that a transform takes.
const mostWhole = 1 << 20

func (k kind) number(s string) (float64, error) {
	if !k.whole {
		return strconv.ParseFloat(s, 64)
	}
	n, err := strconv.Atoi(s)
	if err == nil && (n < -mostWhole || n > mostWhole) {
		err = strconv.ErrRange
	}
	return float64(n), err
}

// misfit is that a value is not what is wanted.
func (k kind) misfit(word, value string, valued bool) error {
	got := "none"
	if valued {
		got = strconv.Quote(value)
	}
	if k.numbers() == 0 {
		return errors.Errorf("augment: %s: want no value, as in %s, got %s", word, k.example, got)
	}
	return errors.Errorf("augment: %s: want %s, as in %s, got %s", word, k.want, k.example, got)
}
