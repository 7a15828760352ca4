package graph_test

import (
	"testing"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// own is a layer of the given name that is built by a function.
type own struct {
	name  string
	build func(s *graph.Scope, x *graph.Value) *graph.Value
}

func (o own) String() string                                    { return o.name + "{}" }
func (o own) Build(s *graph.Scope, x *graph.Value) *graph.Value { return o.build(s, x) }

// ownJoiner is a joiner of the given name that is built by a function.
type ownJoiner struct {
	name string
	join func(s *graph.Scope, x []*graph.Value) *graph.Value
}

func (o ownJoiner) String() string                                     { return o.name + "{}" }
func (o ownJoiner) Join(s *graph.Scope, x []*graph.Value) *graph.Value { return o.join(s, x) }

// addRow adds a weight to each sample.
func addRow(n ...*G.Node) (*G.Node, error) { return G.BroadcastAdd(n[0], n[1], nil, []byte{0}) }

// leaking is a layer that makes a value of its inside known.
func leaking(to **graph.Value) graph.Layer {
	return own{"leaky", func(_ *graph.Scope, x *graph.Value) *graph.Value {
		*to = x.Then(two)
		return (*to).Then(graph.ReLU)
	}}
}

var two = graph.Dense{Units: 2}

// refused is a network that cannot be composed, and why.
type refused struct {
	name  string
	value func() *graph.Value
	want  string
}

func (r refused) check(t *testing.T) {
	t.Run(r.name, func(t *testing.T) {
		net, err := graph.Compose(graph.Config{}, r.value())
		if err == nil || err.Error() != r.want || net != nil {
			t.Errorf("error %v\nwant  %s", err, r.want)
		}
	})
}

func vector() *graph.Value  { return graph.Input("x", 4) }
func picture() *graph.Value { return graph.Input("image", 2, 6, 6) }

func TestRefusedNames(t *testing.T) {
	for _, r := range []refused{
		{"a weight's name twice", func() *graph.Value {
			return vector().Then(own{"twice", func(s *graph.Scope, x *graph.Value) *graph.Value {
				w, again := s.Weight("w", graph.Shape{1, 4}, nil), s.Weight("w", graph.Shape{1, 4}, nil)
				return s.Gorgonia(addRow, s.Gorgonia(addRow, x, w), again)
			}})
		}, `twice_1: twice{}: input (N, 4): weight "w": want a name that the layer has not used yet; to share a weight, share the layer that has it`},
		{"a weight and a state of one name", func() *graph.Value {
			return vector().Then(own{"twice", func(s *graph.Scope, x *graph.Value) *graph.Value {
				w, again := s.Weight("w", graph.Shape{1, 4}, nil), s.State("w", graph.Shape{1, 4}, nil)
				return s.Gorgonia(addRow, s.Gorgonia(addRow, x, w), again)
			}})
		}, `twice_1: twice{}: input (N, 4): weight "w": want a name that the layer has not used yet; to share a weight, share the layer that has it`},
		{
			"a weight's name twice, by the activation", func() *graph.Value { return vector().Then(graph.Dense{Units: 2, Activation: two}) },
			`dense_1: Dense{Units: 2, Activation: Dense{Units: 2}}: input (N, 4): weight "kernel": want a name that the layer has not used yet; to share a weight, share the layer that has it`,
		},
		{"a weight without a name", func() *graph.Value {
			return vector().Then(own{"silent", func(s *graph.Scope, x *graph.Value) *graph.Value {
				return s.Gorgonia(addRow, x, s.Weight("", graph.Shape{1, 4}, nil))
			}})
		}, `silent_1: silent{}: input (N, 4): weight "": want a name without a slash, got ""`},
		{"a weight called like that of a layer inside", func() *graph.Value {
			return vector().Then(own{"sly", func(s *graph.Scope, x *graph.Value) *graph.Value {
				return s.Gorgonia(addRow, x.Then(graph.Dense{Units: 4}), s.Weight("dense_1/bias", graph.Shape{4}, nil))
			}})
		}, `sly_1: sly{}: input (N, 4): weight "dense_1/bias": want a name without a slash, got "dense_1/bias"`},
		{"one name on two layers", func() *graph.Value {
			return vector().Then(graph.Named{Name: "a", Layer: two}, graph.Named{Name: "a", Layer: two})
		}, `network: two layers are called "a", Named{Name: "a", Layer: Dense{Units: 2}} and Named{Name: "a", Layer: Dense{Units: 2}}: want a name each, or graph.Shared around both to share one`},
		{
			"the name of a layer without one", func() *graph.Value { return vector().Then(two, graph.Named{Name: "dense_1", Layer: two}) },
			`network: two layers are called "dense_1", Dense{Units: 2} and Named{Name: "dense_1", Layer: Dense{Units: 2}}: want a name each, or graph.Shared around both to share one`,
		},
		{"one name, shared and not", func() *graph.Value {
			return graph.Join(graph.Sum, vector().Then(graph.Shared{Name: "a", Layer: two}), graph.Input("y", 4).Then(graph.Named{Name: "a", Layer: two}))
		}, `network: two layers are called "a", Shared{Name: "a", Layer: Dense{Units: 2}} and Named{Name: "a", Layer: Dense{Units: 2}}: want a name each, or graph.Shared around both to share one`},
		{"different layers shared", func() *graph.Value {
			return vector().Then(graph.Shared{Name: "a", Layer: two}, graph.Shared{Name: "a", Layer: graph.Dense{Units: 3}})
		}, `network: "a" is shared: want one layer, got Shared{Name: "a", Layer: Dense{Units: 2}} and Shared{Name: "a", Layer: Dense{Units: 3}}`},
		{"shared on different shapes", func() *graph.Value {
			return graph.Join(graph.Sum, vector().Then(graph.Shared{Name: "a", Layer: two}), graph.Input("y", 5).Then(graph.Shared{Name: "a", Layer: two}))
		}, `network: weight a/kernel: want shape (4, 2), as where its layer is used first, got (5, 2)`},
		{"shared and frozen in one place", func() *graph.Value {
			return graph.Join(graph.Sum, vector().Then(graph.Shared{Name: "a", Layer: two}), graph.Input("y", 4).Then(graph.Frozen{Layer: graph.Shared{Name: "a", Layer: two}}))
		}, `network: weight a/kernel is shared and frozen in one of its places: want it frozen in all or none`},
		{
			"an empty name", func() *graph.Value { return vector().Then(graph.Named{Layer: two}) },
			`network: Named{Layer: Dense{Units: 2}}: want a name without a slash, got ""`,
		},
		{
			"a slash", func() *graph.Value { return vector().Then(graph.Shared{Name: "a/b", Layer: two}) },
			`network: Shared{Name: "a/b", Layer: Dense{Units: 2}}: want a name without a slash, got "a/b"`,
		},
		{
			"two inputs of one name", func() *graph.Value { return graph.Join(graph.Sum, vector().Then(two), vector().Then(two)) },
			`network: two inputs are called "x": want a name each; or is one a value of another network?`,
		},
		{"an input without a name", func() *graph.Value { return graph.Input("", 4).Then(two) }, `network: want a name for each input, got an empty one`},
		{"an input without a shape", func() *graph.Value { return graph.Input("x").Then(two) }, `network: input "x": want a shape such as (1, 28, 28), got none`},
		{"an empty input", func() *graph.Value { return graph.Input("x", 3, 0).Then(two) }, `network: input "x": want dimensions of at least 1, got (3, 0)`},
	} {
		r.check(t)
	}
}

// TestRefusedValues has values in places where they do not belong, and what
// serves nothing.
func TestRefusedValues(t *testing.T) {
	const inside = "a value of the inside of leaky{} is used outside of it: return it from Build"
	var leak *graph.Value
	for _, r := range []refused{
		{"leaked", func() *graph.Value {
			y := vector().Then(leaking(&leak))
			return graph.Join(graph.Sum, y, leak)
		}, "network: " + inside},
		{"leaked, then", func() *graph.Value {
			vector().Then(leaking(&leak))
			return leak.Then(graph.ReLU)
		}, "network: " + inside},
		{"leaked, as an output", func() *graph.Value {
			vector().Then(leaking(&leak))
			return leak
		}, "network: " + inside},
		{"leaked into another layer", func() *graph.Value {
			return vector().Then(leaking(&leak), own{"taker", func(_ *graph.Scope, x *graph.Value) *graph.Value { return graph.Join(graph.Sum, x, leak) }})
		}, "taker_1: taker{}: input (N, 2): " + inside},
		{"leaked into another's function", func() *graph.Value {
			return vector().Then(leaking(&leak), own{"taker", func(s *graph.Scope, x *graph.Value) *graph.Value {
				return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.Add(n[0], n[1]) }, x, leak)
			}})
		}, "taker_1: taker{}: input (N, 2): " + inside},
		{"leaked, returned by another layer", func() *graph.Value {
			return vector().Then(leaking(&leak), own{"taker", func(*graph.Scope, *graph.Value) *graph.Value { return leak }})
		}, "taker_1: taker{}: input (N, 2): " + inside},
		{"leaked upwards", func() *graph.Value {
			return vector().Then(own{"outer", func(s *graph.Scope, x *graph.Value) *graph.Value {
				return x.Then(own{"inner", func(*graph.Scope, *graph.Value) *graph.Value {
					y := x.Then(two)
					return y
				}})
			}})
		}, "outer_1/inner_1: inner{}: input (N, 4): want Build to return a value made of its input, got one of the outside"},
		{"a weight of another layer", func() *graph.Value {
			var scope *graph.Scope
			return vector().Then(
				own{"keeper", func(s *graph.Scope, x *graph.Value) *graph.Value { scope = s; return x.Then(two) }},
				own{"taker", func(s *graph.Scope, x *graph.Value) *graph.Value {
					return s.Gorgonia(addRow, x, scope.Weight("w", graph.Shape{1, 2}, nil))
				}})
		}, "taker_1: taker{}: input (N, 2): a value of the inside of keeper{} is used outside of it: return it from Build"},
		{"made of something outside", func() *graph.Value {
			x := vector()
			return x.Then(two, own{"captor", func(*graph.Scope, *graph.Value) *graph.Value { return x.Then(graph.ReLU) }})
		}, "captor_1: captor{}: input (N, 2): want Build to return a value made of its input, got one of the outside"},
		{"an input that a joiner ignores", func() *graph.Value {
			return graph.Join(ownJoiner{"first", func(_ *graph.Scope, x []*graph.Value) *graph.Value { return x[0].Then(two) }}, vector(), graph.Input("y", 3))
		}, "first_1: first{}: nothing reads its input 2, (N, 3)"},
		{"an input that a layer ignores", func() *graph.Value {
			return vector().Then(own{"deaf", func(s *graph.Scope, _ *graph.Value) *graph.Value {
				return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.Square(n[0]) }, s.Weight("w", graph.Shape{2, 4}, nil))
			}})
		}, "deaf_1: deaf{}: nothing reads its input 1, (N, 4)"},
		{"a weight that is not used", func() *graph.Value {
			return vector().Then(own{"wasteful", func(s *graph.Scope, x *graph.Value) *graph.Value {
				s.Weight("w", graph.Shape{1, 4}, nil)
				return x.Then(two)
			}})
		}, "wasteful_1: wasteful{}: weight w is declared and not used"},
		{"an input as an output", vector, `network: output 1 is the input "x": want at least one layer behind it`},
		{"nothing behind an input", func() *graph.Value { return vector().Then(graph.Chain{}) }, `network: output 1 is the input "x": want at least one layer behind it`},
	} {
		r.check(t)
	}
}

