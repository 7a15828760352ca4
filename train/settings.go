package train

import (
	"strings"

	"github.com/pkg/errors"
)

// settings finds what is wrong with settings: it keeps the first fault.
type settings struct {
	of  string // what is set, such as "adam"
	err error
}

// want notes that a field is not as it should be, unless ok.
func (s *settings) want(ok bool, what string, got any) {
	if !ok && s.err == nil {
		s.err = errors.Errorf("%s: want %s, got %v", s.of, what, got)
	}
}

// above0 wants a finite number above 0.
func (s *settings) above0(field string, v float64) {
	s.want(v > 0 && finite(v), article(field)+" above 0", v)
}

// atLeast0 wants a finite number of 0 or more.
func (s *settings) atLeast0(field string, v float64) {
	s.want(v >= 0 && finite(v), article(field)+" of 0 or more", v)
}

// below1 wants a number of 0 or more that is below 1.
func (s *settings) below1(field string, v float64) {
	s.want(v >= 0 && v < 1, article(field)+" of 0 or more, below 1", v)
}

// betas wants two decays.
func (s *settings) betas(one, two float64) {
	for _, beta := range []float64{one, two} {
		if !(beta > 0 && beta < 1) && s.err == nil {
			s.err = errors.Errorf("%s: want Beta1 and Beta2 between 0 and 1, got %v and %v", s.of, one, two)
		}
	}
}

// noDecay wants names.
func (s *settings) noDecay(names []string) {
	for _, name := range names {
		s.want(name != "", `NoDecay to name weights, such as "bias"`, `""`)
	}
}

// article is a field's name after a or an.
func article(field string) string {
	if strings.ContainsRune("AEIO", rune(field[0])) {
		return "an " + field
	}
	return "a " + field
}

// fill gives fields that are zero their defaults.
func fill(defaults ...setting) {
	for _, d := range defaults {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
}

// setting is a field and its default.
type setting struct {
	field *float64
	value float64
}
