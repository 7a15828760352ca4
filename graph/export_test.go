package graph

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	G "gorgonia.org/gorgonia"

	"euryale/internal/safetensors"
)

// GorgoniaOp is an op of Gorgonia's in a program.
type GorgoniaOp struct {
	Name  string // of its type, and of its function where the type has several
	Wrong string // what Gorgonia computes wrongly with it, if anything
}

// GorgoniaOps are Gorgonia's own ops among those that a program of the network
// runs.
func GorgoniaOps(n *Network, c ProgramConfig) (all []GorgoniaOp, err error) {
	defer recovered(&err)
	b := newBuild(n, c)
	if err := b.plan(); err != nil {
		return nil, err
	}
	defer building.lock()()
	for _, pass := range []func() error{b.declare, b.differentiate, b.guard} {
		if err := pass(); err != nil {
			return nil, err
		}
	}
	for _, n := range b.g.AllNodes() {
		if n.Op() == nil || isStatement(n) {
			continue
		}
		if op, ok := gorgoniaOp(n.Op()); ok {
			all = append(all, op)
		}
	}
	return all, nil
}

// gorgoniaOp is what is Gorgonia's in an op, if anything is.
func gorgoniaOp(op G.Op) (GorgoniaOp, bool) {
	op, around := stripped(op)
	t := reflect.Indirect(reflect.ValueOf(op)).Type()
	if t.PkgPath() != "gorgonia.org/gorgonia" {
		return GorgoniaOp{}, false
	}
	o := GorgoniaOp{Name: t.Name()}
	if slices.Contains([]string{"elemUnaryOp", "elemBinOp", "linAlgBinOp"}, o.Name) {
		o.Name += " " + title(op)
	}
	o.Name += around
	for _, w := range wrongOps {
		if typeOf(op) == w.typ && (w.when == nil || w.when(op)) {
			o.Wrong = w.why
		}
	}
	return o, true
}

// stripped is an op without what guards and numbers it, and without what rights
// it, which it names.
func stripped(op G.Op) (_ G.Op, around string) {
	for {
		op = bare(op)
		v := reflect.Indirect(reflect.ValueOf(op))
		if v.Kind() != reflect.Struct {
			return op, around
		}
		f, ok := v.Type().FieldByName("Op")
		if !ok || !f.Anonymous {
			return op, around
		}
		around += " in " + path.Ext(fmt.Sprintf("%T", op))[1:]
		op = v.FieldByIndex(f.Index).Interface().(G.Op)
	}
}

// Arrangements are how the buffers of programs may lie: each by itself, shared,
// and shared with NaN in what is not in use.
var Arrangements = []arrangement{apart, shared, poisoned}

// Arrange has the programs compiled from now on lie so, until restore is called.
func Arrange(how arrangement) (restore func()) {
	before := arranging
	arranging = how
	return func() { arranging = before }
}

// LayerTypes are the names of the package's types that files may name.
func LayerTypes() []string {
	r, err := newRegistry(nil)
	if err != nil {
		panic(err)
	}
	return sortedKeys(r.types)
}

// Resealed is a network's file with its declaration changed, and a checksum that is
// right.
func Resealed(b []byte, old, new string) ([]byte, error) {
	f, err := safetensors.Decode(b)
	if err != nil {
		return nil, err
	}
	text := strings.Replace(f.Metadata[metadataKey], old, new, 1)
	if text == f.Metadata[metadataKey] {
		return nil, fmt.Errorf("%s: want %s in it", text, old)
	}
	f.Metadata[metadataKey] = text
	f.Metadata[checksumKey] = checksum(f)
	return safetensors.Encode(f)
}

// Declaration is what a network's file says of it.
func Declaration(b []byte) (string, error) {
	f, err := safetensors.Decode(b)
	if err != nil {
		return "", err
	}
	return f.Metadata[metadataKey], nil
}
