package graph

import (
	"fmt"
	"math"
)

// Penalty is what large weights of a layer cost: [L1], [L2] or [L1L2]. It is
// part of the loss that is made small and shown, in evaluation too, as in Keras.
// Weights that are not trained cost nothing.
type Penalty interface {
	fmt.Stringer
	// rates are the factors of Σ|w| and of Σw².
	rates() (l1, l2 float64, err error)
}

// L1 adds Weight·Σ|w| to the loss, which draws weights to 0. The gradient of |w|
// at 0 is 0.
type L1 struct {
	Weight float64 // 0 means 0.01, as in Keras
}

// L2 adds Weight·Σw² to the loss; half of that, with Weight as PyTorch's
// weight_decay, has the gradient of PyTorch's SGD.
type L2 struct {
	Weight float64 // 0 means 0.01, as in Keras
}

// L1L2 adds L1·Σ|w| + L2·Σw² to the loss: Zou & Hastie's elastic net, 2005.
type L1L2 struct {
	L1 float64 // 0 means none
	L2 float64 // 0 means none
}

var _, _, _ Penalty = L1{}, L2{}, L1L2{}

func (p L1) String() string   { return Literal(p) }
func (p L2) String() string   { return Literal(p) }
func (p L1L2) String() string { return Literal(p) }

func (p L1) rates() (l1, l2 float64, err error) {
	l1, err = aboveZero("Weight", p.Weight, 0.01)
	return l1, 0, err
}

func (p L2) rates() (l1, l2 float64, err error) {
	l2, err = aboveZero("Weight", p.Weight, 0.01)
	return 0, l2, err
}

func (p L1L2) rates() (l1, l2 float64, err error) {
	if err := notNegative("L1", p.L1); err != nil {
		return 0, 0, err
	}
	return p.L1, p.L2, notNegative("L2", p.L2)
}

// notNegative reports a field that is, or is not finite.
func notNegative(field string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 0) {
		return badField(field, "of at least 0", v)
	}
	return nil
}
