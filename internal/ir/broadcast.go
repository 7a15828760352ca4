package ir

// Broadcast combines two inputs, number by number, whose shapes NumPy's rules
// make one: sides are compared from the last on, and each is as long as the
// other's, or one of them is 1 long, or not there. A parameter goes with every
// sample alike.
type Broadcast struct {
	By       Combination
	Reversed bool // the second input is the first operand
}

func (b Broadcast) String() string {
	if b.Reversed {
		return string(b.By) + ", reversed"
	}
	return string(b.By)
}

// Infer wants shapes that broadcast.
func (Broadcast) Infer(in []Shape) (Shape, error) {
	out, ok := BroadcastShapes(in[0], in[1])
	if !ok {
		return nil, &Mismatch{"inputs of one shape, or of shapes that broadcast", printShapes(in)}
	}
	return bounded(in[0], out)
}

// BroadcastShapes is the shape that two have together, if they have one.
func BroadcastShapes(a, b Shape) (Shape, bool) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := a.Clone()
	for i, n := range b {
		at := len(a) - len(b) + i
		switch m := out[at]; {
		case m == 1:
			out[at] = n
		case n != 1 && n != m:
			return nil, false
		}
	}
	return out, true
}
