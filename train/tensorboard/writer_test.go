package tensorboard

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
)

// began is when the tests begin; each look at the clock takes a quarter of a
// second.
var began = time.Date(2021, 2, 3, 4, 5, 6, 0, time.UTC)

func ticking() func() time.Time {
	n := -1
	return func() time.Time {
		n++
		return began.Add(time.Duration(n) * 250 * time.Millisecond)
	}
}

// grey is a picture of 3×2 with a value of its own at each call.
func grey() func(*graph.Network) (image.Image, error) {
	img := image.NewGray(image.Rect(0, 0, 3, 2))
	return func(*graph.Network) (image.Image, error) {
		img.Pix[1] += 10
		return img, nil
	}
}

func network(t testing.TB) *graph.Network {
	t.Helper()
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 1},
		graph.Conv2D{Filters: 2, Kernel: 5, Stride: 4}, graph.BatchNorm{}, graph.Flatten{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// run trains the network for some epochs, and writes to a folder.
func run(t testing.TB, dir string, epochs int, c Config, more ...train.Callback) (*graph.Network, *train.History, error) {
	t.Helper()
	net := network(t)
	history, err := runOf(t, net, dir, epochs, c, more...)
	return net, history, err
}

func runOf(t testing.TB, net *graph.Network, dir string, epochs int, c Config, more ...train.Callback) (*train.History, error) {
	t.Helper()
	w, err := New(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	data, held := loaders.RenderedDigits(1, 50, 20)
	history, err := train.Fit(context.Background(), net, data, train.Config{Epochs: epochs, Validation: held, Callbacks: append(more, w)})
	if e := w.Close(); e != nil {
		t.Error(e)
	}
	return history, err
}

func TestWriterOnAFit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "run")
	net, history, err := run(t, dir, 3, Config{Every: 2, Now: ticking(), Pictures: []Picture{{Tag: "grey", Draw: grey()}}})
	if err != nil {
		t.Fatal(err)
	}
	tags := make([][]string, 3)
	var last float64
	for _, w := range read(t, dir) {
		tags[w.step-1] = append(tags[w.step-1], w.tag)
		if w.wall <= last {
			t.Errorf("%s of step %d: want a time above %v, got %v", w.tag, w.step, last, w.wall)
		}
		last = w.wall
		e := history.Epochs[w.step-1]
		want := map[string]float64{
			"epoch": float64(w.step), "loss": e.Loss, "accuracy": e.Accuracy, "val_loss": e.Validation.Loss,
			"val_accuracy": e.Validation.Accuracy, "rate": 0.001, "seconds": e.Elapsed.Seconds(),
		}
		switch x, ok := want[w.tag]; {
		case ok && (w.scalar == nil || float32(*w.scalar) != float32(x)):
			t.Errorf("%s of step %d: want %v, got %v", w.tag, w.step, x, w.scalar)
		case w.histo != nil:
			checkHistogram(t, net, w)
		case w.tag == "grey":
			checkGrey(t, w, 10)
		}
	}
	scalars := []string{"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "rate", "seconds"}
	var drawn []string
	for _, p := range net.Params(graph.Trained) {
		drawn = append(drawn, "gradients/"+p.Name)
	}
	drawn = append(drawn, scalars...)
	for _, p := range net.Params() {
		drawn = append(drawn, "weights/"+p.Name)
	}
	drawn = append(drawn, "grey")
	if diff := cmp.Diff([][]string{scalars, drawn, scalars}, tags); diff != "" {
		t.Errorf("tags, step by step (-want +got):\n%s", diff)
	}
	if first := float64(began.Unix()); !strings.Contains(only(t, dir), strconv.Itoa(int(first))) || last < first+1 {
		t.Errorf("want times from %v on, got the file %s and at last %v", first, only(t, dir), last)
	}
}

// TestValidationsByStep: those between the epochs, and at their ends.
func TestValidationsByStep(t *testing.T) {
	dir := t.TempDir()
	w, err := New(dir, Config{NoHistograms: true})
	if err != nil {
		t.Fatal(err)
	}
	data, held := loaders.RenderedDigits(1, 50, 20)
	history, err := train.Fit(t.Context(), network(t), data, train.Config{Epochs: 2, Batch: 10, Validation: held, ValidateEvery: 3, Callbacks: []train.Callback{w}})
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	got := map[int]float32{}
	for _, w := range read(t, dir) {
		if w.tag == "step" || strings.HasPrefix(w.tag, "steps/") && !strings.HasPrefix(w.tag, "steps/val_") {
			t.Errorf("want no scalar %s", w.tag)
		}
		if w.tag == "steps/val_loss" {
			got[w.step] = float32(*w.scalar)
		}
		if w.tag == "val_loss" && w.step > 2 {
			t.Errorf("want val_loss by epoch, got one of step %d", w.step)
		}
	}
	want := map[int]float32{5: float32(history.Epochs[0].Validation.Loss), 10: float32(history.Epochs[1].Validation.Loss)}
	for _, v := range history.Validations {
		want[v.Step] = float32(v.Loss)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 5 {
		t.Errorf("losses by step (-want +got):\n%s", diff)
	}
}

func only(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("want one file, got %v (%v)", files, err)
	}
	return files[0].Name()
}

func checkHistogram(t *testing.T, net *graph.Network, w written) {
	t.Helper()
	sum := 0.0
	for _, n := range w.histo.doubles(7) {
		sum += n
	}
	_, name, _ := strings.Cut(w.tag, "/")
	for _, p := range net.Params() {
		if p.Name != name {
			continue
		}
		if n := float64(p.Value.Shape().TotalSize()); w.histo.double(3) != n || sum != n {
			t.Errorf("%s: want %v values, got %v, in buckets %v", w.tag, n, w.histo.double(3), sum)
		}
	}
}

func checkGrey(t *testing.T, w written, value uint8) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(w.image.bytes(4)))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, 3, 2) || img.At(1, 0) != (color.Gray{value}) {
		t.Errorf("want %d in a picture of 3×2, got %v in %v", value, img.At(1, 0), img.Bounds())
	}
	if h, wide, c := w.image.number(1), w.image.number(2), w.image.number(3); h != 2 || wide != 3 || c != 1 {
		t.Errorf("want 2 high, 3 wide, 1 channel, got %d, %d, %d", h, wide, c)
	}
}

