package lower

import "euryale/internal/ir"

// fold puts a norm by running statistics into the weights and the bias of the
// convolution or the product that nobody but it reads. They are computed by steps
// of their own, since the parameters may change between two runs.
func fold(p *program) {
	if p.Training || !p.Fused {
		return
	}
	folds := map[*ir.Value]folding{} // by the norm
	gone := map[*ir.Value]bool{}
	for _, v := range p.values {
		if f, ok := p.folding(v); ok {
			folds[v] = f
			gone[f.product] = true
			if f.bias != nil {
				gone[f.bias] = true
			}
		}
	}
	if len(folds) == 0 {
		return
	}
	p.rewrite(func(old, v *ir.Value) []*ir.Value {
		if gone[old] { // so that the norm, in its place, reads what the product reads
			return nil
		}
		f, ok := folds[old]
		if !ok {
			return []*ir.Value{v}
		}
		f.norm = v
		values := f.values()
		p.folded[values[len(values)-1]] = true
		return values
	})
}

// folding is a norm behind a product, and the bias between them if there is one.
type folding struct{ product, bias, norm *ir.Value }

// folding looks for what v, a norm, can be folded into.
func (p *program) folding(v *ir.Value) (folding, bool) {
	if _, ok := v.Op.(ir.Norm); !ok {
		return folding{}, false
	}
	f := folding{norm: v}
	x := v.In[0]
	if isBias(x) && p.alone(x) {
		f.bias = x
		x = x.In[0]
	}
	f.product = x
	return f, outputAxis(x) >= 0 && p.alone(x)
}

// alone reports whether one op reads v, and nobody outside does.
func (p *program) alone(v *ir.Value) bool { return len(p.readers[v]) == 1 && p.Read(v) == "" }

// outputAxis is the axis of a product's weights that its output's channels are
// along; -1 if v is no product with weights of its own.
func outputAxis(v *ir.Value) int {
	switch v.Op.(type) {
	case ir.Conv:
		return 0
	case ir.MatMul:
		if len(v.Shape) == 1 { // else the channels lie along another axis
			return 1
		}
	}
	return -1
}

// values are the folded weights and bias, the product, and the sum of it and the
// bias. The norm's input is the product's.
func (f folding) values() []*ir.Value {
	norm := f.norm.Op.(ir.Norm)
	x, scale, shift, mean, variance := ir.NormInputs(norm, f.norm.In)
	kernel := f.product.In[1]
	c := f.norm.Call
	weights := &ir.Value{
		Op: ir.FoldedWeights{Axis: outputAxis(f.product), Epsilon: norm.Epsilon, NoScale: norm.NoScale},
		In: present(kernel, scale, variance), Shape: kernel.Shape, Call: c,
	}
	product := *f.product
	product.In = []*ir.Value{x, weights}
	var bias *ir.Value
	if f.bias != nil {
		bias = f.bias.In[1]
	}
	offset := &ir.Value{
		Op: ir.FoldedBias{Epsilon: norm.Epsilon, NoBias: bias == nil, NoScale: norm.NoScale, NoShift: norm.NoShift},
		In: present(bias, scale, shift, mean, variance), Shape: mean.Shape, Call: c,
	}
	sum := &ir.Value{Op: ir.Bias{}, In: []*ir.Value{&product, offset}, Shape: f.norm.Shape, Call: c}
	return []*ir.Value{weights, offset, &product, sum}
}

// present are the values that are there.
func present(values ...*ir.Value) []*ir.Value {
	var there []*ir.Value
	for _, v := range values {
		if v != nil {
			there = append(there, v)
		}
	}
	return there
}
