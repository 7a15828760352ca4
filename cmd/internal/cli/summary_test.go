package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/nets"
)

// simplePlans are the plans of the network simple, for the default batch.
const simplePlans = `
Training:
Layer            Computes                 Bytes  Kernel
flatten_1        reshape                100,352  Gorgonia
dense_1          product + bias + ReLU   65,536  product in tiles
dense_2          product + bias           1,280  product in tiles
                 // ends here: 2 read it
dense_2          softmax                  1,280  plain Go
loss of dense_2  softmax cross-entropy        4  plain Go
Values: 168,452 bytes for a batch of 32, forward
Parameters: 1,628,200 bytes
Gradients: 1,628,200 bytes

Inference:
Layer      Computes                 Bytes  Kernel
flatten_1  reshape                100,352  Gorgonia
dense_1    product + bias + ReLU   65,536  product in tiles
dense_2    product + bias           1,280  product in tiles
dense_2    softmax                  1,280  plain Go
Values: 168,448 bytes for a batch of 32, forward
Parameters: 1,628,200 bytes
`

func TestSummaryPlan(t *testing.T) {
	want := result{0, simpleReport + simplePlans, ""}
	got := run(digits, "summary", "--net", "simple", "--plan")
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("summary --plan (-want +got):\n%s", diff)
	}
}

// TestSummaryPlanFits finds no line of more than 100 columns, and the report
// above the plans as it is without them.
func TestSummaryPlanFits(t *testing.T) {
	for _, name := range nets.Names() {
		for _, engine := range engineNames() {
			args := []string{"summary", "--net", name, "--explain"}
			report := run(fashion, args...)
			got := run(fashion, append(args, "--plan", "--engine", engine)...)
			if got.status != 0 || got.stderr != "" || !strings.HasPrefix(got.stdout, report.stdout+"\nTraining:\n") {
				t.Errorf("%s on %s: want the report and then the plan, got %+v", name, engine, got)
			}
			for line := range strings.Lines(got.stdout) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
					t.Errorf("%s on %s: want at most 100 columns, got %d: %s", name, engine, n, line)
				}
			}
		}
	}
}

func TestSummaryPlanOfABatchAndAnEngine(t *testing.T) {
	got := run(digits, "summary", "--plan", "--batch", "1", "--engine", "gorgonia").stdout
	_, plans, _ := strings.Cut(got, "\nTraining:\n")
	for _, want := range []string{
		"conv2d_1         conv 3×3/1             173,056  Gorgonia\n", // 26·26·64·4
		"Values: 669,820 bytes for a batch of 1, forward\n",
	} {
		if !strings.Contains(plans, want) {
			t.Errorf("want %q, got\n%s", want, plans)
		}
	}
	if strings.Contains(plans, "pooled") {
		t.Errorf("want Gorgonia's ops alone, got\n%s", plans)
	}
}

// TestSummaryDropout shows it in the report and in the plan of training, and in
// no plan of inference.
func TestSummaryDropout(t *testing.T) {
	got := run(digits, "summary", "--net", "resnet20", "--plan", "--dropout", "0.25").stdout
	report, plans, _ := strings.Cut(got, "\nTraining:\n")
	training, inference, _ := strings.Cut(plans, "\nInference:\n")
	if !strings.Contains(report, "dropout_1 (Dropout)") || !strings.Contains(training, "dropout 0.25") || strings.Contains(inference, "dropout") {
		t.Errorf("want a Dropout in the report and in training alone, got\n%s", got)
	}
}

func TestSummaryMistakes(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"--batch 64", "--batch: want --plan too"},
		{"--engine gorgonia", "--engine: want --plan too"},
		{"--plan --batch 0", "--batch: want 1 to 2147483647, got 0"},
		{"--plan --batch 9000000000000000000", "--batch: want 1 to 2147483647, got 9000000000000000000"},
		{"--plan --engine gorgon", "--engine: want default, gorgonia, fused, got \"gorgon\": did you mean gorgonia?"},
	} {
		want := result{2, "", "digits: " + tt.want + "\nRun 'digits summary --help' for usage.\n"}
		got := run(digits, append([]string{"summary"}, strings.Fields(tt.args)...)...)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("summary %s (-want +got):\n%s", tt.args, diff)
		}
	}
}

// TestSummaryOpen opens a block, and says so where there is none to open.
func TestSummaryOpen(t *testing.T) {
	conv := graph.Conv2D{Filters: 2, Kernel: 3, Padding: graph.Same}
	net, err := graph.New(graph.Config{Input: graph.Shape{2, 8, 8}}, graph.Residual{Body: graph.Chain{conv}}, graph.Flatten{})
	if err != nil {
		t.Fatal(err)
	}
	const inside = "  residual_1/conv2d_1 (Conv2D)"
	for _, s := range []summary{{}, {open: true}, {open: true, explain: true}} {
		var out, stderr bytes.Buffer
		if err := s.print(net, &out, &stderr); err != nil || stderr.Len() > 0 {
			t.Errorf("%+v: want no error, got %v and %q", s, err, &stderr)
		}
		if got := strings.Contains(out.String(), inside); got != s.open {
			t.Errorf("%+v: want the inside of the block %v, got\n%s", s, s.open, &out)
		}
		if got := strings.Contains(out.String(), "weights: 3·3·2·2+2 = 38"); got != s.explain {
			t.Errorf("%+v: want its arithmetic %v, got\n%s", s, s.explain, &out)
		}
	}

	want := result{0, simpleReport, "--open has no effect: simple has no blocks.\n"}
	if diff := cmp.Diff(want, run(digits, "summary", "--net", "simple", "--open"), cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("summary --open (-want +got):\n%s", diff)
	}
}

// TestSummaryWithoutAPlan has a network that no such program can train.
func TestSummaryWithoutAPlan(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{8, 8}}, graph.ReLU)
	if err != nil {
		t.Fatal(err)
	}
	err = summary{plan: true, batch: 1}.print(net, io.Discard, io.Discard)
	if want := "one value a class (N, K)"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("want an error with %q, got %v", want, err)
	}
}
