package graph_test

import (
	"fmt"
	"testing"
	"time"

	"euryale/graph"
	"euryale/graph/internal/golden"
)

func lesson() []graph.Layer {
	return []graph.Layer{
		graph.Conv2D{Filters: 64, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{Size: 2},
		graph.Conv2D{Filters: 64, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{Size: 2},
		graph.Flatten{}, graph.Dense{Units: 128, Activation: graph.ReLU}, graph.Dense{Units: 10, Activation: graph.Softmax},
	}
}

func TestSmoke(t *testing.T) {
	f := golden.Open(t)
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 1}, lesson()...)
	if err != nil {
		t.Fatal(err)
	}
	r := net.Report()
	r.Explain = true
	fmt.Print(r)
	fmt.Print(net)
	names := []string{"conv1.w", "conv1.b", "conv2.w", "conv2.b", "dense1.w", "dense1.b", "dense2.w", "dense2.b"}
	for i, p := range net.Params() {
		fmt.Println(p.Name, p.Value.Shape())
		copy(p.Value.Data().([]float32), f.Get(t, "net.init."+names[i]).Data)
	}
	t0 := time.Now()
	p, err := net.Compile(graph.ProgramConfig{Batch: 8, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}, Keep: []string{"conv2d_1"}})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("compile", time.Since(t0))
	copy(p.Input.Data().([]float32), f.Get(t, "net.x").Data)
	for i, l := range f.Get(t, "net.labels").Data {
		p.Target.Data().([]int)[i] = int(l)
	}
	for range 3 {
		t0 = time.Now()
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		fmt.Println(p.Loss, f.Get(t, "net.step1.loss").Data, time.Since(t0))
	}
	for i, g := range p.Grads {
		want := f.Get(t, "net.grad."+names[i]).Data
		var worst float32
		for j, v := range g.Data().([]float32) {
			worst = max(worst, v-want[j], want[j]-v)
		}
		fmt.Println(names[i], worst)
	}
}
