package graph

import (
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"strings"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Layer is one step of a network. It describes itself and holds no state: the
// weights belong to the network.
type Layer interface {
	// String is the layer as the code that made it, such as Conv2D{Filters: 64, Kernel: 3}.
	// What comes before the first bracket is the layer's type in the report.
	fmt.Stringer

	// OutputShape is the shape of one sample that comes out when one of shape in
	// goes in, or an error that says what the layer wants. It is the shape of
	// the node that Declare returns, less the batch.
	OutputShape(in Shape) (Shape, error)

	// Declare adds the layer to the expression graph of x, whose shape is the
	// batch followed by a shape that OutputShape accepts. Weights are asked for from s.
	Declare(s *Scope, x *G.Node) (*G.Node, error)
}

// Explainer is a Layer that can show its arithmetic in the report.
type Explainer interface {
	Layer
	Explain(in Shape) Arithmetic
}

// Arithmetic is how a layer's figures come about, for one sample.
type Arithmetic struct {
	Lines        []string // such as "(28-3)/1+1 = 26"
	MultiplyAdds int      // multiply-add operations of the forward pass
}

// Scope is where a layer declares its weights. It belongs to one layer of one
// network.
type Scope struct {
	name string // the layer's, such as conv2d_1
	b    *build
}

// Weight is the node of a trainable weight of the layer, which is known as
// "layer/name". The first time, init draws its values.
func (s *Scope) Weight(name string, shape Shape, init Initializer) (*G.Node, error) {
	return s.b.weight(s.name+"/"+name, shape, init)
}

// Func is a layer made of a function on nodes: graph.Func(f). The function is
// given a batch of samples and returns one, using no weights. It may be called
// more than once.
type Func func(x *G.Node) (*G.Node, error)

var _ Layer = Func(nil)

func (f Func) String() string {
	return fmt.Sprintf("Func(%s)", runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name())
}

// OutputShape declares f on a graph of its own to see what comes out.
func (f Func) OutputShape(in Shape) (out Shape, err error) {
	defer recovered(&err)
	if f == nil {
		return nil, badField("a function", "that is not nil", "nil")
	}
	const n = 2
	x := G.NewTensor(G.NewGraph(), tensor.Float32, len(in)+1, G.WithShape(batched(n, in)...), G.WithName("x"))
	y, err := f(x)
	if err != nil {
		return nil, err
	}
	if s := y.Shape(); len(s) < 2 || s[0] != n {
		return nil, errors.Errorf("want an output of %d samples like its input, got shape %v", n, s)
	}
	return y.Shape()[1:], nil
}

// Declare calls f.
func (f Func) Declare(_ *Scope, x *G.Node) (*G.Node, error) { return f(x) }

// literal prints a layer as the code that made it, leaving out fields that are zero.
func literal(layer any) string {
	v := reflect.ValueOf(layer)
	var fields []string
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			fields = append(fields, fmt.Sprintf("%s: %v", v.Type().Field(i).Name, f.Interface()))
		}
	}
	return v.Type().Name() + "{" + strings.Join(fields, ", ") + "}"
}

// typeName is the layer's type in the report: its printed form up to the first bracket.
func typeName(l Layer) string {
	s := l.String()
	if i := strings.IndexAny(s, "{(["); i > 0 {
		return s[:i]
	}
	return s
}

var (
	wordStart = regexp.MustCompile(`(.)([A-Z][a-z0-9]+)`)
	caseBreak = regexp.MustCompile(`([a-z])([A-Z])`)
)

// snakeCase is how Keras makes a layer's name of its type: MaxPool2D becomes max_pool2d.
func snakeCase(s string) string {
	s = wordStart.ReplaceAllString(s, "${1}_${2}")
	return strings.ToLower(caseBreak.ReplaceAllString(s, "${1}_${2}"))
}
