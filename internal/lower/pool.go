package lower

import "euryale/internal/ir"

// pool puts a max-pool before the function that nobody but it reads, where that
// never falls: the largest of the function's values is that of the largest
// value. So there are fewer to compute, and the pool comes right behind what
// may compute it.
func pool(p *program) {
	if !p.Fused {
		return
	}
	functions := map[*ir.Value]*ir.Value{} // by the pool
	late := map[*ir.Value]bool{}
	for _, v := range p.values {
		if f := p.pooled(v); f != nil {
			functions[v], late[f] = f, true
		}
	}
	if len(functions) == 0 {
		return
	}
	p.rewrite(func(old, v *ir.Value) []*ir.Value {
		f := functions[old]
		switch {
		case late[old]: // so that the pool reads what it reads
			return nil
		case f == nil:
			return []*ir.Value{v}
		}
		return []*ir.Value{v, {Op: f.Op, In: []*ir.Value{v}, Shape: v.Shape, Call: v.Call}}
	})
}

// pooled is the function that v, a max-pool, can go before.
func (p *program) pooled(v *ir.Value) *ir.Value {
	o, ok := v.Op.(ir.MaxPool)
	if !ok || o.Before != [2]int{} || o.After != [2]int{} { // of nothing but padding, the largest value is none
		return nil
	}
	f := v.In[0]
	u, ok := f.Op.(ir.Unary)
	if !ok || IsCut(f) || !u.Rises() || !p.alone(f) {
		return nil
	}
	return f
}
