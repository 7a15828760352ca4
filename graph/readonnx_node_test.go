package graph

import (
	"fmt"
	"math"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/pkg/errors"

	"euryale/internal/onnx"
	"euryale/internal/onnx/onnxtest"
)

// TestONNXNodes runs the tests that the Python package onnx publishes, of operators
// and of small networks. Each is in testdata/onnxnodes.txt: it passes, or is left out
// for the reason told: no float32 numbers in it, 3-D images, weights that are
// computed. One that passes and is told not to is red, too.
func TestONNXNodes(t *testing.T) {
	const path = "testdata/onnxnodes.txt"
	var lines []string
	count := map[string]int{}
	for _, c := range onnxtest.Load(t) {
		if c.Left != "" { // training, another type, an operator that is not in the list
			count["left out"]++
			continue
		}
		state, kind := "pass", "pass"
		if err := judge(c); err != nil {
			kind = "unsupported"
			state = fmt.Sprintf("unsupported: %.120s", err)
			var wrong *wrongResult
			if errors.As(err, &wrong) {
				kind = "wrong"
				state = err.Error()
			}
		}
		count[kind]++
		lines = append(lines, fmt.Sprintf("%s/%s: %s\n", c.Kind, c.Name, state))
	}
	sort.Strings(lines)
	t.Logf("%d cases of operators in the list: %v", len(lines), count)
	if count["wrong"] > 0 {
		t.Errorf("%d are wrong", count["wrong"])
	}
	got := strings.Join(lines, "")
	if os.Getenv("EURYALE_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, line := range strings.SplitAfter(string(want), "\n") {
		known[line] = true
	}
	for _, line := range lines {
		if !known[line] {
			t.Error(strings.TrimSpace(line))
		}
	}
}

// wrongResult is the error of a network that computes something else.
type wrongResult struct{ what string }

func (w *wrongResult) Error() string { return "WRONG: " + w.what }

// judge reads a case and runs it, with as many of its inputs as can be left open:
// all, or one. The others are constants, as weights are.
func judge(c *onnxtest.Case) error {
	parameters := c.Parameters()
	var open []string
	for _, in := range c.Model.Inputs {
		if !parameters[in.Name] {
			open = append(open, in.Name)
		}
	}
	tries := []func(name string) bool{func(name string) bool { return parameters[name] }}
	if len(open) > 1 {
		for _, one := range open {
			tries = append(tries, func(name string) bool { return name != one })
		}
	}
	var all []string
	for _, constant := range tries {
		err := runCase(c, c.Bind(constant))
		var wrong *wrongResult
		if err == nil || errors.As(err, &wrong) {
			return err
		}
		all = append(all, err.Error())
	}
	return errors.New(strings.Join(slices.Compact(all), " | "))
}

func runCase(c *onnxtest.Case, m *onnx.Model) error {
	if len(m.Inputs) == 0 {
		return foldedCase(c, m)
	}
	net, err := ONNXConfig{}.network(m)
	if err != nil {
		return err
	}
	inputs := map[string]*onnx.Tensor{}
	for i, in := range c.Model.Inputs {
		inputs[in.Name] = c.Inputs[i]
	}
	batch := inputs[net.Inputs()[0].Name].Len() / net.Inputs()[0].Shape.TotalSize()
	for _, engine := range []Engine{Fused, Gorgonia} {
		if err := runOn(c, net, engine, batch, inputs); err != nil {
			return errors.WithMessage(err, engine.String())
		}
	}
	return nil
}

func runOn(c *onnxtest.Case, net *Network, engine Engine, batch int, inputs map[string]*onnx.Tensor) error {
	on := *net
	on.config.Engine = engine
	p, err := on.Compile(ProgramConfig{Batch: batch})
	if err != nil {
		return &wrongResult{err.Error()}
	}
	defer p.Close()
	for i, in := range net.Inputs() {
		x, err := inputs[in.Name].Float32s()
		if err != nil {
			return err
		}
		if err := p.SetInput(i, x); err != nil {
			return &wrongResult{err.Error()}
		}
	}
	if err := p.Run(); err != nil {
		return &wrongResult{err.Error()}
	}
	for i, want := range c.Outputs {
		if err := compareCase(c, p.Outputs[i].Data().([]float32), want); err != nil {
			return errors.WithMessagef(err, "output %d", i+1)
		}
	}
	return nil
}

func compareCase(c *onnxtest.Case, got []float32, want *onnx.Tensor) error {
	if len(got) != want.Len() {
		return &wrongResult{fmt.Sprintf("want %v, got %d numbers", want, len(got))}
	}
	values, err := want.Float32s()
	if err != nil {
		whole, err := want.Int64s()
		if err != nil {
			return err
		}
		for _, v := range whole {
			values = append(values, float32(v))
		}
	}
	for i, w := range values {
		g, w := float64(got[i]), float64(w)
		if math.IsNaN(g) && math.IsNaN(w) || g == w {
			continue
		}
		if !(math.Abs(g-w) <= c.ATol+c.RTol*math.Abs(w)) {
			return &wrongResult{fmt.Sprintf("number %d: want %v, got %v", i, w, g)}
		}
	}
	return nil
}

// foldedCase sees that what is computed of constants is computed away.
func foldedCase(c *onnxtest.Case, m *onnx.Model) error {
	g, err := onnx.Fold(m, onnx.FoldOptions{})
	if err != nil {
		return err
	}
	newImporter(g, true).spread()
	for i, o := range g.Outputs {
		t := g.Const(o.From)
		if t == nil {
			return errors.Errorf("output %d is no constant", i+1)
		}
		values, err := t.Float32s()
		if err != nil {
			return err
		}
		if err := compareCase(c, values, c.Outputs[i]); err != nil {
			return err
		}
	}
	return nil
}
