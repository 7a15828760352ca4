package lower

import "euryale/internal/ir"

// rewrite puts others in the place of values, and makes the values behind them
// anew. replace is given each value, its inputs replaced, and says what stands
// for it: the last of a list of values, each behind its inputs, or, where the
// list is empty, v's first input.
func (p *program) rewrite(replace func(old, v *ir.Value) []*ir.Value) {
	var values []*ir.Value
	now := map[*ir.Value]*ir.Value{}
	for _, old := range p.values {
		v := renewed(old, now)
		by := replace(old, v)
		if len(by) == 0 {
			now[old] = v.In[0]
			continue
		}
		now[old] = by[len(by)-1]
		values = append(values, by...)
	}
	p.values = values
	p.follow(now)
}

// renewed is v on what stands for its inputs.
func renewed(v *ir.Value, now map[*ir.Value]*ir.Value) *ir.Value {
	var in []*ir.Value
	changed := false
	for _, x := range v.In {
		y := x
		if z, ok := now[x]; ok {
			y = z
		}
		in = append(in, y)
		changed = changed || x != y
	}
	if !changed {
		return v
	}
	w := *v
	w.In = in
	return &w
}

// follow notes what stands for the values of the network, and who reads them.
func (p *program) follow(now map[*ir.Value]*ir.Value) {
	why := map[*ir.Value]string{}
	for old, v := range p.now {
		v = now[v]
		p.now[old] = v
		if why[v] == "" {
			why[v] = p.why[old]
		}
	}
	p.Read = func(v *ir.Value) string { return why[v] }
	p.look()
}