func TestRefusedShapes(t *testing.T) {
	conv := func(filters int, kernel graph.Size) graph.Layer {
		return graph.Conv2D{Filters: filters, Kernel: kernel}
	}
	for _, r := range []refused{
		{"in a block", func() *graph.Value {
			return picture().Then(conv(3, 3), graph.Residual{Body: graph.Chain{graph.ReLU, conv(3, 7)}}, graph.GlobalAverage{})
		}, "residual_1/conv2d_1: Conv2D{Filters: 3, Kernel: 7}: want an image of at least 7×7 pixels, got (N, 3, 4, 4)" +
			"; so far image (N, 2, 6, 6) → conv2d_1 (N, 3, 4, 4) → residual_1/re_lu_1 (N, 3, 4, 4)"},
		{"in blocks in blocks", func() *graph.Value {
			inner := graph.Residual{Body: graph.Chain{graph.Conv2D{Filters: 4, Kernel: 3, Padding: 1}}}
			return picture().Then(conv(3, 3), graph.Named{Name: "stage", Layer: graph.Chain{graph.ReLU, graph.Residual{Body: graph.Chain{inner}}}})
		}, "stage/residual_1/residual_1/sum_1: Sum: want inputs of one shape, or of shapes that broadcast, got (N, 4, 4, 4) and (N, 3, 4, 4)" +
			"; so far image (N, 2, 6, 6) → conv2d_1 (N, 3, 4, 4) → stage/re_lu_1 (N, 3, 4, 4) → stage/residual_1/residual_1/conv2d_1 (N, 4, 4, 4)" +
			", image (N, 2, 6, 6) → conv2d_1 (N, 3, 4, 4) → stage/re_lu_1 (N, 3, 4, 4)"},
		{"of a join", func() *graph.Value {
			return graph.Join(graph.Sum, picture().Then(graph.GlobalAverage{}, graph.Dense{Units: 3}), vector().Then(two))
		}, "sum_1: Sum: want inputs of one shape, or of shapes that broadcast, got (N, 3) and (N, 2)" +
			"; so far image (N, 2, 6, 6) → global_average_1 (N, 2) → dense_1 (N, 3), x (N, 4) → dense_2 (N, 2)"},
		{"behind a join", func() *graph.Value {
			return graph.Join(graph.Concat, picture().Then(graph.GlobalAverage{}), vector().Then(two)).Then(two, conv(1, 1))
		}, "conv2d_1: Conv2D{Filters: 1, Kernel: 1}: want an image (N, C, H, W), got (N, 2)" +
			"; so far image (N, 2, 6, 6) → global_average_1 (N, 2) → concat_1 (N, 4) → dense_2 (N, 2)"},
		{"of a shape that is not there", func() *graph.Value {
			return vector().Then(own{"hasty", func(_ *graph.Scope, x *graph.Value) *graph.Value {
				return x.Then(graph.Dense{Units: x.Then(conv(1, 1)).Shape()[0]})
			}})
		}, "hasty_1/conv2d_1: Conv2D{Filters: 1, Kernel: 1}: want an image (N, C, H, W), got (N, 4); so far x (N, 4)"},
		{
			"pretrained on another input", func() *graph.Value { return vector().Then(graph.Pretrained{Net: basis(t)}) },
			`pretrained_1/conv2d_1: Named{Name: "conv2d_1", Layer: Conv2D{Filters: 3, Kernel: 3, Stride: 1, Padding: Same}}: want an image (N, C, H, W), got (N, 4); so far x (N, 4)`,
		},
		{
			"pretrained on other channels", func() *graph.Value { return graph.Input("x", 3, 6, 6).Then(graph.Pretrained{Net: basis(t)}) },
			"network: weight pretrained_1/conv2d_1/kernel: want shape (3, 2, 3, 3), as in the network that was trained, got (3, 3, 3, 3)",
		},
		{
			"pretrained until nowhere", func() *graph.Value { return picture().Then(graph.Pretrained{Net: basis(t), Until: "x"}) },
			`pretrained_1: Pretrained{Net: base, Until: "x"}: want Until one of conv2d_1, batch_norm_1, re_lu_1, block_1, global_average_1, dense_1, got x; so far image (N, 2, 6, 6)`,
		},
	} {
		r.check(t)
	}
}

