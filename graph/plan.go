package graph

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"euryale/internal/lower"
)

// Plan is what a program computes, step by step. It prints itself.
type Plan struct {
	Steps []PlanStep
	Batch int   // samples a run
	Err   error // why there is no program; then there are no steps

	params, gradients int // bytes
}

// PlanStep is what one op of a program computes.
type PlanStep struct {
	Layers []string // that it stands for
	Ops    string   // conv 3×3/1 + bias + ReLU + max-pool 2×2/2
	Kernel string   // how: product by taps
	Why    []string // what speaks for the kernel and the end of the step, where that is not plain
	Bytes  int      // that it makes and keeps, forward
}

// Plan is the plan of the program that Compile makes:
//
//	fmt.Print(net.Plan(graph.ProgramConfig{Batch: 32, Mode: graph.Training, Loss: loss}))
//
// In Training, a nil Loss plans a program whose loss is yet to be chosen.
func (n *Network) Plan(c ProgramConfig) *Plan {
	mode := c.Mode
	if c.Loss == nil && mode == Training {
		c.Mode = Inference // which wants none
	}
	c, err := c.withDefaults(n)
	if err != nil {
		return &Plan{Err: err}
	}
	c.Mode = mode
	b := newBuild(n, c)
	if err := b.plan(); err != nil {
		return &Plan{Err: err}
	}
	p := &Plan{Batch: c.Batch, Steps: b.planSteps()}
	wide := int(n.config.Dtype.Size())
	for _, param := range n.params {
		size := param.Value.Shape().TotalSize() * wide
		p.params += size
		if c.Mode == Training && param.Role == Trained {
			p.gradients += size
		}
	}
	return p
}

// planSteps are the steps as a plan has them.
func (b *build) planSteps() []PlanStep {
	var all []PlanStep
	wide := int(b.net.config.Dtype.Size())
	for _, s := range b.steps {
		step := PlanStep{Ops: s.Text(b.options), Kernel: string(s.Kernel), Why: s.Why, Bytes: s.Bytes(b.config.Batch, wide)}
		for _, call := range stepCalls(s) {
			step.Layers = append(step.Layers, call.Path)
		}
		all = append(all, step)
	}
	return all
}

// String is a heading, a line for each step, what speaks for it below, and what
// memory that takes: of each step the last layer that it stands for, what it
// computes, the bytes that it makes, and how. The second convolution of a pair
// lies below the first.
func (p *Plan) String() string {
	if p.Err != nil {
		return p.Err.Error() + "\n"
	}
	heading := PlanStep{Layers: []string{"Layer"}, Ops: "Computes", Kernel: "Kernel"}
	name, ops, values := 0, 0, 0
	for _, s := range append([]PlanStep{heading}, p.Steps...) {
		name, ops = max(name, utf8.RuneCountInString(s.Name())), max(ops, utf8.RuneCountInString(s.lines()[0]))
		values += s.Bytes
	}
	bytes := max(len("Bytes"), len(group(values)))
	var b strings.Builder
	line := func(s PlanStep, size string) {
		lines := s.lines()
		fmt.Fprintf(&b, "%s  %s  %*s  %s\n", pad(s.Name(), name), pad(lines[0], ops), bytes, size, s.Kernel)
		for _, more := range lines[1:] {
			fmt.Fprintf(&b, "%s  %s\n", pad("", name), more)
		}
		for _, why := range s.Why {
			fmt.Fprintf(&b, "%s  // %s\n", pad("", name), why)
		}
	}
	line(heading, "Bytes")
	for _, s := range p.Steps {
		line(s, group(s.Bytes))
	}
	for _, s := range p.sums() {
		fmt.Fprintf(&b, "%s: %s\n", s.name, s.text)
	}
	return b.String()
}

// sums is what memory the program takes.
func (p *Plan) sums() []sum {
	values := 0
	for _, s := range p.Steps {
		values += s.Bytes
	}
	all := []sum{
		{"Values", group(values) + " bytes for a batch of " + group(p.Batch) + ", forward"},
		{"Parameters", group(p.params) + " bytes"},
	}
	if p.gradients > 0 {
		all = append(all, sum{"Gradients", group(p.gradients) + " bytes"})
	}
	return all
}

// lines are Ops as text has it: the second convolution of a pair begins a line.
func (s PlanStep) lines() []string {
	if at := strings.LastIndex(s.Ops, " + conv "); at > 0 && s.Kernel == string(lower.TapsRows) {
		return []string{s.Ops[:at], " " + s.Ops[at:]}
	}
	return []string{s.Ops}
}

// Name is the last layer that a step stands for, or "loss".
func (s PlanStep) Name() string {
	if len(s.Layers) == 0 {
		return "loss"
	}
	return s.Layers[len(s.Layers)-1]
}
