package graph

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"euryale/internal/onnx"
	"euryale/internal/onnx/onnxtest"
)

func TestZZDump(t *testing.T) {
	f, err := os.Create(os.Getenv("ZZDUMP"))
	if err != nil {
		t.Skip()
	}
	defer f.Close()
	dump := func(name string, m *onnx.Model) {
		defer func() {
			if r := recover(); r != nil {
				fmt.Fprintf(f, "%s: PANIC %v\n", name, r)
			}
		}()
		n, err := ONNXConfig{}.network(m)
		if err != nil {
			fmt.Fprintf(f, "%s: %v\n", name, err)
			return
		}
		h := sha256.New()
		_ = fmt.Sprint
		for _, p := range n.params {
			for _, v := range p.Value.Data().([]float32) {
				b := math.Float32bits(v)
				binary.Write(h, binary.LittleEndian, b)
			}
			fmt.Fprintf(h, "%s %v %v", p.Name, p.Value.Shape(), p.Value.Dtype())
		}
		fmt.Fprintf(f, "%s: %x\n%v\n%v %v\n", name, h.Sum(nil), n, n.Inputs(), n.Outputs())
	}
	for _, c := range onnxtest.Load(t) {
		if c.Model == nil {
			continue
		}
		dump(c.Kind+"/"+c.Name, c.Model)
		if c.Left != "" {
			continue
		}
		parameters := c.Parameters()
		dump(c.Kind+"/"+c.Name+" bound", c.Bind(func(n string) bool { return parameters[n] }))
		for _, in := range c.Model.Inputs {
			dump(c.Kind+"/"+c.Name+" open "+in.Name, c.Bind(func(n string) bool { return n != in.Name }))
		}
	}
	files, _ := filepath.Glob("testdata/*.onnx")
	more, _ := filepath.Glob("/tmp/d1models/*.onnx")
	for _, p := range append(files, more...) {
		if m, err := onnx.ReadFile(p); err == nil {
			dump(p, m)
		}
	}
}
