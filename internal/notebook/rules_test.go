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
		{"element of an array added to", []string{"labels := []uint8{1}\nvar n [4]int\nn[labels[0]] += 2"}, "nb.ipynb[cell 1]:3: an index of type uint8"},
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
		{"fmt and a field", []string{`import "fmt"`, stringer, "type S struct{ F []T }\n_ = fmt.Sprint(&S{})"}, "nb.ipynb[cell 3]:2: fmt.Sprint does not see the method String of a field of *S"},
		{"fmt and an interface", []string{`import "fmt"`, stringer, "var s fmt.Stringer = T{1}\n_ = fmt.Sprint(1, s)"}, "nb.ipynb[cell 3]:2: fmt.Sprint does not see the method String where this fmt.Stringer is of a type of the notebook"},
		{"fmt and a func", []string{`import "fmt"`, stringer, "func show(v interface{}) { _, _ = fmt.Println(v) }\nshow(T{1})"}, "nb.ipynb[cell 3]:2: show prints this, and does not see the method String of T"},
		{"fmt and a closure", []string{`import "fmt"`, stringer, "n := 1\nfunc show(v ...interface{}) { n++; _, _ = fmt.Println(v...) }\nshow(1, T{1})"}, "nb.ipynb[cell 3]:3: show prints this"},
		{"fmt and a slice of any", []string{`import "fmt"`, stringer, "xs := []interface{}{1, T{1}}\n_, _ = fmt.Println(xs...)"}, "nb.ipynb[cell 3]:1: T as interface{}, of which nothing that prints it sees the method String"},
		{"fmt and what does", []string{`import "fmt"`, stringer, "type S struct{ f T }\nfunc name(v interface{}) string { return v.(T).String() }\n_, _ = fmt.Println(S{}, name(T{1}), &struct{ A int }{1})"}, ""},
		{"fmt and a name", []string{`import "fmt"`, "type N int\n_ = fmt.Sprintf(\"%d %T\", 1, N(1))"}, "nb.ipynb[cell 2]:2: %T spells N"},
		{"fmt and Go", []string{`import "fmt"`, "type N struct{ A int }\n_ = fmt.Sprintf(\"%*d %#v\", 2, 1, []N{{1}})"}, "nb.ipynb[cell 2]:2: %#v spells []N"},
		{"fmt and fields", []string{`import "fmt"`, "_ = fmt.Sprintf(\"%+v\", struct{ a int }{1})"}, "nb.ipynb[cell 2]:1: %+v spells unexported and embedded fields"},
		{"json", []string{`import "encoding/json"`, "type N struct{ a, B int }\nb, err := json.Marshal([]N{{1, 2}})"}, "nb.ipynb[cell 2]:2: json.Marshal sees unexported and embedded fields"},
		{"verbs that do", []string{"import (\n\"fmt\"\n\"encoding/json\"\n)", "type N struct{ A, B int }\nb, err := json.Marshal(N{1, 2})\n_ = fmt.Sprintf(\"%T %+v %v 100%% %d\", 1, N{1, 2}, struct{ a int }{1}, 2)"}, ""},
		{"shown String", []string{stringer, "T{1}"}, "nb.ipynb[cell 2]:1: the kernel does not see the method String of T"},
		{"error of the notebook", []string{failure, "func f() error { return E{} }"}, "nb.ipynb[cell 2]:1: E, a type of the notebook, as an error"},
		{"errors.Is", []string{`import "errors"`, failure, "ok := errors.Is(nil, E{})"}, "nb.ipynb[cell 3]:1: E, a type of the notebook, as an error"},
		{"errors.As", []string{`import "errors"`, failure, "var e E\nok := errors.As(nil, &e)"}, "nb.ipynb[cell 3]:2: errors.As to E"},

		{"type and methods apart", []string{"type T struct{}", "x := 1\nfunc (t T) M() {}", "T{}.M()"}, ""},
		{"method in a later cell", []string{"type T struct{}", "T{}.M()", "func (t T) M() {}"}, "nb.ipynb[cell 2]:1: method M is declared in cell 3, after its use"},
		{"interface before its method", []string{"import \"fmt\"\ntype T struct{}", "var s fmt.Stringer = T{}", "func (T) String() string { return \"T\" }"}, "nb.ipynb[cell 2]:1: method String is declared in cell 3"},
		{"method of a method below", []string{"type T struct{}\nfunc (t T) A() int { return t.B() }\nfunc (t T) B() int { return 1 }"}, "nb.ipynb[cell 1]:2: the kernel reads this before method B"},
		{"func of a method below", []string{"type T struct{}\nfunc f() int { return T{}.B() }\nfunc (t T) B() int { return 1 }"}, "nb.ipynb[cell 1]:2: the kernel reads this before method B"},
		{"statement of a method below", []string{"type T struct{}\nx := T{}.B()\nfunc (t T) B() int { return 1 }"}, "nb.ipynb[cell 1]:2: method B is declared in line 3"},
		{"interface of a method below", []string{"import \"fmt\"\ntype T struct{}\nfunc f() fmt.Stringer { return T{} }\nfunc (t T) String() string { return \"\" }"}, "nb.ipynb[cell 1]:3: the kernel reads this before method String"},
		{"method that waits", []string{"type T struct{}\nfunc (t T) A() int { return f() }\nfunc (t T) B() int { return t.A() }\nfunc f() int { return 1 }"}, "nb.ipynb[cell 1]:3: the kernel reads this before method A"},
		{"method and func of each other", []string{"type T struct{}\nfunc (t T) A() int { return f(t) }\nfunc f(t T) int { return t.A() }"}, "nb.ipynb[cell 1]:3: the kernel reads this before method A"},
		{"methods that do", []string{"type T struct{ n int }\nfunc (t T) N() int { return t.n }\nfunc (t T) M() int { return f(t) }\nfunc f(t T) int { return t.N() + 1 }\nfunc (t T) R() int { if t.n == 0 { return 0 }; return T{t.n - 1}.R() }\nT{3}.M()"}, ""},
		{"struct that embeds", []string{"import \"time\"\ntype T struct{ time.Duration }\nfunc (t T) M() int { return 1 }\nT{}.M()"}, "nb.ipynb[cell 1]:4: method M of a struct that embeds a type with methods"},
		{"struct that embeds, next cell", []string{"import \"time\"\ntype T struct{ time.Duration }\nfunc (t T) M() int { return 1 }", "T{}.M()"}, ""},
		{"struct that embeds none", []string{"type E struct{ n int }\ntype T struct{ E }\nfunc (t T) M() int { return 1 }\nT{}.M()"}, ""},
		{"funcs of each other", []string{"func even(n int) bool { return n == 0 || odd(n-1) }\nfunc odd(n int) bool { return n != 0 && even(n-1) }"}, "nb.ipynb[cell 1]:1: func even and odd call each other"},
		{"funcs in a circle", []string{"func a() int { return b() }\nfunc b() int { return c() }\nfunc c() int { return a() }"}, "nb.ipynb[cell 1]:1: func a and "},
		{"funcs that do", []string{"func a(n int) int { if n == 0 { return 0 }; return a(n-1) + b() }\nfunc b() int { return c }\nconst c = 3", "a(3)"}, ""},
		{"func by a variable", []string{"var even func(int) bool\nfunc odd(n int) bool { return n != 0 && even(n-1) }\neven = func(n int) bool { return n == 0 || odd(n-1) }"}, ""},

		{"method of a type in itself", []string{"type nd struct{ v int; l *nd }\nfunc (n nd) get() int { return n.v }"}, "nb.ipynb[cell 1]:2: method get of nd, a type that contains itself"},
		{"method of a type in a slice of itself", []string{"type nd struct{ v int; kids []*nd }", "func (n *nd) get() int { return n.v }"}, "nb.ipynb[cell 2]:1: method get of nd"},
		{"method of a type in a map of itself", []string{"type nd struct{ v int; kids map[string]nd }\nfunc (n *nd) get() int { return n.v }"}, "nb.ipynb[cell 1]:2: method get of nd"},
		{"method of a slice of itself", []string{"type l []l\nfunc (x l) n() int { return len(x) }"}, "nb.ipynb[cell 1]:2: method n of l"},
		{"types in each other", []string{"type A struct{ b *B }\ntype B struct{ a *A }"}, "nb.ipynb[cell 1]:1: A and B contain each other"},
		{"func in a type of itself", []string{"type f struct{ f func(*f) int }"}, "nb.ipynb[cell 1]:1: f has a func with f in it"},
		{"interface of itself", []string{"type in interface{ sub() in }"}, "nb.ipynb[cell 1]:1: the methods of interface in mention it"},
		{"struct of a type in itself", []string{"type nd struct{ v int; l *nd }", "type T struct{ n []*nd }"}, "nb.ipynb[cell 2]:1: nd contains itself, and the kernel cannot put it in a struct"},
		{"array of a type in itself", []string{"type nd struct{ v int; l *nd }", "var x [3]*nd"}, "nb.ipynb[cell 2]:1: nd contains itself"},
		{"types in themselves that do", []string{"type nd struct{ v int; l *nd }\ntype T struct{ n nd }\nfunc (t T) get() int { return t.n.v }\nfunc sum(n *nd) int { if n == nil { return 0 }; return n.v + sum(n.l) }\nvar xs []*nd\nxs = append(xs, &nd{1, nil})\nsum(xs[0]) + T{nd{1, nil}}.get()"}, ""},

		{"element as an argument", []string{"import \"strconv\"\nm := map[string]int{}\nx := strconv.Itoa(m[\"a\"])"}, "nb.ipynb[cell 1]:3: an element of a map as the only argument"},
		{"element as one of many", []string{"import \"fmt\"\nm := map[string]int{}\nx := fmt.Sprint((m[\"a\"]))"}, "nb.ipynb[cell 1]:3: an element of a map as the only argument"},
		{"elements as arguments", []string{"import \"fmt\"\nm := map[string][]any{}\nx := fmt.Sprint(m[\"a\"]...)"}, "nb.ipynb[cell 1]:3: an element of a map as the only argument"},
		{"assertion as an argument", []string{"var v any = 1\nf := func(int) {}\nf(v.(int))"}, "nb.ipynb[cell 1]:3: an assertion as the only argument"},
		{"receive as an argument", []string{"c := make(chan int, 1)\nf := func(int) {}\nf(<-c)"}, "nb.ipynb[cell 1]:3: a receive as the only argument"},
		{"arguments that do", []string{"import \"fmt\"\nm := map[string]int{\"a\": 1}\nxs := []int{1}\nf := func(x int) int { return m[\"a\"] }\n_ = fmt.Sprint(m[\"a\"], m[\"a\"])\n_ = f(m[\"a\"] + 1)\n_ = f(xs[0])\n_ = float64(m[\"a\"])\nprintln(m[\"a\"])"}, ""},

		{"method of a value without a call", []string{stringer, "v := T{1}\nf := v.String"}, "nb.ipynb[cell 2]:2: method String without a call"},
		{"promoted method without a call", []string{stringer, "type O struct{ T }", "f := (&O{}).String"}, "nb.ipynb[cell 3]:1: method String without a call"},
		{"method of a pointer that changes", []string{"type T struct{}\nfunc (t *T) M() int { return 1 }\np := &T{}\nf := p.M\np = &T{}"}, "nb.ipynb[cell 1]:4: method M without a call takes in the kernel what p is when it is called"},
		{"method of a pointer in a loop", []string{"type T struct{}\nfunc (t *T) M() int { return 1 }\nfs := []func() int{}\nfor _, p := range []*T{{}} {\n\tfs = append(fs, p.M)\n}"}, "nb.ipynb[cell 1]:5: method M without a call"},
		{"methods without a call that do", []string{"import \"time\"\ntype T struct{}\nfunc (t *T) M() int { return 1 }\np := &T{}\nvar v T\nd := time.Duration(1)\nd = 2\nfs := []func() int{p.M, v.M}\ng := d.String\n(p.M)()"}, ""},
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
		{"go", []string{"done := make(chan bool)\nfunc f() {\n\tgo func() { done <- true }()\n}\nf()"}, ""},
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
		{"number as an interface", []string{"import \"fmt\"", "type N int\nfunc (n N) String() string { return \"\" }\nvar s fmt.Stringer = N(1)"}, "nb.ipynb[cell 2]:3: N, a type of the notebook made of int, as fmt.Stringer"},
		{"number as one of many", []string{"import \"fmt\"", "type N int\nfunc (n N) String() string { return \"\" }\ns := []fmt.Stringer{N(1)}"}, "nb.ipynb[cell 2]:3: N, a type of the notebook made of int"},
		{"number as an interface of the notebook", []string{"type S interface{ String() string }\ntype N int\nfunc (n N) String() string { return \"\" }\nvar s S = N(1)"}, "nb.ipynb[cell 1]:4: N, a type of the notebook made of int, as S"},
		{"pointer as an interface", []string{"import \"fmt\"", stringer, "var s fmt.Stringer = &T{1}"}, "nb.ipynb[cell 3]:1: *T as fmt.Stringer, whose method String is of the value"},
		{"embedded pointer as an interface", []string{"import \"fmt\"", "type P struct{}\nfunc (p *P) String() string { return \"P\" }\ntype E struct{ *P }\nvar s fmt.Stringer = E{&P{}}"}, "nb.ipynb[cell 2]:4: E as fmt.Stringer, whose method String is of an embedded pointer"},
		{"embedded interface as an interface", []string{"import \"fmt\"", "type E struct{ fmt.Stringer }\nvar s fmt.Stringer = E{}"}, "nb.ipynb[cell 2]:2: E as fmt.Stringer, whose method String is of an embedded interface"},
		{"pointers that do", []string{"import \"fmt\"", stringer, "type S interface{ String() string }\ntype P struct{}\nfunc (p *P) String() string { return \"P\" }\nvar s S = &T{1}\nvar p fmt.Stringer = &P{}"}, ""},
		{"switch of alike", []string{"type N struct{ n int }\ntype M struct{ n int }\nvar v any = N{1}\nswitch v.(type) {\ncase N:\ncase M:\n}"}, "nb.ipynb[cell 1]:6: N and M are made of the same"},
		{"switch of number and number", []string{"type N float64\nvar v any = N(1)\nswitch v.(type) {\ncase float64, N:\n}"}, "nb.ipynb[cell 1]:4: float64 and N are made of the same"},
		{"switch that does", []string{"type N struct{ n int }\ntype M struct{ m int }\nvar v any = N{1}\nswitch v.(type) {\ncase nil, int, N, *N, M:\n}"}, ""},
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
