package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/f32"
	"euryale/train"
)

// brief is the least that can be measured.
var brief = effort{side: 32, product: 1, training: 1, inference: 1, steps: 1, images: 1}

// checked are the flags of a quick run, which finds no dataset.
func checked(t *testing.T) *flags {
	return &flags{Net: "simple", Epochs: 1, Batch: 3, LearningRate: 0.001, Seed: 2, Dir: t.TempDir(), Engine: "default"}
}

// examine runs doctor, and returns what it printed, with # for each number that
// is measured.
func examine(t *testing.T, l Lesson, f *flags) string {
	t.Helper()
	var out bytes.Buffer
	if err := doctor(t.Context(), l, f, brief, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(` +\d+\.\d\b`).ReplaceAllString(out.String(), " #")
}

// sections are the headings, and the lines below each.
func sections(text string) (headings []string, below map[string][]string) {
	below = map[string][]string{}
	for _, s := range strings.Split(text, "\n\n") {
		lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
		headings = append(headings, lines[0])
		below[lines[0]] = lines[1:]
	}
	return headings, below
}

func TestDoctor(t *testing.T) {
	for _, l := range []Lesson{digits, fashion} {
		headings, below := sections(examine(t, l, checked(t)))
		const product, network = "Matrix product 32×32×32, float32", "Network simple, 407,050 parameters, batches of 3"
		const training, inference = "Steps in training, engine default", "Steps in inference, engine default"
		if diff := cmp.Diff([]string{"Processor", product, network, training, inference, "Datasets"}, headings); diff != "" {
			t.Errorf("headings (-want +got):\n%s", diff)
		}
		about := strings.Join(below["Processor"], "\n")
		for _, want := range []string{"  name        ", "  cores       ", "GOMAXPROCS ", "  extensions  ", "  kernels     " + f32.Current().String(), runtime.GOARCH + ", " + runtime.Version()} {
			if !strings.Contains(about, want) {
				t.Errorf("want %q about the processor, got\n%s", want, about)
			}
		}
		if got := below[product][0]; got != "  1 core # GFLOP/s" {
			t.Errorf("product: got %q", got)
		}
		if diff := cmp.Diff([]string{"  gorgonia # # #", "  fused # # #"}, below[network][2:]); diff != "" {
			t.Errorf("engines (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(stepsOfSimple, below[training]); diff != "" {
			t.Errorf("steps in training (-want +got):\n%s", diff)
		}
		if got := below[inference]; len(got) != 10 || !strings.HasSuffix(got[0], "  µs forward  GFLOP/s  % of peak") || !strings.HasPrefix(got[8], "All: # µs a sample, # GFLOP/s, #") {
			t.Errorf("steps in inference: got %q", got)
		}
	}
}

// stepsOfSimple is what doctor prints of the training of the network simple.
var stepsOfSimple = []string{
	"Layer            Computes               Kernel            µs forward  µs backward  GFLOP/s  % of peak",
	"flatten_1        reshape                Gorgonia # #",
	"dense_1          product + bias + ReLU  product in tiles # # # #",
	"dense_2          product + bias         product in tiles # # # #",
	"dense_2          softmax                plain Go # #",
	"loss of dense_2  softmax cross-entropy  plain Go # #",
	"Forward: # µs a sample, # GFLOP/s, # % of the peak",
	"Backward: # µs a sample, # GFLOP/s, # % of the peak",
	"Between the ops: # µs a sample",
	"Optimiser: # µs a sample",
	"All: # µs a sample, # GFLOP/s, # % of the peak",
	"Buffers that share memory: # MB",
}

// TestDoctorEngine has the steps of the engine that is asked for.
func TestDoctorEngine(t *testing.T) {
	f := checked(t)
	f.Engine = "gorgonia"
	_, below := sections(examine(t, digits, f))
	got := below["Steps in training, engine gorgonia"]
	if len(got) < 3 || !strings.HasPrefix(got[2], "dense_1          product                Gorgonia ") {
		t.Errorf("got %q", got)
	}
}

// TestDoctorTrace writes a step of training, once.
func TestDoctorTrace(t *testing.T) {
	f := checked(t)
	f.Trace = filepath.Join(t.TempDir(), "trace.json")
	if text := examine(t, fashion, f); !strings.HasSuffix(text, "\nWrote "+f.Trace+"\n") {
		t.Errorf("want it told last, got\n%s", text)
	}
	text, err := os.ReadFile(f.Trace)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		TraceEvents []struct {
			Name, Cat string
			Args      struct{ Kernel string }
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range got.TraceEvents {
		if e.Cat != "op" {
			names = append(names, e.Name+" "+e.Args.Kernel)
		}
	}
	if len(names) < 10 || names[0] != "training step " || names[1] != "flatten_1 Gorgonia" || names[2] != "dense_1 product in tiles" || names[len(names)-1] != "Optimiser " {
		t.Errorf("got the events %q", names)
	}

	var out bytes.Buffer
	err = doctor(t.Context(), fashion, f, brief, &out, io.Discard)
	if want := "--trace: " + f.Trace + " exists: write elsewhere, or replace it with --force"; err == nil || err.Error() != want || out.Len() > 0 {
		t.Errorf("want %q before any output, got %v after %q", want, err, &out)
	}
	if same, err := os.ReadFile(f.Trace); err != nil || !bytes.Equal(same, text) {
		t.Errorf("the trace has changed, or %v", err)
	}
	f.Force = true
	examine(t, fashion, f)
	if other, err := os.ReadFile(f.Trace); err != nil || bytes.Equal(other, text) {
		t.Errorf("--force: want another trace, got the same and error %v", err)
	}
	wantFiles(t, filepath.Dir(f.Trace), "trace.json")
}

// TestDoctorTraceFailsFirst has a folder that is not there.
func TestDoctorTraceFailsFirst(t *testing.T) {
	f := checked(t)
	f.Trace = filepath.Join(t.TempDir(), "missing", "trace.json")
	var out bytes.Buffer
	err := doctor(t.Context(), digits, f, brief, &out, io.Discard)
	if err == nil || !strings.HasPrefix(err.Error(), "--trace: cannot write "+f.Trace) || out.Len() > 0 {
		t.Errorf("want an error before any output, got %v after %q", err, &out)
	}
}

// TestDoctorOnOneCore has a single speed to report. GOMAXPROCS must be what it
// was, too.
func TestDoctorOnOneCore(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	_, below := sections(examine(t, digits, checked(t)))
	if diff := cmp.Diff([]string{"  1 core # GFLOP/s"}, below["Matrix product 32×32×32, float32"]); diff != "" {
		t.Errorf("product (-want +got):\n%s", diff)
	}
	runtime.GOMAXPROCS(3)
	_, below = sections(examine(t, digits, checked(t)))
	if got := below["Matrix product 32×32×32, float32"]; len(got) != 2 {
		t.Errorf("product: want a line for one core and one for all, got %q", got)
	}
	if got := runtime.GOMAXPROCS(0); got != 3 {
		t.Errorf("GOMAXPROCS is %d after a run, was 3", got)
	}
}

func TestDoctorJSON(t *testing.T) {
	f := checked(t)
	label := filepath.Join(f.Dir, "train-labels-idx1-ubyte")
	if err := os.WriteFile(label, []byte("oops"), 0o644); err != nil {
		t.Fatal(err)
	}
	f.JSON = filepath.Join(t.TempDir(), "report.json")
	examine(t, digits, f)
	text, err := os.ReadFile(f.JSON)
	if err != nil {
		t.Fatal(err)
	}
	type programJSON struct {
		Steps []struct {
			Layer, Computes, Kernel string
			Forward                 float64 `json:"forward_us_per_sample"`
			Backward                float64 `json:"backward_us_per_sample"`
			GFLOPs                  float64
			Share                   float64 `json:"share_of_peak"`
		}
		Between   float64 `json:"between_us_per_sample"`
		Optimizer float64 `json:"optimizer_us_per_sample"`
		All       float64 `json:"us_per_sample"`
		Memory    int     `json:"shared_buffer_bytes"`
	}
	var got struct {
		Processor struct {
			Name, OS, Arch, Go string
			Cores, GOMAXPROCS  int
			Extensions         []string `json:"vector_extensions"`
			Kernels            string
		}
		MatrixProduct struct {
			Side       int
			SingleCore float64 `json:"single_core_gflops"`
			AllCores   float64 `json:"all_cores_gflops"`
		} `json:"matrix_product"`
		Network                 string
		Parameters, Batch, Seed int
		Engines                 []struct {
			Engine    string
			Training  float64 `json:"training_us_per_sample"`
			Inference float64 `json:"inference_us_per_sample"`
			Epoch     float64 `json:"epoch_seconds"`
		}
		StepsEngine         string `json:"steps_engine"`
		Training, Inference programJSON
		Datasets            []struct {
			Name, Folder, Problem string
			Sound                 bool
			Searched              []string
			Files                 []struct {
				Name, Path, SHA256, Problem string
				Bytes                       int
				Published                   bool
			}
		}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	for _, key := range regexp.MustCompile(`"[^"]+":`).FindAllString(string(text), -1) {
		if !regexp.MustCompile(`^"[a-z0-9_]+":$`).MatchString(key) {
			t.Errorf("want keys in snake case, got %s", key)
		}
	}
	p := got.Processor
	if p.Name == "" || p.OS != runtime.GOOS || p.Arch != runtime.GOARCH || p.Go != runtime.Version() ||
		p.Cores != runtime.NumCPU() || p.GOMAXPROCS != runtime.GOMAXPROCS(0) || p.Extensions == nil || p.Kernels != f32.Current().String() {
		t.Errorf("processor: %+v", p)
	}
	if m := got.MatrixProduct; m.Side != 32 || m.SingleCore <= 0 || m.AllCores <= 0 {
		t.Errorf("product: %+v", m)
	}
	if got.Network != "simple" || got.Parameters != 407_050 || got.Batch != 3 || got.Seed != 2 {
		t.Errorf("network %s, %d parameters, batch %d, seed %d", got.Network, got.Parameters, got.Batch, got.Seed)
	}
	var engines []string
	for _, e := range got.Engines {
		engines = append(engines, e.Engine)
		if want := e.Training * 0.06; e.Training <= 0 || e.Inference <= 0 || e.Epoch < 0.99*want || e.Epoch > 1.01*want {
			t.Errorf("engine %+v, want %v seconds an epoch", e, want)
		}
	}
	if diff := cmp.Diff([]string{"gorgonia", "fused"}, engines); diff != "" {
		t.Errorf("engines (-want +got):\n%s", diff)
	}
	if got.StepsEngine != "default" || len(got.Training.Steps) != 5 || len(got.Inference.Steps) != 5 {
		t.Errorf("steps: %+v and %+v of the engine %q", got.Training, got.Inference, got.StepsEngine)
	}
	for i, p := range []programJSON{got.Training, got.Inference} {
		sum := p.Between + p.Optimizer
		for _, s := range p.Steps {
			sum += s.Forward + s.Backward
			if share := s.GFLOPs / got.MatrixProduct.AllCores; s.Forward < 0 || i == 1 && s.Backward != 0 || math.Abs(s.Share-share) > 1e-9 || (s.GFLOPs > 0) != (s.Kernel == "product in tiles") {
				t.Errorf("step %+v, want a share of %v", s, share)
			}
		}
		if math.Abs(sum-p.All) > 1e-6*sum || (p.Optimizer > 0) != (i == 0) {
			t.Errorf("want the parts to sum up to %v, got %+v", sum, p)
		}
		if p.Memory < got.Batch*10*4 {
			t.Errorf("want room for a batch's probabilities, got %d bytes", p.Memory)
		}
	}
	if len(got.Datasets) != 2 || got.Datasets[0].Name != "mnist" || got.Datasets[1].Name != "fashion" {
		t.Fatalf("datasets: %+v", got.Datasets)
	}
	for _, set := range got.Datasets {
		if set.Sound || set.Folder != f.Dir || !strings.Contains(set.Problem, "t10k-labels-idx1-ubyte") || len(set.Searched) < 2 || len(set.Files) != 4 {
			t.Fatalf("dataset: %+v", set)
		}
		const oops = "d13f2eadd4ed5b027fa773a29520cc0d65ce374365d641112de786f8a029c2fe" // of sha256sum
		file := set.Files[1]
		if file.Name != "train-labels-idx1-ubyte" || file.Path != label || file.Bytes != 4 || file.SHA256 != oops || file.Published || !strings.Contains(file.Problem, oops) {
			t.Errorf("file: %+v", file)
		}
		if file := set.Files[0]; file.Name != "train-images-idx3-ubyte" || file.Path != "" || file.Problem != "missing" {
			t.Errorf("file: %+v", file)
		}
	}
	wantFiles(t, filepath.Dir(f.JSON), "report.json")
}

// TestDoctorJSONOnStandardOutput has nothing but JSON there.
func TestDoctorJSONOnStandardOutput(t *testing.T) {
	f := checked(t)
	f.JSON = "-"
	var stdout, stderr bytes.Buffer
	if err := doctor(t.Context(), digits, f, brief, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	var found struct{ Network string }
	if err := json.Unmarshal(stdout.Bytes(), &found); err != nil || found.Network != "simple" || !strings.HasPrefix(stderr.String(), "Processor\n") {
		t.Errorf("want JSON alone, and the text on standard error, got %v, %s and %s", err, &stdout, &stderr)
	}
}

func TestDoctorJSONFailsFirst(t *testing.T) {
	f := checked(t)
	f.JSON = t.TempDir()
	var out bytes.Buffer
	err := doctor(t.Context(), digits, f, brief, &out, io.Discard)
	if want := "--json: want a file, got the folder " + f.JSON; err == nil || err.Error() != want || out.Len() > 0 {
		t.Errorf("want %q before any output, got %v after %q", want, err, &out)
	}
}

// TestDoctorDatasets is about the text alone: what is found, package loaders
// tests.
func TestDoctorDatasets(t *testing.T) {
	const sum = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
	for _, tt := range []struct {
		file datasetFile
		want string
	}{
		{
			datasetFile{Name: "t10k-labels-idx1-ubyte", Problem: "missing"},
			"    t10k-labels-idx1-ubyte         missing\n",
		},
		{
			datasetFile{"train-images-idx3-ubyte", filepath.Join("a", "train-images-idx3-ubyte.gz"), 9912422, sum, true, ""},
			"    train-images-idx3-ubyte.gz   9,912,422  ba891046e6505d7a…  as published\n",
		},
		{
			datasetFile{"train-labels-idx1-ubyte", filepath.Join("a", "train-labels-idx1-ubyte"), 100, "", false, filepath.Join("a", "train-labels-idx1-ubyte") + ": byte 99: want more"},
			"    train-labels-idx1-ubyte            100  -                  not as published:\n      byte 99: want more\n",
		},
	} {
		if diff := cmp.Diff(tt.want, tt.file.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.file.Name, diff)
		}
	}
	files := []datasetFile{{Path: "a/b"}, {}}
	for _, tt := range []struct {
		set      dataset
		download bool
		want     string
	}{
		{dataset{Name: "mnist", Folder: "a", Files: files[:1]}, false, "mnist in a"},
		{dataset{Name: "mnist", Folder: "a", Files: files}, true, "mnist in a, incomplete; training will download it"},
		{dataset{Name: "mnist", Problem: "not found in a", Files: files}, true, "mnist: not found in a; training will download it"},
		{dataset{Name: "mnist", Problem: "stat a: no such file", Files: files}, false, "mnist: stat a: no such file"},
	} {
		if got := tt.set.heading(tt.download); got != tt.want {
			t.Errorf("want %q, got %q", tt.want, got)
		}
	}
}

// TestDoctorSaysWhatToDownload searches where nothing is.
func TestDoctorSaysWhatToDownload(t *testing.T) {
	empty := t.TempDir()
	for _, name := range []string{"EURYALE_DATA", "XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, empty)
	}
	f := checked(t)
	const promise = "training will download it"
	given := examine(t, digits, f)
	f.Dir = ""
	searched := examine(t, digits, f)
	mnist := strings.Join(strings.Fields(searched[strings.Index(searched, "  mnist"):strings.Index(searched, "  fashion")]), " ")
	if !strings.HasPrefix(mnist, "mnist: not found in "+empty) || !strings.HasSuffix(mnist, promise) {
		t.Errorf("got %q", mnist)
	}
	if strings.Contains(given, promise) {
		t.Errorf("--data: want no download, got\n%s", given)
	}
}

func TestDoctorFitsAScreen(t *testing.T) {
	f := checked(t)
	if err := os.WriteFile(filepath.Join(f.Dir, "t10k-images-idx3-ubyte.gz"), []byte("oops"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := doctor(t.Context(), digits, f, brief, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	wide := false
	for line := range strings.Lines(out.String()) {
		wide = strings.HasPrefix(line, "Steps") || wide && line != "Datasets\n" // as wide as the plan
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 && !wide && !strings.Contains(line, f.Dir) {
			t.Errorf("want at most 80 columns, got %d: %s", n, line)
		}
	}
}

func TestWrapped(t *testing.T) {
	long := strings.Repeat("x", 90)
	for _, tt := range []struct{ text, want string }{
		{"one two", "  one two\n"},
		{strings.Repeat("é", 77) + " b", "  " + strings.Repeat("é", 77) + "\n    b\n"},
		{strings.Repeat("é", 76) + " b", "  " + strings.Repeat("é", 76) + " b\n"},
		{long + " b " + long, "  " + long + "\n    b\n    " + long + "\n"},
	} {
		if got := wrapped(2, tt.text); got != tt.want {
			t.Errorf("want\n%sgot\n%s", tt.want, got)
		}
	}
}

// TestDoctorInterrupted interrupts at a text: nothing may be measured after it,
// and the last line be the one that begins as said here.
func TestDoctorInterrupted(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	for at, last := range map[string]string{
		"Processor": "Matrix product", "Matrix": "Matrix product", "1 core": "  1 core",
		"\nNetwork": "            µs/sample", "gorgonia": "  gorgonia", "fused": "Steps in training", "Steps in training": "Steps in training", "Between the": "Steps in inference", "Steps in inference": "Steps in inference", "Datasets": "Datasets",
	} {
		t.Run(at, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			f := checked(t)
			f.JSON = filepath.Join(t.TempDir(), "report.json")
			f.Trace = filepath.Join(filepath.Dir(f.JSON), "trace.json")
			out := &hooked{at: at, do: cancel}
			if err := doctor(ctx, digits, f, brief, out, io.Discard); !errors.Is(err, context.Canceled) {
				t.Errorf("want context.Canceled, got %v", err)
			}
			wantFiles(t, filepath.Dir(f.JSON))
			text := out.text.String()
			if i := strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n"+last); i < 0 || strings.Count(text[i+1:], "\n") != 1 {
				t.Errorf("want a last line that begins with %q, got\n%s", last, text)
			}
			if got := runtime.GOMAXPROCS(0); got != 3 {
				t.Errorf("GOMAXPROCS is %d after a run, was 3", got)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stderr bytes.Buffer
	status := Run(ctx, digits, []string{"doctor"}, &hooked{at: "Processor", do: cancel}, &stderr)
	if want := "digits: interrupted\n"; status != 130 || stderr.String() != want {
		t.Errorf("want exit status 130 and %q, got %d and %q", want, status, &stderr)
	}
}

func TestDoctorOutputFails(t *testing.T) {
	if err := doctor(t.Context(), digits, checked(t), brief, failing{}, io.Discard); err != io.ErrClosedPipe {
		t.Errorf("want %v, got %v", io.ErrClosedPipe, err)
	}
}

// TestStopwatch ticks in two runs of three batches, the first of which is not
// timed.
func TestStopwatch(t *testing.T) {
	w := &stopwatch{limit: time.Hour}
	for range 2 {
		w.last = time.Time{}
		for _, kind := range []train.Kind{train.EpochBegin, train.BatchEnd, train.BatchEnd, train.BatchEnd, train.EpochEnd} {
			if err := w.On(train.Event{Kind: kind}); err != nil {
				t.Fatalf("stopped before the limit: %v", err)
			}
		}
	}
	if w.count != 4 || w.span != w.spent || w.done() {
		t.Errorf("want 4 steps and no end, got %+v", w)
	}
	w.step(time.Hour)
	if err := w.On(train.Event{Kind: train.BatchEnd}); err != train.ErrStop || !w.done() {
		t.Errorf("want an end at the limit, got %v", err)
	}
	if w := (&stopwatch{}); w.done() {
		t.Error("done without a step")
	}
}

// TestStopwatchMeans has a stall, which counts for nothing, and a step in two
// that takes longer, which does.
func TestStopwatchMeans(t *testing.T) {
	w := &stopwatch{limit: time.Millisecond}
	for _, took := range []int{80, 40, 900, 40, 80, 90} {
		w.step(time.Duration(took) * time.Microsecond)
	}
	if got := w.perSample(8); got != 7.5 {
		t.Errorf("want 7.5 µs a sample, got %v of %v", got, w.means)
	}
}

// TestExtensions holds the list to what the kernels in use need.
func TestExtensions(t *testing.T) {
	p := thisProcessor()
	needs := map[string][]string{"AVX2": {"AVX", "AVX2", "FMA"}, "AVX-512": {"AVX2", "FMA", "AVX512F", "AVX512BW", "AVX512DQ", "AVX512VL"}}
	for _, name := range needs[p.Kernels] {
		if !slices.Contains(p.Extensions, name) {
			t.Errorf("the kernels %s need %s, which is not among %v", p.Kernels, name, p.Extensions)
		}
	}
	if runtime.GOARCH == "arm64" && !slices.Contains(p.Extensions, "ASIMD") {
		t.Errorf("want ASIMD, got %v", p.Extensions)
	}
}