func TestRefusedNil(t *testing.T) {
	var nobody *graph.Value
	for _, r := range []refused{
		{"a layer", func() *graph.Value { return vector().Then(two, nil) }, "network: layer 2 is nil"},
		{"a layer's pointer", func() *graph.Value { return vector().Then((*graph.Dense)(nil)) }, "network: layer 1 is nil"},
		{"in a Chain", func() *graph.Value { return vector().Then(graph.Chain{two, nil}) }, "Chain{Dense{Units: 2}, nil}: input (N, 4): layer 2 is nil"},
		{
			"in a Residual", func() *graph.Value { return vector().Then(graph.Residual{Body: graph.Chain{nil}}) },
			"residual_1: Residual{Body: Chain{nil}}: input (N, 4): layer 1 is nil",
		},
		{
			"in Branches", func() *graph.Value {
				return vector().Then(graph.Branches{Join: graph.Sum, Of: []graph.Layer{two, nil}})
			},
			"branches_1: Branches{Join: Sum, Of: []Layer{Dense{Units: 2}, nil}}: want Of[1] that is not nil, got nil; so far x (N, 4)",
		},
		{
			"Branches of nothing", func() *graph.Value { return vector().Then(graph.Branches{Join: graph.Sum}) },
			"branches_1: Branches{Join: Sum}: want Of of at least one layer, got none; so far x (N, 4)",
		},
		{
			"Branches without a Join", func() *graph.Value { return vector().Then(graph.Branches{Of: []graph.Layer{two}}) },
			"branches_1: Branches{Of: []Layer{Dense{Units: 2}}}: want Join that is not nil, got nil; so far x (N, 4)",
		},
		{"Named", func() *graph.Value { return vector().Then(graph.Named{Name: "a"}) }, `a: Named{Name: "a"}: want Layer that is not nil, got nil; so far x (N, 4)`},
		{"Shared", func() *graph.Value { return vector().Then(graph.Shared{Name: "a"}) }, `a: Shared{Name: "a"}: want Layer that is not nil, got nil; so far x (N, 4)`},
		{"Frozen", func() *graph.Value { return vector().Then(graph.Frozen{}) }, "Frozen{}: input (N, 4): layer 1 is nil"},
		{"Pretrained", func() *graph.Value { return vector().Then(graph.Pretrained{}) }, "pretrained_1: Pretrained{}: want Net a network, got nil; so far x (N, 4)"},
		{"a joiner", func() *graph.Value { return graph.Join(nil, vector()) }, "network: the Joiner is nil"},
		{"a joiner's pointer", func() *graph.Value { return graph.Join((*Gate)(nil), vector()) }, "network: the Joiner is nil"},
		{"a joiner of nothing", func() *graph.Value { return graph.Join(nil) }, "network: the Joiner is nil"},
		{"nothing to join", func() *graph.Value { return graph.Join(graph.Sum) }, "network: Sum: want at least one value to join, got none"},
		{"a value", func() *graph.Value { return nil }, "network: output 1 is nil"},
		{"a value to join", func() *graph.Value { return graph.Join(graph.Sum, vector(), nil) }, "network: value 2 is nil"},
		{"a value, then", func() *graph.Value { return nobody.Then(two) }, "network: value 1 is nil"},
		{"a value, then a nil layer", func() *graph.Value { return nobody.Then(nil) }, "network: layer 1 is nil"},
		{"a value that nobody made", func() *graph.Value { return &graph.Value{} }, "network: output 1 is nil"},
		{"a value that nobody made, then", func() *graph.Value { return new(graph.Value).Then(two) }, "network: value 1 is nil"},
		{"a value for a function", func() *graph.Value {
			return vector().Then(own{"g", func(s *graph.Scope, x *graph.Value) *graph.Value { return s.Gorgonia(addRow, x, nil) }})
		}, "g_1: g{}: input (N, 4): value 2 is nil"},
		{"of Build", func() *graph.Value {
			return vector().Then(own{"nothing", func(*graph.Scope, *graph.Value) *graph.Value { return nil }})
		}, "nothing_1: nothing{}: input (N, 4): want a value of Build, got nil"},
		{"of Join", func() *graph.Value {
			return graph.Join(ownJoiner{"nothing", func(*graph.Scope, []*graph.Value) *graph.Value { return nil }}, vector())
		}, "nothing_1: nothing{}: input (N, 4): want a value of Build, got nil"},
		{"a weight of Build", func() *graph.Value {
			return vector().Then(own{"weight", func(s *graph.Scope, _ *graph.Value) *graph.Value { return s.Weight("w", graph.Shape{4}, nil) }})
		}, "weight_1: weight{}: input (N, 4): want a batch of Build, got a weight"},
		{"a node of a function", func() *graph.Value {
			return vector().Then(own{"g", func(s *graph.Scope, x *graph.Value) *graph.Value {
				return s.Gorgonia(func(...*G.Node) (*G.Node, error) { return nil, nil }, x)
			}})
		}, "g_1: g{}: input (N, 4): want a node of the function, got nil"},
	} {
		r.check(t)
	}
}

