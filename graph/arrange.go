package graph

import (
	"reflect"

	G "gorgonia.org/gorgonia"

	"euryale/internal/arena"
	"euryale/internal/engine"
)

// An op says what buffers it has, and the machine in which order ops run. A
// buffer is in use from the first op that has it to the last; one that is an
// op's result, until the last op that reads that. Those that are never in use
// at once share memory, in one piece for the program.
//
// What may be read when no op tells is left alone. An op of Gorgonia's may hand
// on the memory that it reads: what one reads stays to the end of the run. What
// the program hands out of the machine without a copy lies by itself.

// arrangement is how buffers are placed. Tests look at what the others do.
type arrangement uint8

const (
	shared   arrangement = iota // as they are in use
	apart                       // each by itself
	poisoned                    // shared, and filled with NaN before and after they are in use
)

// arranging is how the next programs' are.
var arranging = shared

// arrange gives the buffers of all ops their memory.
func (b *build) arrange() error {
	l := &lives{index: map[engine.Buffer]int{}}
	order := runOrder(b.program.vm)
	for at, n := range order {
		l.run(n, at)
	}
	for _, n := range b.grads {
		l.handOut(result(n))
	}
	if order == nil || arranging == apart {
		l.apart(b.g.AllNodes())
	}
	b.program.memory = l.place(len(order))
	if arranging == poisoned {
		l.poison(order, b.unplaced.Nothing())
	}
	return nil
}

// runOrder are the nodes of a TapeMachine in the order in which it runs them,
// or nil if vm is not built as Gorgonia v0.9.18's is.
func runOrder(vm G.VM) G.Nodes {
	prog, ok := field(reflect.ValueOf(vm), "p")
	if !ok {
		return nil
	}
	sorted, ok := field(prog, "sorted")
	if !ok {
		return nil
	}
	order, _ := sorted.Interface().(G.Nodes)
	return order
}

// lives are the buffers of a program and when they are in use.
type lives struct {
	index   map[engine.Buffer]int
	buffers []engine.Buffer
	lives   []arena.Life
	kept    []bool // to the end of the run
	alone   []bool

	offsets []int
	memory  []byte
}

// run has a node run at some place of the order.
func (l *lives) run(n *G.Node, at int) {
	if op, ok := bare(n.Op()).(engine.Buffered); ok {
		made, others := op.Buffers()
		l.use(made, at)
		for _, b := range others {
			l.use(b, at)
		}
	}
	_, keeper := bare(n.Op()).(engine.Keeper)
	for _, c := range children(n) {
		if i := l.use(result(c), at); i >= 0 && !keeper && !isStatement(n) {
			l.kept[i] = true
		}
	}
}

// result is the buffer in which a node's value lies, or nil.
func result(n *G.Node) engine.Buffer {
	if op, ok := bare(n.Op()).(engine.Buffered); ok {
		made, _ := op.Buffers()
		return made
	}
	return nil
}

// use has a buffer in use at some place of the order. It returns its number, and
// -1 of nil.
func (l *lives) use(b engine.Buffer, at int) int {
	if b == nil {
		return -1
	}
	i, ok := l.index[b]
	if !ok {
		i = len(l.buffers)
		l.index[b] = i
		l.buffers, l.kept, l.alone = append(l.buffers, b), append(l.kept, false), append(l.alone, false)
		l.lives = append(l.lives, arena.Life{Size: b.Bytes(), First: at, Last: at})
	}
	l.lives[i].First, l.lives[i].Last = min(l.lives[i].First, at), max(l.lives[i].Last, at)
	return i
}

// handOut has a buffer lie by itself.
func (l *lives) handOut(b engine.Buffer) {
	if i := l.use(b, 0); i >= 0 {
		l.alone[i] = true
	}
}

// apart has all buffers of nodes lie by themselves.
func (l *lives) apart(nodes G.Nodes) {
	for _, n := range nodes {
		l.run(n, 0)
	}
	for i := range l.alone {
		l.alone[i] = true
	}
}

// place gives the buffers memory, for so many steps, and returns how much.
func (l *lives) place(steps int) (bytes int) {
	var sharing []int
	var packed []arena.Life
	for i, b := range l.buffers {
		switch {
		case l.alone[i]:
			b.Place(arena.Make(b.Bytes()))
			bytes += b.Bytes()
			continue
		case l.kept[i]:
			l.lives[i].Last = steps
		}
		sharing, packed = append(sharing, i), append(packed, l.lives[i])
	}
	offsets, size := arena.Pack(packed)
	l.memory, l.offsets = arena.Make(size), make([]int, len(l.buffers))
	for j, i := range sharing {
		l.offsets[i] = offsets[j]
		l.buffers[i].Place(l.memory[offsets[j]:][:l.lives[i].Size])
	}
	return bytes + size
}
