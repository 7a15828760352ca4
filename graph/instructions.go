package graph

import (
	"reflect"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// tape is the instructions of a TapeMachine, read off it.
type tape struct {
	steps     []instruction
	registers []G.Value
}

// instruction is one that loads an input, runs an op, or copies a value out.
type instruction struct {
	node *G.Node // the input, or the op's
	into *G.Value

	reads    []int // registers
	in       []G.Value
	writes   int
	prealloc G.UsePreallocDoer // the op, where it can compute into a value that is there
	unsafe   G.UnsafeDoer      // the op, where it is to write over an input
}

// newTape is the tape of a program's instructions, or nil if there are others
// among them, an alloc, which makes a value in each run for an op that calls
// BLAS, or if they are not built as Gorgonia v0.9.18's are.
func newTape(prog, instructions reflect.Value) (t *tape) {
	defer func() {
		if recover() != nil {
			t = nil
		}
	}()
	nodes := map[int64]*G.Node{}
	sorted, _ := field(prog, "sorted")
	for _, n := range sorted.Interface().(G.Nodes) {
		nodes[n.ID()] = n
	}
	locations, _ := field(prog, "cpulocs")
	t = &tape{registers: make([]G.Value, locations.Int())}
	for i := range instructions.Len() {
		if !t.add(instructions.Index(i).Elem(), nodes) {
			return nil
		}
	}
	return t
}

// add adds an instruction, if it is of a kind that is run here.
func (t *tape) add(instr reflect.Value, nodes map[int64]*G.Node) bool {
	switch instr.Type().String() {
	case "gorgonia.free", "gorgonia.flushInstr": // which are for other devices
	case "gorgonia.loadArg":
		t.steps = append(t.steps, instruction{node: nodes[instr.FieldByName("index").Int()], writes: register(instr.FieldByName("writeTo"))})
	case "*gorgonia.execOp":
		e := instr.Elem()
		t.steps = append(t.steps, newExec(e, nodes[e.FieldByName("id").Int()]))
		return !e.FieldByName("preAllocated").Bool()
	case "*gorgonia.readInstr":
		into, _ := field(instr, "into")
		t.steps = append(t.steps, instruction{into: into.Interface().(*G.Value), reads: []int{register(instr.Elem().FieldByName("readFrom"))}})
	default:
		return false
	}
	return true
}

// register is the number of a register.
func register(r reflect.Value) int { return int(r.FieldByName("id").Int()) }

func newExec(e reflect.Value, n *G.Node) instruction {
	step := instruction{node: n, writes: register(e.FieldByName("writeTo"))}
	from := e.FieldByName("readFrom")
	for i := range from.Len() {
		step.reads = append(step.reads, register(from.Index(i)))
	}
	step.in = make([]G.Value, len(step.reads))
	step.prealloc, _ = n.Op().(G.UsePreallocDoer)
	if e.FieldByName("useUnsafe").Bool() {
		step.unsafe, _ = n.Op().(G.UnsafeDoer)
	}
	return step
}

// run runs all instructions. It leaves no value behind.
func (t *tape) run() error {
	defer t.forget()
	for i := range t.steps {
		if err := t.steps[i].run(t.registers); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what the run has made.
func (t *tape) forget() {
	clear(t.registers)
	for i := range t.steps {
		clear(t.steps[i].in)
	}
}

func (s *instruction) run(registers []G.Value) error {
	switch {
	case s.into != nil:
		return read(s.into, registers[s.reads[0]])
	case s.in == nil && s.node.Op() == nil:
		if registers[s.writes] = s.node.Value(); registers[s.writes] == nil {
			return errors.Errorf("input %q has no value", s.node.Name())
		}
		return nil
	}
	for i, r := range s.reads {
		s.in[i] = registers[r]
	}
	v, err := s.do(registers[s.writes])
	if err != nil {
		return err
	}
	onEngine(v)
	registers[s.writes] = v
	return nil
}

// do runs the op as a TapeMachine does, where old is in the register of its
// result.
func (s *instruction) do(old G.Value) (G.Value, error) {
	switch {
	case old != nil && s.prealloc != nil:
		if v, err := s.prealloc.UsePreallocDo(old, s.in...); err == nil {
			return v, nil
		}
	case old == nil && s.unsafe != nil:
		return s.unsafe.UnsafeDo(s.in...)
	}
	return s.node.Op().Do(s.in...)
}

// onEngine gives a tensor the engine of a TapeMachine's values.
func onEngine(v G.Value) {
	if d, ok := v.(*tensor.Dense); ok && d.Engine() != (G.StandardEngine{}) {
		tensor.WithEngine(G.StandardEngine{})(d)
	}
}

// read copies a value out of the run.
func read(into *G.Value, v G.Value) (err error) {
	if *into == nil {
		*into, err = G.CloneValue(v)
		return err
	}
	_, err = G.Copy(*into, v)
	return err
}
