package augment

import (
	"reflect"
	"strings"

	"github.com/pkg/errors"
)

// Pipeline is transforms in the order in which they are applied, none of them
// twice. nil means none.
type Pipeline []Transform

// String is such as crop=4,flip, which [Parse] reads; none for no transforms.
func (p Pipeline) String() string {
	if len(p) == 0 {
		return none
	}
	words := make([]string, len(p))
	for i, t := range p {
		words[i] = "nil"
		if t != nil {
			words[i] = t.String()
		}
	}
	return strings.Join(words, ",")
}

// none is the text of a Pipeline without transforms.
const none = "none"

// Mixes reports whether the pipeline mixes labels, so that targets are values.
func (p Pipeline) Mixes() bool {
	for _, t := range p {
		if _, ok := t.(mixing); ok {
			return true
		}
	}
	return false
}

// Check reports the first transform that is out of range, comes twice, or comes
// after one that mixes samples.
func (p Pipeline) Check() error {
	mixed := ""
	for i, t := range p {
		if t == nil {
			return errors.Errorf("augment: want transforms, got nil at %d", i)
		}
		if err := t.check(); err != nil {
			return errors.WithMessagef(err, "augment: %v", t)
		}
		for _, other := range p[:i] {
			if reflect.TypeOf(other) == reflect.TypeOf(t) {
				return errors.Errorf("augment: %v: want each transform once, got %v before it", t, other)
			}
		}
		if _, ok := t.(mixing); ok {
			mixed = t.String()
		} else if mixed != "" {
			return errors.Errorf("augment: %v: want what mixes samples last, got %s before it", t, mixed)
		}
	}
	return nil
}

// Suits reports images of so many channels, and of that height and width in pixels, that
// a transform cannot be applied to, as [New] does.
func (p Pipeline) Suits(c, h, w int) error {
	for _, t := range p {
		if err := t.suits(c, h, w); err != nil {
			return errors.WithMessagef(err, "augment: %v", t)
		}
	}
	return nil
}

// applier is a transform, or several that are made one.
type applier interface{ apply(im *image) }

// plan is what is done to each image before it is mixed with another: neighbours
// that move pixels are made one, where their borders are the same.
func (p Pipeline) plan() []applier {
	var steps []applier
	for _, t := range p {
		switch t := t.(type) {
		case mixing:
		case moving:
			if last := len(steps) - 1; last >= 0 {
				if r, ok := steps[last].(resampling); ok && r[0].border() == t.border() {
					steps[last] = append(r, t)
					continue
				}
			}
			steps = append(steps, resampling{t})
		default:
			steps = append(steps, t)
		}
	}
	return steps
}
