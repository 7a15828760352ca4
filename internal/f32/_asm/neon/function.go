package main

import (
	"fmt"
	"strings"
)

// register is one of a function's, whose number is chosen when all of its
// instructions are known.
type register struct {
	general    bool // else a vector
	number     int
	begin, end int // the first and the last instruction that has it
	known      bool
}

type (
	vector  = *register // four floats, or two doubles
	general = *register // an address or an integer
)

// instruction is a line of a function.
type instruction struct {
	text          func() string // once registers have their numbers
	reads, writes []*register
	label, jump   string // that it is, or goes to
	copies        bool   // the only register it reads to the only one it writes
}

// argument is one of a function's, and where it lies.
type argument struct {
	name, kind string
	offset     int
}

// function is the function that is being written.
type function struct {
	name, signature string
	doc             []string
	arguments       map[string]argument
	size            int // of all arguments, in bytes
	body            []*instruction
	last            map[bool]int // where the search for the next free register begins
}

// begin begins a function that keeps no pointer of its arguments, calls none and
// has no result. Its signature is like "func(y, x *float32, n int)".
func begin(name, signature string, doc ...string) {
	current = &function{name: name, signature: signature, doc: doc, arguments: map[string]argument{}, last: map[bool]int{}}
	f := current
	list := strings.TrimSuffix(strings.TrimPrefix(signature, "func("), ")")
	var names []string
	for _, field := range strings.Split(list, ", ") {
		name, kind, typed := strings.Cut(field, " ")
		names = append(names, name)
		if !typed {
			continue
		}
		for _, name := range names {
			size := sizeOf(kind)
			f.size = (f.size + size - 1) / size * size
			f.arguments[name] = argument{name, kind, f.size}
			f.size += size
		}
		names = nil
	}
	output.functions = append(output.functions, f)
}

func sizeOf(kind string) int {
	switch {
	case strings.HasPrefix(kind, "*"), kind == "int":
		return 8
	case kind == "float32", kind == "uint32":
		return 4
	case kind == "bool", kind == "uint8":
		return 1
	}
	panic("size of " + kind)
}

// current is the function that instructions are added to.
var current *function

// place is where an argument lies, as an operand.
func place(name string) string {
	a, ok := current.arguments[name]
	if !ok {
		panic(current.name + " has no argument " + name)
	}
	return fmt.Sprintf("%s+%d(FP)", a.name, a.offset)
}

// emit adds an instruction. An operand that it changes is among both.
func emit(writes, reads []*register, text func() string) *instruction {
	i := &instruction{text: text, reads: reads, writes: writes}
	current.body = append(current.body, i)
	return i
}

// label marks a place of the function.
func label(name string) { current.body = append(current.body, &instruction{label: name}) }

// The registers that the assembler and the runtime leave alone: R16 to R18 and R27
// are for others, from R28 on they have a purpose.
var free = map[bool][]int{
	true:  {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26},
	false: {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31},
}

// lives finds from where to where each register is in use: from the first to the
// last instruction that has it, and to the end of each loop that it enters.
func (f *function) lives() []*register {
	var all []*register
	labels := map[string]int{}
	for at, i := range f.body {
		for _, r := range append(append([]*register{}, i.reads...), i.writes...) {
			if !r.known {
				r.known, r.begin = true, at
				all = append(all, r)
			}
			r.end = at
		}
		if i.label != "" {
			if _, again := labels[i.label]; again {
				panic(f.name + " has two labels " + i.label)
			}
			labels[i.label] = at
		}
	}
	for longer := true; longer; {
		longer = false
		for at, i := range f.body {
			begin, ok := labels[i.jump]
			if i.jump != "" && !ok {
				panic(f.name + " has no label " + i.jump)
			}
			if i.jump == "" || begin > at {
				continue
			}
			for _, r := range all {
				if r.begin < begin && r.end > begin && r.end < at {
					r.end, longer = at, true
				}
			}
		}
	}
	return all
}

// number gives registers their numbers: those that are not in use any more are
// free for what comes. A copy of one that is not in use after it stays where it is.
func (f *function) number() {
	f.lives()
	used := map[bool]map[int]*register{true: {}, false: {}}
	for at, i := range f.body {
		for _, of := range used {
			for n, r := range of {
				if r.end < at || r.end == at && r.begin < at {
					delete(of, n)
				}
			}
		}
		for _, r := range i.reads {
			if r.begin == at && !has(i.writes, r) {
				panic(fmt.Sprintf("%s reads a register before it is written: %s", f.name, i.text()))
			}
		}
		for _, r := range i.writes {
			if r.begin != at {
				continue
			}
			if i.copies && i.reads[0].end == at {
				r.number = i.reads[0].number
			} else {
				r.number = f.next(used[r.general], r.general)
			}
			used[r.general][r.number] = r
		}
	}
}

// next is a register that is not in use: the one that has been free for longest or so,
// since what follows need not wait for what was in it.
func (f *function) next(used map[int]*register, general bool) int {
	all := free[general]
	for i := range all {
		at := (f.last[general] + i) % len(all)
		if used[all[at]] == nil {
			f.last[general] = at + 1
			return all[at]
		}
	}
	panic(f.name + " needs more registers than there are")
}

func has(rs []*register, r *register) bool {
	for _, other := range rs {
		if other == r {
			return true
		}
	}
	return false
}

// pressure is the most vector registers that are in use at once.
func (f *function) pressure() (most int) {
	all := f.lives()
	for at := range f.body {
		n := 0
		for _, r := range all {
			if !r.general && r.begin <= at && at <= r.end {
				n++
			}
		}
		most = max(most, n)
	}
	for _, r := range all {
		r.known = false
	}
	return most
}
