package notebook_test

import (
	"strings"
	"testing"
)

// Each case is a notebook with one thing the kernel does not do as Go does; want
// begins with its place. Cases without want are what stands nearest and is
// allowed.
func TestRules(t *testing.T) {
	c := checker(t)
	const (
		stringer = "type T struct{ n int }\nfunc (t T) String() string { return \"T\" }"
		failure  = "type E struct{}\nfunc (E) Error() string { return \"E\" }"
		shape    = "type Area interface{ Area() float64 }\ntype Square struct{ s float64 }\nfunc (q Square) Area() float64 { return q.s * q.s }"
	)
	for _, test := range []struct {
		name  string
		cells []string
		want  string
	}{
		{"command", []string{"x := 1", "\n%cd nowhere\ny := 2"}, "nb.ipynb[cell 2]:2: %cd nowhere is a command of gophernotes"},
		{"shell", []string{"$ls"}, "nb.ipynb[cell 1]:1: $ls is a command"},
		{"remainder", []string{"x := 7\nx = x \n% 4"}, "nb.ipynb[cell 1]:3: "}, // no command, but no Go either
		{"unknown package", []string{"x := 1", "import (\n\t\"fmt\"\n\t\"slices\"\n)"}, "nb.ipynb[cell 2]:3: the kernel has no table of package slices"},
		{"maps", []string{`import "maps"`}, "nb.ipynb[cell 1]:1: the kernel has no table of package maps"},
		{"iter", []string{`import "iter"`}, "nb.ipynb[cell 1]:1: the kernel has no table of package iter"},
		{"cmp", []string{`import "cmp"`}, "nb.ipynb[cell 1]:1: the kernel has no table of package cmp"},
		{"internal package", []string{`import "euryale/internal/f32"`}, "nb.ipynb[cell 1]:1: the kernel has no table of package euryale/internal/f32"},
		{"all names", []string{`import . "fmt"`}, "nb.ipynb[cell 1]:1: import of all names of fmt"},
		{"one name, two packages", []string{`import a "fmt"`, `import a "os"`}, "nb.ipynb[cell 2]:1: a is fmt since cell 1"},
		{"imported again", []string{`import "fmt"`, `import "fmt"`, `import f "fmt"`, `f.Sprint(fmt.Sprint(1))`}, ""},
		{"imported later", []string{`_ = fmt.Sprint(1)`, `import "fmt"`}, "nb.ipynb[cell 1]:1: package fmt is imported in cell 2, after its use"},
		{"missing name", []string{"import \"strings\"\nimport \"os\"", `a, b, ok := strings.Cut("a=b", "=")`}, "nb.ipynb[cell 2]:1: the kernel's table of package strings lacks Cut"},
		{"missing type", []string{`import "sync/atomic"`, `var n atomic.Int64`}, "nb.ipynb[cell 2]:1: the kernel's table of package sync/atomic lacks Int64"},

		{"generic func", []string{"func first[T any](x []T) T { return x[0] }"}, "nb.ipynb[cell 1]:1: func first has type parameters"},
		{"generic type", []string{"type Pair[T any] struct{ a, b T }"}, "nb.ipynb[cell 1]:1: type Pair has type parameters"},
		{"generic method", []string{"type Pair[T any] struct{ a, b T }\nfunc (p Pair[T]) A() T { return p.a }"}, "nb.ipynb[cell 1]:1: type Pair has type parameters, which the kernel does not know: write it for one type\nnb.ipynb[cell 1]:2: method A"},
		{"instance of a type", []string{`import "sync/atomic"`, "x := 1", "var p atomic.Pointer[int]"}, "nb.ipynb[cell 3]:1: type Pointer has type parameters (here int)"},
		{"any", []string{"var x any = 1\nx"}, ""},

		{"range over int", []string{"x := 1", "for i := range 3 {\n\tx += i\n}"}, "nb.ipynb[cell 2]:1: range over an integer"},
		{"range over int without variable", []string{"n := 3\nfor range n {\n}"}, "nb.ipynb[cell 1]:2: range over an integer"},
		{"range over func", []string{"f := func(yield func(int) bool) { yield(1) }\nfor range f {\n}"}, "nb.ipynb[cell 1]:2: range over a func"},
		{"min", []string{"x := min(1, 2)"}, "nb.ipynb[cell 1]:1: builtin min"},
		{"max", []string{"x := 1\nx = max(x, 2)"}, "nb.ipynb[cell 1]:2: builtin max"},
		{"clear", []string{"m := map[int]int{}\nclear(m)"}, "nb.ipynb[cell 1]:2: builtin clear"},
		{"min of one's own", []string{"func min(a, b int) int {\n\tif a < b {\n\t\treturn a\n\t}\n\treturn b\n}", "min(1, 2)"}, ""},
		{"method expression", []string{"type T struct{}\nfunc (t *T) M() int { return 1 }\nf := (*T).M\nf(&T{})"}, "nb.ipynb[cell 1]:3: method expression of a pointer"},
		{"method value", []string{"type T struct{}\nfunc (t *T) M() int { return 1 }\nf := (&T{}).M\nf()"}, ""},
		{"shift", []string{"u := uint(3)\nvar y uint64 = 1 << u"}, "nb.ipynb[cell 1]:2: a constant without type shifted by a variable is an int in the kernel, here uint64 is wanted"},
		{"shift of int", []string{"u := uint(3)\ny := 1<<u + uint64(1)<<u", "y"}, "nb.ipynb[cell 1]:2: a constant without type"},
		{"shifts that do", []string{"u := uint(3)\ny := 1 << u\nvar z = uint64(1) << u\nconst c = 1 << 40"}, ""},

		{"index of a byte", []string{"xs := make([]int, 3)\nl := uint8(1)\nxs[l] = 2"}, "nb.ipynb[cell 1]:3: an index of type uint8, where the kernel wants an int"},
		{"index counted up", []string{"var xs [3]int\nl := int64(1)\nxs[l]++"}, "nb.ipynb[cell 1]:3: an index of type int64"},
		{"index of a field", []string{"xs := []struct{ n int }{{1}}\nl := uint(0)\nxs[l].n = 2"}, "nb.ipynb[cell 1]:3: an index of type uint"},
		{"index of an address", []string{"xs := &[3]int{}\nl := uint8(1)\np := &xs[l]"}, "nb.ipynb[cell 1]:3: an index of type uint8"},
		{"index of a slice", []string{"xs := []int{1}\nl := uint8(1)\ncopy(xs[l:], xs)"}, "nb.ipynb[cell 1]:3: an index of type uint8"},
		{"indices that do", []string{"type I int\nxs := make([][]int, 3)\nl := uint8(1)\nxs[I(1)] = xs[l]\nxs[0] = []int{1, 2}\nxs[l-1][0] = 5\nm := map[uint8]int{}\nm[l]++\nps := []*struct{ n int }{{1}, {2}}\nps[l].n = 3"}, ""},

		{"func in a loop", []string{"fs := []func() int{}", "for i := 0; i < 3; i++ {\n\tfs = append(fs, func() int { return i })\n}"}, "nb.ipynb[cell 2]:2: the func has loop variable i"},
		{"func in a range", []string{"fs := []func() int{}\nfor _, v := range []int{1, 2} {\n\tfs = append(fs, func() int { return v })\n}"}, "nb.ipynb[cell 1]:3: the func has loop variable v"},
		{"deferred in a loop", []string{"func f() {\n\tfor i := 0; i < 3; i++ {\n\t\tdefer func() { println(i) }()\n\t}\n}"}, "nb.ipynb[cell 1]:3: the func has loop variable i"},
		{"address in a loop", []string{"ps := []*int{}\nfor _, v := range []int{1, 2} {\n\tps = append(ps, &v)\n}"}, "nb.ipynb[cell 1]:3: the address of loop variable v"},
		{"address of a field in a loop", []string{"ps := []*int{}\nfor _, v := range []struct{ a [2]int }{} {\n\tps = append(ps, &v.a[1])\n}"}, "nb.ipynb[cell 1]:3: the address of loop variable v"},
		{"loops that do", []string{"fs := []func() int{}\nps := []*int{}\nfor i, xs := range [][]int{{1}} {\n\ti := i\n\tfs = append(fs, func() int { return i })\n\tps = append(ps, &xs[0], &i)\n\tfunc() { i++ }()\n}"}, ""},

		{"fmt and String", []string{`import "fmt"`, stringer, "_ = fmt.Sprint(1, T{})"}, "nb.ipynb[cell 3]:1: fmt.Sprint does not see the method String of T"},
		{"fmt and a slice", []string{`import "fmt"`, stringer, "_ = fmt.Sprintf(\"%v\", []T{{1}})"}, "nb.ipynb[cell 3]:1: fmt.Sprintf does not see the method String of []T"},
		{"fmt and a pointer", []string{`import "fmt"`, stringer, "_, _ = fmt.Println(&T{1})"}, "nb.ipynb[cell 3]:1: fmt.Println does not see the method String of *T"},
		{"fmt and Error", []string{`import "fmt"`, failure, "_ = fmt.Errorf(\"a: %v\", E{})"}, "nb.ipynb[cell 3]:1: fmt.Errorf does not see the method Error of E"},
		{"fmt and what String returns", []string{`import "fmt"`, stringer, "_, _ = fmt.Println(T{1}.String(), T{1}.n)"}, ""},
		{"shown String", []string{stringer, "T{1}"}, "nb.ipynb[cell 2]:1: the kernel does not see the method String of T"},
		{"error of the notebook", []string{failure, "func f() error { return E{} }"}, "nb.ipynb[cell 2]:1: E, a type of the notebook, as an error"},
		{"errors.Is", []string{`import "errors"`, failure, "ok := errors.Is(nil, E{})"}, "nb.ipynb[cell 3]:1: E, a type of the notebook, as an error"},
		{"errors.As", []string{`import "errors"`, failure, "var e E\nok := errors.As(nil, &e)"}, "nb.ipynb[cell 3]:2: errors.As to E"},

		{"type and methods apart", []string{"type T struct{}", "x := 1\nfunc (t T) M() {}"}, "nb.ipynb[cell 2]:2: method M of T, which is declared in cell 1"},
		{"type declared twice", []string{"type T struct{}", "type T int"}, "nb.ipynb[cell 2]:1: T is declared in cell 1 too"},
		{"method and variable", []string{"v := 1", "type T struct{}\nfunc (t T) M() int { return v }"}, "nb.ipynb[cell 2]:2: method M uses v of the cells"},
		{"method and closure", []string{"v := 1\nfunc f() int { return v }", "type T struct{}\nfunc (t T) M() int { return f() }"}, "nb.ipynb[cell 2]:2: method M uses f of the cells"},
		{"method and field", []string{"n := 1", "type T struct{ n int }\nfunc (t T) M() T { return T{n: t.n + 1} }"}, ""},
		{"type before", []string{"x := T{}", "type T struct{}"}, "nb.ipynb[cell 1]:1: T is declared in cell 2, after its use"},
		{"func before", []string{"func f() int { return g() }", "func g() int { return 1 }"}, "nb.ipynb[cell 1]:1: g is declared in cell 2, after its use"},
		{"func below", []string{"x := f()\nfunc f() int { return 1 }"}, "nb.ipynb[cell 1]:1: f is declared in line 2, after its use"},
		{"main", []string{"func main() {\n}"}, "nb.ipynb[cell 1]:1: func main is called by nobody"},
		{"var of a call", []string{"func f() (int, int) { return 1, 2 }", "var a, b = f()"}, "nb.ipynb[cell 2]:1: var of several names and one call"},
		{"declared again and held", []string{"x := 1", "f := func() int { return x }", "x := 2"}, "nb.ipynb[cell 3]:1: x is declared again, and what cell 2 keeps of it"},
		{"declared again and pointed to", []string{"x := 1", "p := &x", "var x = 2"}, "nb.ipynb[cell 3]:1: x is declared again, and what cell 2 keeps of it"},
		{"declared again as another type", []string{"x := 1", "f := func() int { return x }", "x := \"a\""}, ""},

		{"defer", []string{"x := 1\ndefer println(x)"}, "nb.ipynb[cell 1]:2: defer outside a func"},
		{"defer in a block", []string{"if true {\n\tdefer println(1)\n}"}, "nb.ipynb[cell 1]:2: defer outside a func"},
		{"return", []string{"x := 1\nif x > 2 {\n\treturn\n}"}, "nb.ipynb[cell 1]:3: return outside a func"},
		{"go", []string{"x := 1", "func f() {\n\tgo println(1)\n}"}, "nb.ipynb[cell 2]:2: a panic in a goroutine"},
		{"label", []string{"outer:\nfor {\n\tbreak outer\n}"}, "nb.ipynb[cell 1]:1: label outer at the top level"},
		{"goto", []string{"func f() {\nback:\n\tgoto back\n}"}, "nb.ipynb[cell 1]:3: goto"},
		{"label in a func", []string{"func f() {\nouter:\n\tfor {\n\t\tdefer println(1)\n\t\tbreak outer\n\t}\n}"}, ""},

		{"last Println", []string{`import "fmt"`, `fmt.Println("a")`}, "nb.ipynb[cell 2]:1: a cell that ends with fmt.Println(…) shows what it returns, 9 <nil>: assign it, _, _ = fmt.Println(…)"},
		{"last Printf", []string{`import "fmt"`, "x := 1\nfmt.Printf(\"%d\", x)"}, "nb.ipynb[cell 2]:2: a cell that ends with fmt.Printf(…)"},
		{"Println before", []string{`import "fmt"`, "fmt.Println(\"a\")\nx := 1"}, ""},
		{"last nil", []string{"x := 1\nnil"}, "nb.ipynb[cell 1]:2: a cell that ends with nil kills the kernel"},
		{"last element", []string{"m := map[string]int{\"a\": 1}\nm[\"a\"]"}, "nb.ipynb[cell 1]:2: an element of a map at the end"},
		{"last element of a slice", []string{"m := []int{1}\nm[0]"}, ""},
		{"last assertion", []string{"var v any = 1\nv.(int)"}, "nb.ipynb[cell 1]:2: an assertion at the end"},
		{"last receive", []string{"c := make(chan int, 1)\nc <- 1\n<-c"}, "nb.ipynb[cell 1]:3: a receive at the end"},
		{"last func", []string{"func f() {}\nf"}, "nb.ipynb[cell 1]:2: a cell that ends with a func"},

		{"assertion to an interface", []string{shape, "var v any = Square{1}\n_, ok := v.(Area)"}, "nb.ipynb[cell 2]:2: assertion to an interface of the notebook"},
		{"switch to an interface", []string{shape, "var v any = Square{1}\nswitch v.(type) {\ncase Square, Area:\n}"}, "nb.ipynb[cell 2]:3: assertion to an interface of the notebook"},
		{"interface within another", []string{shape, "type Named interface {\n\tArea\n\tName() string\n}"}, "nb.ipynb[cell 2]:2: an interface of the notebook within another"},
		{"interface as another", []string{shape, "type Sized interface{ Area() float64 }\nvar a Area = Square{2}\nvar s Sized = a"}, "nb.ipynb[cell 2]:3: Area, an interface of the notebook, as Sized"},
		{"interface as a compiled one", []string{"import \"fmt\"", "type S interface{ fmt.Stringer }\nvar a S\nfunc f() fmt.Stringer { return a }"}, "nb.ipynb[cell 2]:3: S, an interface of the notebook, as fmt.Stringer"},
		{"stored in a field", []string{"import \"fmt\"", stringer, "var x struct{ s fmt.Stringer }\nx.s = T{1}"}, "nb.ipynb[cell 3]:2: T, a type of the notebook, stored as fmt.Stringer"},
		{"appended", []string{"import \"fmt\"", stringer, "xs := []fmt.Stringer{T{1}}\nxs = append(xs, T{2})"}, "nb.ipynb[cell 3]:2: T, a type of the notebook, stored as fmt.Stringer"},
		{"interfaces that do", []string{"import \"fmt\"", stringer, shape, "xs := []fmt.Stringer{T{1}}\nxs = append(xs, fmt.Stringer(T{2}))\nvar a Area = Square{1}\n_, ok := a.(Square)\nvar v any = a\nys := []any{}\nys = append(ys, Square{2})\na.Area() + float64(len(xs))"}, ""},

		{"training without parameters", []string{"import (\n\"context\"\n\"euryale/train\"\n\"euryale/graph\"\n\"euryale/loaders\"\n)", "var net *graph.Network\nvar data *loaders.Dataset", "history, err := train.Fit(context.Background(), net, data, train.Config{})"}, "nb.ipynb[cell 3]:1: training in a notebook without a cell tagged parameters"},
		{"training with parameters", []string{"import (\n\"context\"\n\"euryale/train\"\n\"euryale/graph\"\n\"euryale/loaders\"\n)", "#parameters\nepochs := 1", "var net *graph.Network\nvar data *loaders.Dataset\nhistory, err := train.Fit(context.Background(), net, data, train.Config{Epochs: epochs})"}, ""},
		{"struct tag", []string{"type T struct {\n\ta int `json:\"a\"`\n}\nT{1}"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := c.Join(parsed(t, test.cells...))
			got := message(err)
			if test.want == "" && got != "" || !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}
