package graph_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/nets"
)

// gorgoniaOps are Gorgonia's own ops that layers and losses run on, by either
// engine, and why each is right. What is not here has not been looked at.
var gorgoniaOps = map[string]string{
	"col2imOp":                        "gradient of a convolution: TestLayers' central differences",
	"constantScalar":                  "its value",
	"elemBinOp + false":               "TestOpsInAFunc: x + x",
	"elemBinOp - false":               "TestOpsInAFunc: BroadcastSub",
	"elemBinOp ÷ false":               "TestOpsInAFunc: x / (1 + x²)",
	"elemBinOp ⊙ false":               "TestOpsInAFunc: x·x",
	"elemUnaryOp sigmoid in logistic": "in float32; logistic computes it itself in float64",
	"elemUnaryOp square":              "TestOpsInAFunc; read by a Func of the tests alone",
	"elemUnaryOp tanh":                "TestOpsInAFunc",
	"im2colOp":                        "TestLayers against a slow convolution; its hash, which leaves out the dilation, is numbered",
	"linAlgBinOp A × B":               "TestOpsInAFunc: Mul",
	"linAlgBinOp A × Bᵀ":              "gradient of A × B: TestOpsInAFunc",
	"linAlgBinOp Aᵀ × B":              "gradient of A × B: TestOpsInAFunc",
	"maxPoolDiffOp":                   "TestLayers' central differences, with equal padding on opposite sides",
	"maxPoolOp":                       "TestOpsInAFunc, with equal padding on opposite sides; guarded against NaN",
	"repeatOp":                        "TestOpsInAFunc: BroadcastHadamardProd",
	"reshapeOp":                       "TestOpsInAFunc: Transpose, reshaped; its output is copied where others read its input",
	"sizeOp":                          "a number",
	"sumOp":                           "over the first or the last axis or all; reduced computes any other itself",
	"transposeOp":                     "TestOpsInAFunc: Transpose",
}

// TestGorgoniasOps lists Gorgonia's ops in the programs of all declarations and
// ready networks. None may be one that Gorgonia computes wrongly.
func TestGorgoniasOps(t *testing.T) {
	used := map[string]bool{}
	for _, engine := range engines {
		for _, n := range everyNetwork(t, engine) {
			for _, mode := range []graph.Mode{graph.Training, graph.Inference} {
				ops, err := graph.GorgoniaOps(n.net, graph.ProgramConfig{Batch: 2, Mode: mode, Loss: n.loss})
				if err != nil {
					t.Fatalf("%s: %v", n.name, err)
				}
				for _, op := range ops {
					if !used[op.Name] && (op.Wrong != "" || gorgoniaOps[op.Name] == "") {
						t.Errorf("%s on %v runs Gorgonia's %s: want one known to be right. %s", n.name, engine, op.Name, op.Wrong)
					}
					used[op.Name] = true
				}
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(gorgoniaOps)), slices.Sorted(maps.Keys(used))); diff != "" {
		t.Errorf("Gorgonia's ops in use (-listed +used):\n%s", diff)
	}
}

// losing is a network with what it trains by.
type losing struct {
	name string
	net  *graph.Network
	loss graph.Loss
}

// everyNetwork are the ready networks and the declarations.
func everyNetwork(t *testing.T, e graph.Engine) []losing {
	t.Helper()
	var all []losing
	for _, name := range nets.Names() {
		net, err := nets.New(name, nets.Config{Engine: e})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, losing{name, net, graph.SparseCategoricalCrossEntropy{}})
	}
	for _, d := range declarations {
		all = append(all, losing{d.name, d.network(t, graph.Config{Engine: e}, graph.Input), d.loss})
	}
	return append(all, losing{"everything set", everythingSet(t), graph.SparseCategoricalCrossEntropy{}})
}

// wrongFunctions are what Gorgonia makes wrong ops of, and its initialisers,
// which take no seed and are wrong in float32.
var wrongFunctions = regexp.MustCompile(`\bG\.(SoftMax|LogSoftMax|Dropout|AveragePool2D|GlobalAveragePool2D|BatchNorm|Log2|InverseSqrt|OuterProd|Concat|` +
	`Glorot\w+|He[A-Z]\w*|Gaussian\w*|Uniform\w*|BinomialRandomNode)\b`)

// TestWrongFunctionsAreNotCalled reads this package, and those that it is made
// of.
func TestWrongFunctionsAreNotCalled(t *testing.T) {
	read := 0
	for _, dir := range []string{".", "ops", "../internal", "../train", "../nets"} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			read++
			code, err := os.ReadFile(path)
			for i, line := range strings.Split(string(code), "\n") {
				if call := wrongFunctions.FindString(line); call != "" && !strings.HasPrefix(strings.TrimSpace(line), "//") {
					t.Errorf("%s:%d: %s, which Gorgonia computes wrongly", path, i+1, call)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 100 {
		t.Errorf("want all the code, got %d files", read)
	}
}
