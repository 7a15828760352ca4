package ir

import "fmt"

// ResponseNorm divides each number by (Bias + Alpha/Size·Σ x²)^Beta, the sum being
// over Size channels around its own.
type ResponseNorm struct {
	Size              int
	Alpha, Beta, Bias float64
}

func (r ResponseNorm) String() string { return fmt.Sprintf("norm by %d channels", r.Size) }

// Infer wants channels.
func (ResponseNorm) Infer(in []Shape) (Shape, error) { return same(in) }
