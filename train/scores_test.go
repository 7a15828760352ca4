package train

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"euryale/loaders"
)

// scored is a case of testdata/scores.json, which says what made it.
type scored struct {
	Name                  string
	Names                 []string
	Labels                []int
	Outputs               [][]float32
	Precision, Recall, F1 []float64
	Support               []int
	Macro, Weighted       [3]float64
	Accuracy              float64
	BalancedAccuracy      float64   `json:"balanced_accuracy"`
	TopK                  []float64 `json:"top_k"` // but of all classes
	ROCAUC                *float64  `json:"roc_auc"`
	Confusion             [][]int
	Report                string
}

func goldenScores(t *testing.T) []scored {
	t.Helper()
	text, err := os.ReadFile("testdata/scores.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []scored }
	if err := json.Unmarshal(text, &file); err != nil || len(file.Cases) == 0 {
		t.Fatalf("want cases, got %d and error %v", len(file.Cases), err)
	}
	return file.Cases
}

// scores are those that the case wants.
func (g scored) scores() *Scores {
	s := &Scores{
		Macro: MeanScore{g.Macro[0], g.Macro[1], g.Macro[2]}, Weighted: MeanScore{g.Weighted[0], g.Weighted[1], g.Weighted[2]},
		Samples: len(g.Labels), Accuracy: g.Accuracy, BalancedAccuracy: g.BalancedAccuracy, TopK: g.TopK, ROCAUC: g.ROCAUC, Confusion: g.Confusion,
	}
	for i, name := range g.Names {
		s.Classes = append(s.Classes, ClassScore{name, g.Precision[i], g.Recall[i], g.F1[i], g.Support[i]})
	}
	if len(s.TopK) < topMost {
		s.TopK = append(s.TopK, 1)
	}
	return s
}

func scoresOf(t *testing.T, classes []string, labels []int, outputs [][]float32) *Scores {
	t.Helper()
	s, err := NewScores(classes, labels, outputs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScoresGolden(t *testing.T) {
	for _, g := range goldenScores(t) {
		t.Run(g.Name, func(t *testing.T) {
			got := scoresOf(t, g.Names, g.Labels, g.Outputs)
			if diff := cmp.Diff(g.scores(), got, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
				t.Errorf("scores (-scikit-learn +got):\n%s", diff)
			}
			want := g.Report + "\n" + got.Summary() + "\n"
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("printed (-scikit-learn +got):\n%s", diff)
			}
			for i, want := range got.TopK {
				if top, err := TopKAccuracy(i+1, g.Labels, g.Outputs); err != nil || top != want {
					t.Errorf("top %d: want %v, got %v and error %v", i+1, want, top, err)
				}
			}
		})
	}
}

// TestScoresOfBatches takes the same outputs in unequal batches, as Predict does.
func TestScoresOfBatches(t *testing.T) {
	digits, _ := loaders.RenderedDigits(1, 70, 0)
	net := named(t, "simple", 1)
	fit(t, net, digits, Config{Epochs: 2})
	var first *Scores
	for _, batch := range []int{70, 32, 1} {
		outputs, err := Predict(t.Context(), net, digits, PredictConfig{Batch: batch})
		if err != nil {
			t.Fatal(err)
		}
		got := scoresOf(t, digits.Classes, digits.Labels, outputs)
		if first == nil {
			first = got
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("batch %d (-one batch +got):\n%s", batch, diff)
		}
		m, err := Evaluate(t.Context(), net, digits, EvaluateConfig{Batch: batch})
		if err != nil || math.Abs(m.Accuracy-got.Accuracy) > 1e-12 || m.Accuracy == 0 || m.Accuracy == 1 {
			t.Errorf("batch %d: want the accuracy of Evaluate, %v, got %v, error %v", batch, m.Accuracy, got.Accuracy, err)
		}
	}
}

func TestScoresOfEquals(t *testing.T) {
	outputs := [][]float32{{1, 1, 1}, {1, 1, 1}, {0, 1, 1}, {0, 1, 1}}
	s := scoresOf(t, nil, []int{0, 1, 2, 1}, outputs)
	if diff := cmp.Diff([]float64{0.5, 1, 1}, s.TopK); diff != "" || s.Accuracy != 0.5 {
		t.Errorf("want the first of equals first, got accuracy %v and top k (-want +got):\n%s", s.Accuracy, diff)
	}
	if got := s.Classes[2]; got != (ClassScore{Class: "class 2", Support: 1}) {
		t.Errorf("want 0 for 0/0, got %+v", got)
	}
}

// TestScoresOfOneValue has the probability of yes, as a Sigmoid makes it.
func TestScoresOfOneValue(t *testing.T) {
	labels := []int{0, 1, 1, 0}
	one := scoresOf(t, []string{"no", "yes"}, labels, [][]float32{{0.5}, {0.75}, {0.25}, {1}})
	two := scoresOf(t, []string{"no", "yes"}, labels, [][]float32{{0.5, 0.5}, {0.25, 0.75}, {0.75, 0.25}, {0, 1}})
	if diff := cmp.Diff(two, one); diff != "" {
		t.Errorf("(-two values +one):\n%s", diff)
	}
	if one.Accuracy != 0.5 || *one.ROCAUC != 0.25 {
		t.Errorf("want accuracy 1/2 and ROC AUC 1/4, got %+v", one)
	}
	if one := scoresOf(t, nil, []int{1, 1}, [][]float32{{1}, {0}}); one.ROCAUC != nil || one.BalancedAccuracy != 0.5 {
		t.Errorf("want no ROC AUC of one class, got %+v", one)
	}
	inf := float32(math.Inf(1))
	if s := scoresOf(t, nil, []int{0, 1}, [][]float32{{inf, inf}, {-inf, inf}}); *s.ROCAUC != 1 {
		t.Errorf("want the infinite in order, got %v", *s.ROCAUC)
	}
	if s := scoresOf(t, nil, []int{0, 1}, [][]float32{{inf, inf}, {2, 2}}); *s.ROCAUC != 0.5 {
		t.Errorf("want the same infinity like any equals, got %v", *s.ROCAUC)
	}
}

func TestScoresMistakes(t *testing.T) {
	nan := float32(math.NaN())
	for _, tt := range []struct {
		labels  []int
		outputs [][]float32
		want    string
	}{
		{nil, nil, "want at least one image, got none"},
		{[]int{0}, [][]float32{{1, 0}, {1, 0}}, "want outputs of all 1 image, got 2"},
		{[]int{0, 2}, [][]float32{{1, 0}, {1, 0}}, "image 1: want an output for each class up to its own, 2, got 2 outputs"},
		{[]int{0, 0}, [][]float32{{1, 0}, {1}}, "image 1: want as many outputs as image 0 has, 2, got 1"},
		{[]int{0, 0}, [][]float32{{1, 0}, {1, nan}}, "image 1: want numbers, got NaN for class 1"},
		{[]int{0, 1}, [][]float32{{1}, {2.5}}, "image 1: want one probability, from 0 to 1 as a Sigmoid makes it, got [2.5]"},
		{[]int{0, 1}, [][]float32{{1}, {nan}}, "image 1: want one probability, from 0 to 1 as a Sigmoid makes it, got [NaN]"},
		{[]int{0, 2}, [][]float32{{1}, {1}}, "image 1: want an output for each class up to its own, 2, got 2 outputs"},
	} {
		_, err := NewScores(nil, tt.labels, tt.outputs)
		wantOneLine(t, err, "train: scores: "+tt.want)
		_, err = TopKAccuracy(1, tt.labels, tt.outputs)
		wantOneLine(t, err, "train: top-k accuracy: "+tt.want)
	}
	for _, k := range []int{0, 3, -1} {
		if _, err := TopKAccuracy(k, []int{0}, [][]float32{{1, 0}}); err == nil || !strings.Contains(err.Error(), "want k from 1 to the number of outputs, 2, got") {
			t.Errorf("k = %d: got error %v", k, err)
		}
	}
}

func TestScoresAsTable(t *testing.T) {
	html := scoresOf(t, []string{"<no>", "yes"}, []int{0, 1, 1}, [][]float32{{1, 0}, {0, 1}, {1, 0}}).HTML()
	for _, want := range []string{"accuracy: 0.6667 - balanced accuracy: 0.7500 - macro F1: 0.6667 - ROC AUC: 0.7500", "&lt;no&gt;", "weighted avg", "0.8333"} {
		if !strings.Contains(html, want) {
			t.Errorf("want %q in\n%s", want, html)
		}
	}
}

func TestScoresAsJSON(t *testing.T) {
	want := goldenScores(t)[3].scores()
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got *Scores
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("there and back (-want +got):\n%s", diff)
	}
	for _, key := range []string{`"balanced_accuracy":`, `"top_k":[`, `"roc_auc":`, `"macro":{"precision":`, `"f1":`, `"support":18`, `"class":"no"`} {
		if !strings.Contains(string(text), key) {
			t.Errorf("want %s in %s", key, text)
		}
	}
}

// TestROCAUC compares with a look at every pair.
func TestROCAUC(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n := 2 + r.IntN(40)
		labels, scores := make([]int, n), make([]float64, n)
		for i := range labels {
			labels[i], scores[i] = r.IntN(2), float64(r.IntN(7))
		}
		labels[0], labels[1] = 0, 1
		var won, pairs float64
		for i := range labels {
			for j := range labels {
				if labels[i] != 1 || labels[j] != 0 {
					continue
				}
				pairs++
				switch {
				case scores[i] > scores[j]:
					won++
				case scores[i] == scores[j]:
					won += 0.5
				}
			}
		}
		if got, err := ROCAUC(labels, scores); err != nil || got != won/pairs {
			t.Fatalf("%v, %v: want %v, got %v and error %v", labels, scores, won/pairs, got, err)
		}
	}
	inf := math.Inf(1)
	if got, err := ROCAUC([]int{0, 0, 1, 1}, []float64{-inf, inf, inf, 0}); err != nil || got != 0.625 {
		t.Errorf("with infinities: want 0.625, got %v and error %v", got, err)
	}
}

func TestROCAUCMistakes(t *testing.T) {
	for _, tt := range []struct {
		labels []int
		scores []float64
		want   string
	}{
		{nil, nil, "want samples of both classes, got 0 of label 0 and 0 of label 1"},
		{[]int{1, 1}, []float64{1, 2}, "want samples of both classes, got 0 of label 0 and 2 of label 1"},
		{[]int{1, 0}, []float64{1}, "want a score for each of 2 labels, got 1"},
		{[]int{1, 2}, []float64{1, 2}, "label 1: want 0 or 1, got 2"},
		{[]int{1, 0}, []float64{1, math.NaN()}, "score 1: want a number, got NaN"},
	} {
		_, err := ROCAUC(tt.labels, tt.scores)
		wantOneLine(t, err, "train: ROC AUC: "+tt.want)
	}
}
