package train

import (
	"fmt"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// Optimizer changes weights to make the loss smaller. It is a description; its
// state begins with Start.
type Optimizer interface {
	fmt.Stringer

	// Start prepares for weights that are at the beginning of training, or
	// says what is wrong with the optimiser's settings.
	Start(params []*graph.Param) (Stepper, error)
}

// Stepper is an Optimizer under way.
type Stepper interface {
	// Step changes the weights that it was started with, in place, given
	// the gradients of the loss in the same order and shapes.
	Step(grads []*tensor.Dense) error

	// Rate is the learning rate of the next step.
	Rate() float64

	// Scale multiplies the rates of all steps to come by a factor above 0.
	Scale(factor float64) error

	// State is what the next step hangs on besides the weights: a copy.
	State() OptimizerState

	// SetState goes on from a state of the same optimiser on weights of the
	// same shapes, which it copies. Where the state is of another, it
	// changes nothing and says what it wants.
	SetState(s OptimizerState) error
}

// OptimizerState is how far an optimiser has come.
type OptimizerState struct {
	Optimizer string  // the kind, such as "adam"
	Steps     int     // taken
	Scale     float64 // of the rates, as ReducePlateau has left it; 0 means 1
	Slots     []Slot  // what it keeps of each weight

	// NetworkSteps is the network's Steps, which what a Dropout draws hangs
	// on. Fit fills it in and takes it up; a Stepper leaves it alone.
	NetworkSteps uint64
}

// Slot is one thing that an optimiser keeps of each weight.
type Slot struct {
	Name   string          // Adam: "m", the mean of the gradients, and "v", of their squares
	Values []*tensor.Dense // one a weight, in its shape and type; those of a type in one slab
}
