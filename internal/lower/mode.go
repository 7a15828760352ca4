package lower

import "euryale/internal/ir"

// mode takes out what does nothing in inference, and below a Frozen: its input
// stands for it.
func mode(p *program) {
	p.rewrite(func(_, v *ir.Value) []*ir.Value {
		if isRandom(v) && p.Infers(v) {
			return nil
		}
		return []*ir.Value{v}
	})
}

func isRandom(v *ir.Value) bool {
	switch v.Op.(type) {
	case ir.Dropout, ir.Noise:
		return true
	}
	return false
}
