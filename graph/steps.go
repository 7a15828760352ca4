package graph

// Steps is how many training runs the network's programs have made: each Run of
// a program in Training counts one when it has succeeded, whoever then takes a
// step with its gradients, so that the batches whose gradients are gathered for
// one step differ in what is drawn for them. What a Dropout and a GaussianNoise
// draw hangs on it and on Config.Seed, and nothing else of them needs to be
// kept to go on later. Program.RunAt neither reads it nor counts.
func (n *Network) Steps() uint64 {
	if n.steps == nil { // a Network that nothing made
		return 0
	}
	return n.steps.Load()
}

// SetSteps says how many training runs there have been: 0 to begin anew.
func (n *Network) SetSteps(steps uint64) {
	if n.steps != nil {
		n.steps.Store(steps)
	}
}
