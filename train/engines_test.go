package train

import (
	"math"
	"testing"

	"euryale/graph"
	"euryale/nets"
)

// TestEnginesLearnAlike compares the losses of the first 50 steps of the
// lesson's network under both engines. The learning rate is a tenth of Adam's
// usual one: at that, even two runs on Gorgonia's ops alone drift apart by some
// 0.04 in 50 steps where their first weights differ in the last bit, since ReLU
// and max-pooling switch.
func TestEnginesLearnAlike(t *testing.T) {
	if raced || testing.Short() {
		t.Skip("takes long")
	}
	const batch, steps = 32, 50
	const rate = 1e-4
	curve := func(engine graph.Engine) (losses []float64) {
		net, err := nets.New("lesson", nets.Config{Seed: 1, Engine: engine})
		if err != nil {
			t.Fatal(err)
		}
		seen := 0.0 // the sum of losses, to tell each step's from the running mean
		fit(t, net, digits().First(batch*steps), Config{Batch: batch, Seed: 1, Optimizer: Adam{LearningRate: rate}, Callbacks: []Callback{CallbackFunc(func(e Event) error {
			if e.Kind == BatchEnd {
				sum := e.Metrics.Loss * float64(e.Samples)
				losses = append(losses, (sum-seen)/batch)
				seen = sum
			}
			return nil
		})}})
		return losses
	}
	want, got := curve(graph.Gorgonia), curve(graph.Fused)
	if len(got) != steps || len(want) != steps {
		t.Fatalf("%d and %d steps, want %d", len(got), len(want), steps)
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-3 {
			t.Errorf("step %d: loss %v, want %v", i+1, got[i], want[i])
		}
	}
	t.Logf("losses of step 1 %v, of step %d %v", want[0], steps, want[steps-1])
}
