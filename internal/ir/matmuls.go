package ir

// MatMuls is the product of the matrices that lie along the last two axes of two
// inputs, (…, M, K) and (…, K, P). The axes before these broadcast.
type MatMuls struct{}

func (MatMuls) String() string { return "matrix products" }

// Infer wants matrices that fit.
func (MatMuls) Infer(in []Shape) (Shape, error) {
	a, b := in[0], in[1]
	i, j := len(a)-2, len(b)-2
	if i < 0 || j < 0 || a[i+1] != b[j] {
		return nil, &Mismatch{"matrices (N, …, M, K) and (N, …, K, P)", printShapes(in)}
	}
	outer, ok := BroadcastShapes(a[:i].Clone(), b[:j].Clone())
	if !ok {
		return nil, &Mismatch{"axes before the matrices that broadcast", printShapes(in)}
	}
	return bounded(a, append(outer, a[i], b[j+1]))
}

// MultiplyAdds is one for each value and element of a row.
func (m MatMuls) MultiplyAdds(in []Shape, out Shape) int {
	return out.TotalSize() * in[0][len(in[0])-1]
}
