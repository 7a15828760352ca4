package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"euryale/notebooks/kernel/client"
)

// installed starts the kernel that KERNEL_DIR names, or builds one.
func installed(t *testing.T) *client.Kernel {
	t.Helper()
	dir, err := kernelDir(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := readSpec(dir)
	if err != nil {
		t.Skipf("%v: go run . install", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	k, err := client.Start(ctx, s.Argv)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

// cell runs a cell that must come to an end.
func cell(t *testing.T, k *client.Kernel, code string) *client.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := k.Run(ctx, code)
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return r
}

// alive fails unless the kernel still computes.
func alive(t *testing.T, k *client.Kernel) {
	t.Helper()
	if r := cell(t, k, "6 * 7"); r.Err != "" || r.Data["text/plain"] != "42" {
		t.Fatalf("6 * 7 is %v, error %q", r.Data, r.Err)
	}
}

const imports = `
import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"log"
	"os"
	"runtime"
	"strings"
	"time"
	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)
`

// What goes wrong in a cell is the cell's error, and says what.
func TestNothingEndsTheKernel(t *testing.T) {
	k := installed(t)
	if r := cell(t, k, imports); r.Err != "" {
		t.Fatal(r.Err)
	}
	for _, c := range []struct{ name, code, want string }{
		{"panic", `panic("broken")`, "broken"},
		{"panic with an error", `panic(errors.New("broken"))`, "broken"},
		{"nil map", `var m map[string]int; m["a"] = 1`, "nil map"},
		{"nil pointer", `var d *loaders.Dataset; d.Len()`, "nil pointer"},
		{"index", `s := []int{1}; i := 5; s[i]`, "out of range"},
		{"division", `zero := 0; 1 / zero`, "divide"},
		{"syntax", `x := := 3`, "expected"},
		{"unknown name", `notThere()`, "notThere"},
		{"unknown package", `import "no/such/package"`, "not in this kernel: [no/such/package]"},
		{"a package of a later Go", "import (\n\"fmt\"\n\"slices\"\n\"maps\"\n)", "not in this kernel: [maps slices]"},
		{"bare nil", `nil`, ""},
		{"nil error", `var nothing error; nothing`, ""},
		{"shapes that do not fit", `_, err := graph.New(graph.Config{Input: graph.Shape{1, 4, 4}}, graph.Conv2D{Filters: 2, Kernel: 7}); panic(err)`, "want an image of at least 7×7"},
		{"an unknown dataset", `_, _, err := loaders.Load(context.Background(), "cats", loaders.Options{}); panic(err)`, "cats"},
		{"Gorgonia's panic", `g := G.NewGraph(); G.Must(G.Mul(G.NewMatrix(g, tensor.Float32, G.WithShape(2, 3)), G.NewMatrix(g, tensor.Float32, G.WithShape(2, 3))))`, "shape"},
		{"tensor's panic", `tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1}))`, ""},
		{"deep recursion is refused by nobody else", `func again(n int) int { if n == 0 { return 0 }; return 1 + again(n-1) }; again(10000)`, ""},
		{"recursion without end", `func endless(n int) int { return 1 + endless(n+1) }; endless(0)`, "stack overflow"},
		{"calls after that", `func once(n int) int { return n + 1 }; once(again(5000))`, ""},
		{"the end of a program", `os.Exit(3)`, "os.Exit(3)"},
		{"a fatal log", `log.Fatalf("bad %d", 7)`, "bad 7"},
		{"the end of a goroutine", `runtime.Goexit()`, "Goexit"},
		{"what contains itself", `cs := []interface{}{nil}; cs[0] = cs; cs`, ""},
		{"a picture without bounds", `image.NewUniform(color.Black)`, ""},
		{"a network that is nil", `nothingMade, err := graph.New(graph.Config{}); nothingMade`, ""},
		{"a method of it", `nothingMade.Report()`, "look at the error"},
		{"a type that panics as it shows itself", "type bad struct{}\nfunc (bad) HTML() string { panic(\"no picture\") }\nbad{}", "no picture"},
		{"a goroutine's panic", `go func() { panic("elsewhere") }(); time.Sleep(100 * time.Millisecond)`, ""},
		{"a closed channel", `c := make(chan int); close(c); close(c)`, "closed"},
		{"special command", `%nonsense`, "unknown special command"},
		{"shell command", `$no-such-program`, "no-such-program"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := cell(t, k, c.code)
			if !strings.Contains(r.Err, c.want) || c.want != "" && r.Err == "" {
				t.Errorf("error %q, want one with %q", r.Err, c.want)
			}
			alive(t, k)
		})
	}
}

// interrupted runs a cell and interrupts it once it has printed something. How
// long it then took is the second result.
func interrupted(t *testing.T, k *client.Kernel, code string, interrupt func() error) (*client.Result, time.Duration) {
	t.Helper()
	at := make(chan time.Time, 1)
	var once sync.Once
	k.OnPrint(func(string) {
		once.Do(func() {
			go func() {
				time.Sleep(100 * time.Millisecond) // to be in the midst of it
				at <- time.Now()
				if err := interrupt(); err != nil {
					t.Error(err)
				}
			}()
		})
	})
	r := cell(t, k, code)
	k.OnPrint(nil)
	select {
	case began := <-at:
		return r, time.Since(began)
	default:
		t.Fatalf("%s: ended by itself: %+v", code, r)
		return nil, 0
	}
}

func TestInterrupt(t *testing.T) {
	k := installed(t)
	message := func() error { return k.Interrupt(t.Context()) }
	signal := func() error { return k.Signal(os.Interrupt) }
	for _, code := range []string{imports, `
ctx := context.Background()
training, _ := loaders.RenderedDigits(1, 2000, 0)
net, err := nets.New("simple", nets.Config{Seed: 1})
var history *train.History
`} {
		if r := cell(t, k, code); r.Err != "" {
			t.Fatal(r.Err)
		}
	}
	for _, c := range []struct {
		name, code string
		interrupt  func() error
		most       time.Duration
	}{
		{"training", `history, err = train.Fit(ctx, net, training, train.Config{Epochs: 100000})`, message, time.Second},
		{"training, by a signal", `history, err = train.Fit(ctx, net, training, train.Config{Epochs: 100000})`, signal, time.Second},
		{"training that goes on regardless", `for { history, err = train.Fit(ctx, net, training, train.Config{Epochs: 2}) }`, message, 4 * time.Second},
		{"a loop", `for {}`, message, time.Second},
		{"a loop that calls", "func f() {}\nfor { f() }", message, time.Second},
		{"a loop in a function", "func g() { for { } }\ng()", message, time.Second},
		{"compiled code last", `time.Sleep(2 * time.Second)`, message, 3 * time.Second},
		{"a channel that nobody serves", `ch := make(chan int); <-ch`, message, 7 * time.Second},
		{"a context with a deadline", `limited, cancel := context.WithTimeout(ctx, time.Hour); history, err = train.Fit(limited, net, training, train.Config{Epochs: 100000}); cancel()`, message, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, took := interrupted(t, k, "_, _ = fmt.Println(`begin`)\n"+c.code, c.interrupt)
			if !strings.HasPrefix(r.Err, "interrupted") {
				t.Errorf("error %q, want it interrupted", r.Err)
			}
			if took > c.most {
				t.Errorf("it ended after %v, want %v at most", took, c.most)
			}
			alive(t, k)
			if r := cell(t, k, `history, err = train.Fit(ctx, net, training, train.Config{}); len(history.Epochs)`); r.Err != "" || r.Data["text/plain"] != "1" {
				t.Errorf("training afterwards: %v, error %q", r.Data, r.Err)
			}
		})
	}
}

// What an interrupted training learned stays.
func TestInterruptKeepsTheWeights(t *testing.T) {
	k := installed(t)
	for _, code := range []string{imports, `
training, _ := loaders.RenderedDigits(1, 2000, 0)
net, err := nets.New("simple", nets.Config{Seed: 1})
`} {
		if r := cell(t, k, code); r.Err != "" {
			t.Fatal(r.Err)
		}
	}
	interrupted(t, k, `tell := train.CallbackFunc(func(e train.Event) error {
	if e.Kind == train.EpochEnd && e.Epoch == 3 {
		_, _ = fmt.Println("three epochs")
	}
	return nil
})
history, err := train.Fit(context.Background(), net, training, train.Config{Epochs: 100000, Callbacks: []train.Callback{tell}})`, func() error { return k.Interrupt(t.Context()) })
	r := cell(t, k, `
metrics, err2 := train.Evaluate(context.Background(), net, training, train.EvaluateConfig{})
_, _ = fmt.Println(metrics.Accuracy > 0.5, len(history.Epochs) >= 3, history.State.Steps >= 3*63, err)
`)
	if r.Err != "" || r.Stdout != "true true true context canceled\n" {
		t.Errorf("%q, error %q", r.Stdout, r.Err)
	}
}

// An interrupt without a cell is none.
func TestInterruptOfNothing(t *testing.T) {
	k := installed(t)
	for range 3 {
		if err := k.Interrupt(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	alive(t, k)
}

// Progress is one display, in which each epoch is a line in the end.
func TestProgress(t *testing.T) {
	k := installed(t)
	for _, code := range []string{imports, `
training, _ := loaders.RenderedDigits(1, 2000, 0)
net, err := nets.New("lesson", nets.Config{Seed: 1})
`} {
		if r := cell(t, k, code); r.Err != "" {
			t.Fatal(r.Err)
		}
	}
	r := cell(t, k, `
_, _ = fmt.Println("begin")
history, err := train.Fit(context.Background(), net, training, train.Config{Epochs: 3, Callbacks: []train.Callback{train.NewProgress(os.Stdout)}})
_, _ = fmt.Println("end")
`)
	if r.Err != "" || r.Stdout != "begin\n" || len(r.Displays) != 1 {
		t.Fatalf("error %q, printed %q, displays %q", r.Err, r.Stdout, r.Displays)
	}
	if r := cell(t, k, `_, _ = fmt.Fprint(os.Stderr, "\r1 of 2\r2 of 2\n")`); !slices.Equal(r.Displays, []string{"2 of 2"}) || r.Stderr != "" {
		t.Errorf("on the standard error: %q, displays %q", r.Stderr, r.Displays)
	}
	lines := strings.Split(r.Displays[0], "\n")
	if len(lines) != 4 || lines[3] != "end" {
		t.Fatalf("got %q", lines)
	}
	for i, line := range lines[:3] {
		if !strings.Contains(line, "loss") || !strings.HasPrefix(line, fmt.Sprintf("Epoch %d/3 ", i+1)) || strings.ContainsAny(line, "\r\x1b") {
			t.Errorf("epoch %d: %q", i+1, line)
		}
	}
}

// What has a form of its own is shown in it, also what a cell declares.
func TestShown(t *testing.T) {
	k := installed(t)
	if r := cell(t, k, imports+`
net, err := nets.New("lesson", nets.Config{Seed: 1})
`); r.Err != "" {
		t.Fatal(r.Err)
	}
	for _, c := range []struct{ code, kind, has string }{
		{`net.Report()`, "text/html", "conv2d_1"},
		{`net.Report()`, "text/plain", "Total params: 243,786"},
		{`net.Plan(graph.ProgramConfig{Batch: 32})`, "text/html", "Winograd"},
		{`net`, "image/svg+xml", "<svg"},
		{`net`, "text/plain", "graph.Conv2D{"},
		{`net.Inputs()[0].Shape`, "text/plain", "(1, 28, 28)"},
		{`image.NewGray(image.Rect(0, 0, 4, 4))`, "image/png", "iVBOR"},
		{`image.NewGray(image.Rect(0, 0, 4, 4))`, "text/plain", "image of 4×4"},
		{"type mine struct{ n int }\nfunc (m mine) HTML() string { return \"<b>own</b>\" }\nmine{3}", "text/html", "<b>own</b>"},
		{`nets.New("simple", nets.Config{Seed: 1})`, "image/svg+xml", "<svg"}, // and no error
		{`image.NewGray(image.Rect(0, 0, 0, 4))`, "text/plain", "image of 0×4"},
		{`fmt.Sscan("x")`, "text/plain", "0"},
		{"var none *graph.Network\nnone", "text/plain", "nil *graph.Network"},
		{"var none *graph.Report\nnone", "text/plain", "nil *graph.Report"},
	} {
		r := cell(t, k, c.code)
		if got, _ := r.Data[c.kind].(string); r.Err != "" || !strings.Contains(got, c.has) {
			t.Errorf("%s: error %q, %s is %.80q, want %q in it", c.code, r.Err, c.kind, got, c.has)
		}
	}
}

// What a layer, a callback or a source of the user's does wrong is an error too.
func TestFaultsOfTheUser(t *testing.T) {
	k := installed(t)
	for _, code := range []string{imports, `
training, _ := loaders.RenderedDigits(1, 200, 0)
`, `
type bad struct{ When string }
func (b bad) String() string { return "bad" }
func (b bad) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	if b.When == "build" {
		panic("broken here")
	}
	if b.When == "nothing" {
		return nil
	}
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		if b.When == "gorgonia" {
			panic("broken there")
		}
		return nil, fmt.Errorf("wrong here")
	}, x)
}
`, `
type badCallback struct{}
func (badCallback) On(e train.Event) error {
	if e.Kind == train.BatchEnd {
		panic("callback broken")
	}
	return nil
}
type badSource struct{}
func (badSource) Len() int { return 100 }
func (badSource) Fill(b *loaders.Batch, index []int) error { panic("source broken") }
`} {
		if r := cell(t, k, code); r.Err != "" {
			t.Fatal(r.Err)
		}
	}
	const build = `_, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}}, bad{"%"}, graph.Flatten{}, graph.Dense{Units: 10}); panic(err)`
	const fit = `net, err := nets.New("simple", nets.Config{}); _, err = train.Fit(context.Background(), net, %); panic(err)`
	for _, c := range []struct{ code, want string }{
		{strings.ReplaceAll(build, "%", "build"), "broken here"},
		{strings.ReplaceAll(build, "%", "nothing"), "bad"},
		{strings.ReplaceAll(build, "%", "gorgonia"), "broken there"},
		{strings.ReplaceAll(build, "%", "error"), "wrong here"},
		{strings.ReplaceAll(fit, "%", "training, train.Config{Callbacks: []train.Callback{badCallback{}}}"), "callback broken"},
		{strings.ReplaceAll(fit, "%", "badSource{}, train.Config{}"), "source broken"},
		{strings.ReplaceAll(fit, "%", "nil, train.Config{}"), "nil"},
		{strings.ReplaceAll(fit, "%", "training, train.Config{Optimizer: train.Adam{LearningRate: -1}}"), "LearningRate"},
	} {
		r := cell(t, k, c.code)
		if !strings.Contains(r.Err, c.want) {
			t.Errorf("%s: error %q, want one with %q", c.code, r.Err, c.want)
		}
		alive(t, k)
	}
}

// What a cell makes of os.Stdout serves the next one too.
func TestOutputIsOneFile(t *testing.T) {
	k := installed(t)
	for _, code := range []string{imports, `
out := os.Stdout
logger := log.New(os.Stdout, "log: ", 0)
`} {
		if r := cell(t, k, code); r.Err != "" {
			t.Fatal(r.Err)
		}
	}
	for i := range 3 {
		r := cell(t, k, `
_, err := fmt.Fprintln(out, "kept")
logger.Print("too")
_, _ = fmt.Println(err)
`)
		if want := "kept\nlog: too\n<nil>\n"; r.Err != "" || r.Stdout != want {
			t.Errorf("cell %d: error %q, printed %q, want %q", i, r.Err, r.Stdout, want)
		}
	}
	for _, code := range []string{"os.Stdout.Close()", "os.Stdout = nil", "os.Stdout, os.Stderr = os.Stderr, nil"} {
		if r := cell(t, k, code); r.Err != "" {
			t.Errorf("%s: %s", code, r.Err)
		}
		if r := cell(t, k, `_, _ = fmt.Print("again")`); r.Err != "" || r.Stdout != "again" {
			t.Errorf("after %s: error %q, printed %q", code, r.Err, r.Stdout)
		}
	}
	if r := cell(t, k, `for i := 0; i < 200000; i++ { fmt.Println(i) }`); r.Err != "" || strings.Count(r.Stdout, "\n") != 200000 {
		t.Errorf("error %q, %d lines, want 200000", r.Err, strings.Count(r.Stdout, "\n"))
	}
}

// Cells that wait behind one that fails do not run; those sent later do.
func TestCellsBehindAnError(t *testing.T) {
	k := installed(t)
	for _, code := range []string{imports + "n := 0", `time.Sleep(300 * time.Millisecond); panic("no")`, "n++", "n++"} {
		if err := k.Queue(code); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Second)
	if r := cell(t, k, "n"); r.Err != "" || r.Data["text/plain"] != "0" {
		t.Errorf("n is %v, error %q, want 0", r.Data, r.Err)
	}
}

func TestGarbage(t *testing.T) {
	k := installed(t)
	for _, frames := range [][]string{{""}, {"a", "b"}, {"<IDS|MSG>"}, {"<IDS|MSG>", "sig", "{}"}, {"<IDS|MSG>", "sig", "{}", "{}", "{}", "{}"}} {
		var raw [][]byte
		for _, f := range frames {
			raw = append(raw, []byte(f))
		}
		if err := k.Garbage(raw...); err != nil {
			t.Fatal(err)
		}
		alive(t, k)
	}
}
