package train

import (
	"github.com/pkg/errors"

	"euryale/graph"
)

// NewHead is a network like the one that is given, whose last Dense has as many units
// as there are classes and weights of 0, for other classes than it was trained on; the
// other weights come along. So all classes are as likely at first, and the first loss is
// ln K, however large what the layers below make of an image.
//
// That Dense is the last outermost layer besides activations and Dropout, in whatever
// it is framed: Named, Frozen, which goes, a Chain. The name is that of the layer that
// begins anew.
func NewHead(net *graph.Network, classes int) (head *graph.Network, layer string, err error) {
	if net == nil || classes < 1 {
		return nil, "", errors.Errorf("new head: want a network and at least 1 class, got %d", classes)
	}
	if layer, err = lastDense(net); err != nil {
		return nil, "", err
	}
	// Where there are as many classes as before, the weights would fit, and come
	// along: those of another number do not.
	for _, units := range []int{classes + 1, classes} {
		if net, err = net.Rebuild(func(name string, l graph.Layer) graph.Layer {
			if next, ok := withUnits(l, units); ok && name == layer {
				return next
			}
			return l
		}); err != nil {
			return nil, "", err
		}
	}
	return net, layer, nil
}

// lastDense is the name of the layer that makes the logits.
func lastDense(net *graph.Network) (string, error) {
	type named struct {
		name  string
		layer graph.Layer
	}
	var all []named
	if _, err := net.Rebuild(func(name string, l graph.Layer) graph.Layer {
		all = append(all, named{name, l})
		return l
	}); err != nil {
		return "", err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if _, ok := withUnits(all[i].layer, 1); ok {
			return all[i].name, nil
		}
		if !follows(all[i].layer) {
			return "", errors.Errorf("want a network that ends in a Dense, to put another in its place, got one that ends in %v (%s)", all[i].layer, all[i].name)
		}
	}
	return "", errors.New("want a network that ends in a Dense, to put another in its place, got one without")
}

// follows says whether a layer may stand behind the one that makes the logits: it
// has no weights, and makes each value of one, or of all.
func follows(l graph.Layer) bool {
	switch l := l.(type) {
	case graph.Dropout, graph.Reshape, graph.Flatten:
		return true
	case graph.Named:
		return follows(l.Layer)
	case graph.Frozen:
		return follows(l.Layer)
	}
	return l == graph.Softmax || l == graph.LogSoftmax || l == graph.Sigmoid
}

// withUnits is a Dense of other units, or what frames one at its end.
func withUnits(l graph.Layer, units int) (graph.Layer, bool) {
	switch l := l.(type) {
	case graph.Dense:
		l.Units, l.Init = units, graph.Zeros
		return l, true
	case *graph.Dense:
		return withUnits(*l, units)
	case graph.Named:
		next, ok := withUnits(l.Layer, units)
		l.Layer = next
		return l, ok
	case graph.Frozen:
		return withUnits(l.Layer, units)
	case graph.Chain:
		next := append(graph.Chain{}, l...)
		for i := len(next) - 1; i >= 0; i-- {
			if dense, ok := withUnits(next[i], units); ok {
				next[i] = dense
				return next, true
			}
			if !follows(next[i]) {
				return nil, false
			}
		}
	}
	return nil, false
}
