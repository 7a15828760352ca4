// Package onnxtest reads the tests that the Python package onnx publishes: a model, its
// inputs, and what it must give.
//
//	for _, c := range onnxtest.Load(t) {
//		if c.Left != "" { … } // why it is not for us
//	}
package onnxtest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"euryale/internal/onnx"
	"euryale/internal/pythontest"
)

// Case is a test.
type Case struct {
	Kind string // "node" of one operator, "simple", "pytorch-operator", "pytorch-converted", "light" of a network
	Name string // "test_add"
	Data []byte // the model's file
	// Model is the file read. It is nil if it cannot be read, for what Left says.
	Model *onnx.Model
	// Inputs and Outputs are in the order of the file's, those of its first data set;
	// nil for one that is no tensor of a type that onnx.Tensor can have.
	Inputs, Outputs []*onnx.Tensor
	RTol, ATol      float64 // |got - want| ≤ ATol + RTol·|want|
	// Left says why the case is none that ReadONNX must pass: inference in float32, on
	// pictures or vectors, of operators among Operators. "" for one that it must.
	Left string
}

//go:embed cases.py
var script string

// Dir is the folder of the tests: that of EURYALE_ONNX_DATA, else one that cases.py
// writes once for each version of the package, with the Python of pythontest. The test
// is skipped if there is neither.
func Dir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("EURYALE_ONNX_DATA"); dir != "" {
		return dir
	}
	python := pythontest.Find(t, "onnx", "numpy")
	version, err := exec.Command(python, "-c", "import onnx; print(onnx.__version__)").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("euryale-onnx-%s-%d-%08x",
		strings.TrimSpace(string(version)), os.Getuid(), crc32.ChecksumIEEE([]byte(script))))
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	fresh, err := os.MkdirTemp(os.TempDir(), "euryale-onnx-")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, "-c", script, fresh).CombinedOutput(); err != nil {
		t.Fatalf("cases.py: %v\n%s", err, out)
	}
	if err := os.Rename(fresh, dir); err != nil { // another test was first
		os.RemoveAll(fresh)
	}
	return dir
}

// Load reads all cases, in the order of their kinds and names.
func Load(t testing.TB) []*Case {
	t.Helper()
	models, err := filepath.Glob(filepath.Join(Dir(t), "*", "*", "model.onnx"))
	if err != nil || len(models) == 0 {
		t.Fatalf("no tests in %s: %v", Dir(t), err)
	}
	sort.Strings(models)
	cases := make([]*Case, len(models))
	for i, path := range models {
		if cases[i], err = load(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
	}
	return cases
}

func load(dir string) (*Case, error) {
	c := &Case{Kind: filepath.Base(filepath.Dir(dir)), Name: filepath.Base(dir), RTol: 1e-3, ATol: 1e-7}
	var err error
	if c.Data, err = os.ReadFile(filepath.Join(dir, "model.onnx")); err != nil {
		return nil, err
	}
	if settings, err := os.ReadFile(filepath.Join(dir, "data.json")); err == nil {
		if err := json.Unmarshal(settings, c); err != nil {
			return nil, err
		}
	}
	if c.Model, err = onnx.Parse(c.Data, onnx.Options{}); err != nil {
		c.Left = err.Error()
		return c, nil
	}
	set := filepath.Join(dir, "test_data_set_0")
	c.Inputs, c.Outputs = tensors(set, "input", len(c.Model.Inputs)), tensors(set, "output", len(c.Model.Outputs))
	c.Left = c.left()
	return c, nil
}

// tensors reads a data set's inputs or outputs.
func tensors(set, role string, n int) []*onnx.Tensor {
	all := make([]*onnx.Tensor, n)
	for i := range all {
		data, err := os.ReadFile(filepath.Join(set, fmt.Sprintf("%s_%d.pb", role, i)))
		if err != nil {
			continue
		}
		if t, err := onnx.ParseTensor(data); err == nil {
			all[i] = t
		}
	}
	return all
}

// Bind returns the model with some of its inputs constants, of the test's values.
func (c *Case) Bind(constant func(name string) bool) *onnx.Model {
	m := *c.Model
	m.Inputs, m.Constants = nil, map[string]*onnx.Tensor{}
	for name, t := range c.Model.Constants {
		m.Constants[name] = t
	}
	for i, in := range c.Model.Inputs {
		if constant(in.Name) && c.Inputs[i] != nil {
			m.Constants[in.Name] = c.Inputs[i]
		} else {
			m.Inputs = append(m.Inputs, in)
		}
	}
	return &m
}
