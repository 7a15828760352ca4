package notebook_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"euryale/internal/notebook"
)

// root is that of the module.
const root = "../.."

// parsed makes a notebook of code cells. A cell that begins with "#parameters"
// is tagged so.
func parsed(t testing.TB, cells ...string) *notebook.Notebook {
	t.Helper()
	file := map[string]any{"nbformat": 4, "metadata": map[string]any{"kernelspec": map[string]any{"name": "euryale"}}}
	list := []any{map[string]any{"cell_type": "markdown", "source": "# A heading"}}
	for _, c := range cells {
		tags := []string{}
		if rest, ok := strings.CutPrefix(c, "#parameters\n"); ok {
			c, tags = rest, []string{"parameters"}
		}
		list = append(list, map[string]any{
			"cell_type": "code", "source": strings.SplitAfter(c, "\n"), "metadata": map[string]any{"tags": tags},
			"outputs": []any{}, "execution_count": nil,
		})
	}
	file["cells"] = list
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	n, err := notebook.Parse("nb.ipynb", data)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// packages are those that the cells of these tests import.
const packages = `import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
)`

// checker is one for all tests: to load the packages is what takes time.
func checker(t testing.TB) *notebook.Checker {
	t.Helper()
	c, err := notebook.NewChecker(root, parsed(t, packages))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// run joins the cells and returns what they print.
func run(t *testing.T, c *notebook.Checker, cells ...string) (string, error) {
	t.Helper()
	p, err := c.Join(parsed(t, cells...))
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := p.Run(ctx, root)
	return string(out), err
}

// The cells of one notebook that does all that differs between cells and a
// program.
var good = []string{
	"import (\n\t\"fmt\"\n\t\"strings\" // not used\n)\nimport txt \"bytes\"",
	"import \"errors\"\n\nx := 1\nfunc double() int { return 2 * x }\nx = 2\ndouble()",
	"const (\n\ttwo = iota + 2\n\tthree\n)\nfunc even(n int) bool { return n == 0 || !even(n-1) }\nfunc odd(n int) bool { return !even(n) }\neven(two) && odd(three)",
	"// Shape is one with a method that uses a func of the cells.\ntype Shape struct{ n int }\n\nfunc (s Shape) Even() bool { return even(s.n) }\n\nfunc (s *Shape) Grow() { s.n++ }\nfunc make2() Shape { return Shape{n: 2} }",
	"s := make2()\ns.Grow()\n_, _ = fmt.Println(s.Even(), s.n)",
	"a, err := 1, errors.New(\"one\")",
	"a, err := \"again\", error(nil)\nb, err := a + \"!\", err\n_, _ = fmt.Println(a, b, err)",
	"k := 2",
	"k := k + 1 // of the cell before\nvar f = func() int { return k }\n_, _ = fmt.Printf(\"%d %d %d\\n\", k, double(), f())",
	"func twice(v int) (w int) {\n\tdefer func() { w *= 2 }()\n\treturn v + x\n}\nraw := `a\nb`",
	"for i := 0; i < 2; i++ {\n\tfunc() { x += i }()\n}\nif y := twice(1); y > 2 {\n\t_, _ = fmt.Println(x, y, txt.Contains([]byte(\"ab\"), []byte(\"a\")))\n}",
	"double := func() string { return \"shadowed\" }\n_, _ = fmt.Println(double())",
	"func() { _, _ = fmt.Println(\"literal\") }()",
	"func ping(n int) bool {\n\treturn n > k && !pong(n-1)\n}\nfunc pong(n int) bool { return n > k }\n_, _ = fmt.Println(ping(4), ping(5))",
	"func quiet() {}\nquiet()",
	"[]int{1, 2}",
	"",
	"// only a comment",
}

func TestJoinedRuns(t *testing.T) {
	got, err := run(t, checker(t), good...)
	if err != nil {
		t.Fatal(err)
	}
	want := "false 3\nagain again! <nil>\n3 4 3\n3 8 true\nshadowed\nliteral\ntrue false\n"
	if got != want {
		t.Errorf("joined cells print\n%s\nwant\n%s", got, want)
	}
}

func TestShown(t *testing.T) {
	c := checker(t)
	const types = `type A struct{ text string }
func (a A) HTML() string { return a.text }
type B struct{ data []byte }
func (b B) PNG() []byte { return b.data }
type C struct{}
func (c C) SVG() string { return "" }`
	for _, test := range []struct{ name, cell, want string }{
		{"html", `A{"<b>"}`, ""},
		{"empty html", `A{}`, "nb.ipynb[cell 3]: the value it ends with is shown as HTML: nothing"},
		{"empty svg", `C{}`, "nb.ipynb[cell 3]: the value it ends with is shown as SVG: nothing"},
		{"empty png", `B{}`, "nb.ipynb[cell 3]: the value it ends with is shown as PNG: nothing"},
		{"empty text", `""`, "nb.ipynb[cell 3]: the value it ends with is shown as text: nothing"},
		{"large image", `image.NewGray(image.Rect(0, 0, 1000, 1000))`, ""},
		{"empty image", `image.NewGray(image.Rect(0, 0, 0, 3))`, "nb.ipynb[cell 3]: the value it ends with is shown as image: nothing"},
		{"image", `image.NewGray(image.Rect(0, 0, 300, 300))`, ""},
		{"long", `strings.Repeat("ab", 50001)`, "nb.ipynb[cell 3]: the value it ends with is shown as text: 100002 bytes, want at most 100,000"},
		{"nil error", "var err error\nerr", ""},
		{"two values", "func two() (int, string) { return 1, \"\" }\ntwo()", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := run(t, c, `import ("strings"; "image")`, types, test.cell)
			if got := message(err); got != test.want {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Errors bear notebook, cell and line, whoever finds them.
func TestPlaces(t *testing.T) {
	c := checker(t)
	for _, test := range []struct {
		name  string
		cells []string
		want  string
	}{
		{"syntax", []string{"x := 1", "y := 2\nif y {{"}, "nb.ipynb[cell 2]:2: "},
		{"syntax of a func", []string{"x := 1", "y := 2\nfunc f( {\n}"}, "nb.ipynb[cell 2]:2: "},
		{"types", []string{"x := 1", "y := 2\ny = \"a\""}, `nb.ipynb[cell 2]:2: cannot use "a" (untyped string constant) as int value in assignment`},
		{"types of a func", []string{"x := 1", "x = 2\nfunc f() int {\n\treturn \"a\"\n}"}, `nb.ipynb[cell 2]:3: cannot use "a"`},
		{"types of a closure", []string{"x := 1", "x = 2\nfunc f() int {\n\t_ = x\n\treturn \"a\"\n}"}, `nb.ipynb[cell 2]:4: cannot use "a"`},
		{"types of a signature", []string{"x := 1", "x = 2\nfunc f() missing {\n\treturn x\n}"}, `nb.ipynb[cell 2]:2: undefined: missing`},
		{"types of a method", []string{"x := 1", "type T struct{}\nfunc (t T) M() int {\n\treturn \"a\"\n}"}, `nb.ipynb[cell 2]:3: cannot use "a"`},
		{"types of the last", []string{"x := 1", "x = 2\n\nx + missing"}, `nb.ipynb[cell 2]:3: undefined: missing`},
		{"panic", []string{"x := []int{1}", "y := 3\n\n_ = x[y]"}, "nb.ipynb[cell 2]:3: panic: runtime error: index out of range [3] with length 1"},
		{"panic of a func", []string{"x := []int{1}\nfunc f(i int) int {\n\treturn x[i]\n}", "f(3)"}, "nb.ipynb[cell 1]:3: panic: runtime error: index out of range [3] with length 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := run(t, c, test.cells...)
			if got := message(err); !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// What go/types does not find, the compiler tells with the same places.
func TestCompileErrors(t *testing.T) {
	p, err := checker(t).Join(parsed(t, "x := 1", "y := 2\ny++"))
	if err != nil {
		t.Fatal(err)
	}
	p.Source = strings.Replace(p.Source, "y++", "y = \"a\"", 1)
	_, err = p.Run(t.Context(), root)
	want := `nb.ipynb[cell 2]:2: cannot use "a" (untyped string constant) as int value in assignment`
	if got := message(err); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// The program finds a machine without datasets, home and network, as in a
// kernel.
func TestEnvironment(t *testing.T) {
	t.Setenv("EURYALE_DATA", t.TempDir())
	t.Setenv("HTTPS_PROXY", "http://proxy")
	got, err := run(t, checker(t), "import (\n\"fmt\"\n\"os\"\n\"path/filepath\"\n)", `data := os.Getenv("EURYALE_DATA")
cache, _ := os.UserCacheDir()
home, _ := os.UserHomeDir()
files, _ := filepath.Glob(home + "/*")
_, _ = fmt.Println(data == "", cache == home, len(files), os.Getenv("HTTPS_PROXY"), os.Getenv("JPY_PARENT_PID"))`)
	if want := "true true 0 http://127.0.0.1:9 1\n"; got != want || err != nil {
		t.Errorf("prints %q, %v; want %q", got, err, want)
	}
}

// Models beside a notebook are there for its program, and nothing else is.
func TestModels(t *testing.T) {
	dir := t.TempDir()
	source := `{"nbformat": 4, "cells": [{"cell_type": "code", "source": "import (\n\"fmt\"\n\"path/filepath\"\n\"io/ioutil\"\n)\nfiles, _ := filepath.Glob(\"*\")\ntext, err := ioutil.ReadFile(\"net.onnx\")\n_, _ = fmt.Println(files, string(text), err)"}]}`
	for name, text := range map[string]string{"nb.ipynb": source, "net.onnx": "a model", "net.safetensors": "saved"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n, err := notebook.Read(filepath.Join(dir, "nb.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := checker(t).Join(n)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Run(t.Context(), root)
	if want := "[net.onnx] a model <nil>\n"; string(got) != want || err != nil {
		t.Errorf("prints %q, %v; want %q", got, err, want)
	}
}

func TestTimeout(t *testing.T) {
	p, err := checker(t).Join(parsed(t, "for {\n}"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := p.Run(ctx, root); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("a program without end: %v, want the context's error", err)
	}
}

func TestParameters(t *testing.T) {
	n := parsed(t, `import "fmt"`, "#parameters\n// epochs: passes\nepochs, samples := 10, 2000\nvar rate = -0.5\nname := \"long\"", "_, _ = fmt.Println(epochs, samples, rate, name)")
	n, err := n.With(map[string]string{"epochs": "1", "rate": "0.25", "name": `"short"`, "unknown": "3"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := checker(t).Join(n)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Run(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(out), "1 2000 0.25 short\n"; got != want {
		t.Errorf("prints %q, want %q", got, want)
	}
	for _, test := range []struct {
		cells []string
		want  string
	}{
		{[]string{"#parameters\na := 1", "#parameters\nb := 1"}, "nb.ipynb[cell 2]: tagged parameters as cell 1 is"},
		{[]string{"#parameters\na := 1\nb := a"}, "nb.ipynb[cell 1]:2: a cell tagged parameters holds assignments of literals only"},
		{[]string{"#parameters\na := 1\nprintln(a)"}, "nb.ipynb[cell 1]:2: a cell tagged parameters holds assignments of literals only"},
	} {
		if _, err := parsed(t, test.cells...).With(nil); !strings.HasPrefix(message(err), test.want) {
			t.Errorf("With: %v\nwant %s", err, test.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ data, want string }{
		{`{"nbformat": 3}`, "a.ipynb: want nbformat 4, got 3"},
		{`{"nbformat": 4, "cells": [{"source": 3}]}`, "a.ipynb: want a string or a list of strings"},
		{`{`, "a.ipynb: unexpected end of JSON input"},
	} {
		if _, err := notebook.Parse("a.ipynb", []byte(test.data)); message(err) != test.want {
			t.Errorf("Parse: %v, want %s", err, test.want)
		}
	}
}