// mute is a layer whose String panics.
type mute struct{}

func (mute) String() string { panic("no voice") }

func (mute) Build(_ *graph.Scope, x *graph.Value) *graph.Value { return x.Then(graph.ReLU) }

func TestRefusedPanics(t *testing.T) {
	for _, r := range []refused{
		{"in Build", func() *graph.Value {
			return vector().Then(own{"wild", func(*graph.Scope, *graph.Value) *graph.Value { panic("oh dear") }})
		}, "wild_1: wild{}: input (N, 4): oh dear"},
		{"of several lines", func() *graph.Value {
			return vector().Then(own{"wild", func(*graph.Scope, *graph.Value) *graph.Value { panic("oh\n  dear\n") }})
		}, "wild_1: wild{}: input (N, 4): oh dear"},
		{"in Build of a layer inside", func() *graph.Value {
			return vector().Then(graph.Residual{Body: graph.Chain{own{"wild", func(*graph.Scope, *graph.Value) *graph.Value { panic(errors.New("oh dear")) }}}})
		}, "residual_1/wild_1: wild{}: input (N, 4): oh dear"},
		{"in Join", func() *graph.Value {
			return graph.Join(ownJoiner{"wild", func(_ *graph.Scope, x []*graph.Value) *graph.Value { return x[7] }}, vector())
		}, "wild_1: wild{}: input (N, 4): runtime error: index out of range [7] with length 1"},
		{"in String", func() *graph.Value { return vector().Then(mute{}) }, "network: no voice"},
	} {
		r.check(t)
	}
}