// TestHistogramsAreThoseAtTheEnd compares the last histograms with the weights,
// and with the gradients of the last step.
func TestHistogramsAreThoseAtTheEnd(t *testing.T) {
	dir := t.TempDir()
	want := map[string]histogram{}
	net, _, err := run(t, dir, 2, Config{}, train.CallbackFunc(func(e train.Event) error {
		if e.Kind == train.BatchEnd {
			for i, p := range e.Network.Params(graph.Trained) {
				want["gradients/"+p.Name] = newHistogram(float64s(e.Gradients[i]))
			}
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range net.Params() {
		want["weights/"+p.Name] = newHistogram(float64s(p.Value))
	}
	got := map[string]histogram{}
	for _, w := range read(t, dir) {
		if w.histo != nil && w.step == 2 {
			h := w.histo
			got[w.tag] = histogram{h.double(1), h.double(2), h.double(3), h.double(4), h.double(5), h.doubles(6), h.doubles(7)}
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(histogram{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoHistograms(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := run(t, dir, 1, Config{NoHistograms: true}); err != nil {
		t.Fatal(err)
	}
	for _, w := range read(t, dir) {
		if w.scalar == nil {
			t.Errorf("want scalars alone, got %s", w.tag)
		}
	}
}

// TestEpochsAreThereAtOnce reads the file while it is being written.
func TestEpochsAreThereAtOnce(t *testing.T) {
	dir := t.TempDir()
	w, err := New(dir, Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if n := len(read(t, dir)); n != 0 {
		t.Errorf("want no values at first, got %d", n)
	}
	if err := w.On(train.Event{Kind: train.EpochEnd, Epoch: 1, Network: network(t)}); err != nil {
		t.Fatal(err)
	}
	if len(read(t, dir)) == 0 {
		t.Error("want values after an epoch, got none")
	}
}

func TestFilesOfOneSecond(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		w, err := New(dir, Config{Now: func() time.Time { return began }})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
	}
	if files, _ := os.ReadDir(dir); len(files) != 3 {
		t.Errorf("want 3 files, got %v", files)
	}
}

func TestColourspaces(t *testing.T) {
	r := image.Rect(0, 0, 1, 1)
	opaque := image.NewNRGBA(r)
	opaque.Pix[3] = 255
	for _, tt := range []struct {
		img  image.Image
		want int
	}{{image.NewGray(r), 1}, {image.NewGray16(r), 1}, {opaque, 3}, {image.NewYCbCr(r, image.YCbCrSubsampleRatio444), 3}, {image.NewNRGBA(r), 4}} {
		if got := colourspace(tt.img); got != tt.want {
			t.Errorf("%T: want %d, got %d", tt.img, tt.want, got)
		}
	}
}

func TestAskedWrongly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, dir string
		config    Config
		want      string
	}{
		{"no folder", "", Config{}, `tensorboard: want a folder, got ""`},
		{"a file", file, Config{}, "tensorboard: mkdir " + file},
		{"Every", "x", Config{Every: -1}, "tensorboard: want Every of at least 1 epoch, or 0 for 1, got -1"},
		{"no tag", "x", Config{Pictures: []Picture{{Draw: grey()}}}, "tensorboard: want a Tag for picture 0, got none"},
		{"no Draw", "x", Config{Pictures: []Picture{{Tag: "a"}}}, "tensorboard: want a Draw for picture a, got none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.dir, tt.config)
			wantOneLine(t, err, tt.want)
		})
	}
	w, err := New(t.TempDir(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	wantOneLine(t, w.Image("a", 1, nil), "tensorboard: picture a: want an image, got nil")
	wantOneLine(t, w.Image("a", 1, image.NewGray(image.Rectangle{})), "tensorboard: picture a: png: ")
	wantOneLine(t, w.Scalar("", 1, 1), `tensorboard: want a tag, got ""`)
	wantOneLine(t, w.Histogram("", 1, nil), `tensorboard: want a tag, got ""`)
	wantOneLine(t, w.Image("", 1, nil), `tensorboard: want a tag, got ""`)
	wantOneLine(t, w.Scalar("a", -1, 1), "tensorboard: a: want a step of 0 or more, got -1")
	wantOneLine(t, (*Writer)(nil).Scalar("a", 1, 1), "tensorboard: want a Writer that is open, got a closed one")
	for range 2 {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
	wantOneLine(t, w.Scalar("a", 1, 1), "tensorboard: want a Writer that is open, got a closed one")
}

func wantOneLine(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("want one line with %q, got %v", want, err)
	}
}

// TestFailuresEndTraining has a file that is closed under the Writer, and a
// picture that fails.
func TestFailuresEndTraining(t *testing.T) {
	broken := func(*graph.Network) (image.Image, error) { return nil, errors.New("no paint") }
	_, history, err := run(t, t.TempDir(), 2, Config{Pictures: []Picture{{Tag: "a", Draw: broken}}})
	wantOneLine(t, err, "tensorboard: picture a: no paint")
	if len(history.Epochs) != 1 {
		t.Errorf("want 1 epoch, got %d", len(history.Epochs))
	}
	w, err := New(t.TempDir(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	w.file.Close()
	err = w.On(train.Event{Kind: train.EpochEnd, Epoch: 1, Network: network(t)})
	wantOneLine(t, err, "tensorboard: write ")
	if !errors.Is(err, os.ErrClosed) {
		t.Errorf("want %v, got %v", os.ErrClosed, err)
	}
	wantOneLine(t, w.Close(), "tensorboard: write ")
}

// TestTensorBoardReads has TensorBoard's own readers see what the test's reader
// does, where it is installed: pip install tensorboard.
func TestTensorBoardReads(t *testing.T) {
	if exec.Command("python3", "-c", "import tensorboard").Run() != nil {
		t.Skip("python3 has no tensorboard")
	}
	dir, net := t.TempDir(), blocks(t)
	if _, err := runOf(t, net, dir, 3, Config{Now: ticking(), Pictures: []Picture{{Tag: "grey/a b", Draw: grey()}}}); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	c := exec.Command("python3", "testdata/read.py", dir)
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var got seen
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := expected(read(t, dir))
	want.Graph = nodeLines(t, nodes(began, net))
	want.ServedGraph = want.Graph
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-written +read by TensorBoard):\n%s", diff)
	}
}

// seen is what TensorBoard's readers see.
type seen struct {
	Scalars     []seenScalar
	Histograms  []seenHistogram
	Images      []seenImage
	Served      map[string]int
	ServedCount float64
	Graph       []string
	ServedGraph []string
}

// At is where a value is.
type At struct {
	Tag  string
	Wall float64
	Step int
}

type seenScalar struct {
	At
	Value float64
}

type seenHistogram struct {
	At
	Limits, Counts, Numbers []float64
}

type seenImage struct {
	At
	Width, Height int
	PNG           []byte
}

// expected is what they are to see, tag by tag in the order of the first of each.
func expected(all []written) seen {
	s := seen{}
	order := map[string]int{}
	for _, w := range all {
		if _, ok := order[w.tag]; !ok {
			order[w.tag] = len(order)
		}
	}
	slices.SortStableFunc(all, func(a, b written) int { return order[a.tag] - order[b.tag] })
	for _, w := range all {
		at := At{w.tag, w.wall, w.step}
		switch {
		case w.scalar != nil:
			s.Scalars = append(s.Scalars, seenScalar{at, *w.scalar})
		case w.histo != nil:
			h := seenHistogram{At: at, Limits: w.histo.doubles(6), Counts: w.histo.doubles(7)}
			for n := 1; n <= 5; n++ {
				h.Numbers = append(h.Numbers, w.histo.double(n))
			}
			s.ServedCount += w.histo.double(3)
			s.Histograms = append(s.Histograms, h)
		case w.image != nil:
			s.Images = append(s.Images, seenImage{at, w.image.number(2), w.image.number(1), w.image.bytes(4)})
		}
	}
	s.Served = map[string]int{"scalars": len(s.Scalars), "histograms": len(s.Histograms), "images": len(s.Images)}
	return s
}
