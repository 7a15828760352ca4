package graph

import (
	"reflect"
	"unsafe"

	G "gorgonia.org/gorgonia"
)

// A TapeMachine's RunAll locks the caller to its thread and runs the ops in
// another goroutine, for the sake of CUDA. Handing over between the two
// threads, there and back, costs up to a tenth of a millisecond, in which the
// workers of the fused ops fall asleep. Its Run runs a list of instructions on
// the caller's goroutine, but the type of that list, and the machine's own, are
// not exported.
//
// It also makes a list of values and lines of a log for each op, which nobody
// reads. So where all instructions are of kinds that programs of our ops have,
// they are read off once and run here; see tape.

// onCaller is a function that runs all instructions of a TapeMachine on the
// caller's goroutine, or nil if vm is not built as Gorgonia v0.9.18's is.
func onCaller(vm G.VM) func() error {
	m := reflect.ValueOf(vm)
	prog, run := m.MethodByName("Prog"), m.MethodByName("Run")
	if !prog.IsValid() || !run.IsValid() || prog.Type().NumIn() != 0 || prog.Type().NumOut() != 1 {
		return nil
	}
	instructions, ok := field(prog.Call(nil)[0], "instructions")
	if !ok || run.Type().NumIn() != 1 || run.Type().In(0) != instructions.Type() {
		return nil
	}
	if t := newTape(prog.Call(nil)[0], instructions); t != nil {
		return t.run
	}
	args := []reflect.Value{instructions}
	return func() error {
		err, _ := run.Call(args)[0].Interface().(error)
		return err
	}
}

// field is the named field of the struct that p points to, exported or not.
func field(p reflect.Value, name string) (reflect.Value, bool) {
	if p.Kind() != reflect.Pointer || p.IsNil() || p.Elem().Kind() != reflect.Struct {
		return reflect.Value{}, false
	}
	f := p.Elem().FieldByName(name)
	if !f.IsValid() {
		return reflect.Value{}, false
	}
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem(), true
}