func TestRefusedLosses(t *testing.T) {
	trunk := vector().Then(two)
	net, err := graph.Compose(graph.Config{}, trunk.Then(graph.Named{Name: "a", Layer: two}), trunk.Then(graph.Named{Name: "b", Layer: two}))
	if err != nil {
		t.Fatal(err)
	}
	mse := graph.OutputLoss{Loss: graph.MeanSquaredError{}}
	for _, c := range []struct {
		name string
		loss graph.Loss
		want string
	}{
		{"one alone", graph.MeanSquaredError{}, "program: no loss reads the output b: want graph.Losses with one for each of 2 outputs, got none for it"},
		{"a list too short", graph.Losses{mse}, "program: no loss reads the output b: want graph.Losses with one for each of 2 outputs, got none for it"},
		{"none for the first", graph.Losses{{}, mse}, "program: no loss reads the output a: want graph.Losses with one for each of 2 outputs, got none for it"},
		{"a list too long", graph.Losses{mse, mse, mse}, "program: want a loss for each of 2 outputs, got 3"},
		{"a list in a list", graph.Losses{mse, {Loss: graph.Losses{mse}}}, "Losses{OutputLoss{Loss: MeanSquaredError{}}}: output of b: want a loss for one output, got a list"},
	} {
		if _, err := net.Compile(graph.ProgramConfig{Mode: graph.Training, Loss: c.loss}); err == nil || err.Error() != c.want {
			t.Errorf("%s: error %v\nwant %s", c.name, err, c.want)
		}
	}
}
