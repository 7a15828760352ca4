package graph

import (
	"fmt"
	"regexp"
	"strings"
)

// Layer is one step of a network. It describes itself and holds no state: the
// weights belong to the network.
type Layer interface {
	// String is the layer as the code that made it; see Literal. What comes
	// before the first bracket is the layer's type in the report.
	fmt.Stringer

	// Build puts the layer behind x. It is made of other layers, by
	// x.Then(…) and Join, or of Gorgonia's ops, by s.Gorgonia, with weights
	// asked for from s. What cannot be built returns s.Fail.
	Build(s *Scope, x *Value) *Value
}

// Joiner makes one value of several, as Sum and Concat do.
type Joiner interface {
	fmt.Stringer
	Join(s *Scope, x []*Value) *Value
}

// Explainer is a Layer that can show its arithmetic in the report.
type Explainer interface {
	Layer
	Explain(in Shape) Arithmetic
}

// Arithmetic is how a layer's figures come about, for one sample.
type Arithmetic struct {
	Lines []string // such as "⌊(28-3)/1⌋+1 = 26"
}

// typeName is the layer's type in the report: its printed form up to the first
// bracket.
func typeName(l fmt.Stringer) string {
	if f, ok := l.(frame); ok && f.frame().layer != nil && !f.frame().shared {
		return typeName(f.frame().layer)
	}
	s := strings.TrimLeft(l.String(), "&")
	if i := strings.IndexAny(s, "{(["); i > 0 {
		s = s[:i]
	}
	return s[strings.LastIndex(s, ".")+1:]
}

var (
	wordStart = regexp.MustCompile(`(.)([A-Z][a-z][a-z0-9]*)`)
	caseBreak = regexp.MustCompile(`([a-z])([A-Z])`)
)

// snakeCase is how Keras makes a layer's name of its type: MaxPool2D becomes
// max_pool2d. ReLU6, which is none of Keras' layers, becomes re_lu6.
func snakeCase(s string) string {
	s = wordStart.ReplaceAllString(s, "${1}_${2}")
	return strings.ToLower(caseBreak.ReplaceAllString(s, "${1}_${2}"))
}
