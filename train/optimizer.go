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
	Start(params []*graph.Param) (Step, error)
}

// Step changes the weights it was started with, in place, given the gradients of
// the loss in the same order and shapes.
type Step func(grads []*tensor.Dense) error
