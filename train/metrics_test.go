package train

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
)

// ran is a program that made outputs, one row a sample, and a loss.
func ran(loss float64, outputs any, k int) *graph.Program {
	t := tensor.New(tensor.WithBacking(outputs))
	if err := t.Reshape(t.Shape().TotalSize()/k, k); err != nil {
		panic(err)
	}
	return &graph.Program{Loss: loss, Losses: []float64{loss}, Outputs: []*tensor.Dense{t}}
}

func labels(of ...int) *loaders.Batch {
	return &loaders.Batch{N: len(of), Targets: []loaders.Target{{Labels: of}}}
}

func TestTallyWeighsBatchesBySize(t *testing.T) {
	sum := newPrograms(tiny(t, 1), graph.SparseCategoricalCrossEntropy{}).tally()
	if diff := cmp.Diff(Metrics{}, sum.mean()); diff != "" {
		t.Errorf("before the first batch (-want +got):\n%s", diff)
	}
	if err := sum.add(ran(2, []float32{1, 0, 0, 1, 1, 0}, 2), labels(0, 1, 1)); err != nil {
		t.Fatal(err)
	}
	if err := sum.add(ran(6, []float64{0, 1}, 2), labels(1)); err != nil {
		t.Fatal(err)
	}
	// (3·2 + 1·6)/4 and (2 + 1)/4
	if diff := cmp.Diff(Metrics{Loss: 3, Accuracy: 0.75}, sum.mean(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("mean (-want +got):\n%s", diff)
	}
}

func TestTallyOfIntegers(t *testing.T) {
	sum := newPrograms(tiny(t, 1), graph.SparseCategoricalCrossEntropy{}).tally()
	err := sum.add(ran(1, []int{0, 1}, 2), labels(1))
	if want := "train: want float32 or float64 outputs, got int"; err == nil || err.Error() != want {
		t.Errorf("want error %q, got %v", want, err)
	}
}
