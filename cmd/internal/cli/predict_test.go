package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// kept is the file of a network that reads drawn digits.
func kept(t *testing.T) string {
	t.Helper()
	training, _ := loaders.RenderedDigits(1, 2000, 0)
	net, err := nets.New("dense128", nets.Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := train.Fit(t.Context(), net, training, train.Config{Epochs: 2}); err != nil {
		t.Fatal(err)
	}
	if err := net.SetDetails(graph.Details{Classes: strings.Fields("zero one two three four five six seven eight nine")}); err != nil {
		t.Fatal(err)
	}
	return savedNet(t, net)
}

func savedNet(t *testing.T, net *graph.Network) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := net.Save(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// sheet is a digit in ink on a large sheet.
func sheet(d *loaders.Dataset, i int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, 400, 350))
	for p := range m.Pix {
		m.Pix[p] = 240
		if x, y := p%400-70, p/400-30; x >= 0 && x < 280 && y >= 0 && y < 280 {
			if v := d.Image(i)[y/10*28+x/10]; v > 60 {
				m.Pix[p] = uint8(240 - int(v)*200/255)
			}
		}
	}
	return m
}

func write(t *testing.T, name string, encode func(io.Writer) error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPredictCommand: what is no picture is told of, all else is predicted, and
// --json has both.
func TestPredictCommand(t *testing.T) {
	d, _ := loaders.RenderedDigits(2, 5, 0)
	load := kept(t)
	picture := write(t, "a.png", func(w io.Writer) error { return png.Encode(w, sheet(d, 0)) })
	photo := write(t, "b.jpg", func(w io.Writer) error { return jpeg.Encode(w, sheet(d, 1), nil) })
	bad := write(t, "c.png", func(w io.Writer) error { _, err := io.WriteString(w, "no picture"); return err })
	empty := write(t, "d.png", func(w io.Writer) error { return png.Encode(w, image.NewGray(image.Rect(0, 0, 9, 9))) })
	got := run(digits, "predict", "--load", load, "--json", "-", picture, bad, photo, "nowhere.png", empty)
	var all []struct {
		File, Error, Name string
		Class             *int
		Probabilities     []float32
	}
	if err := json.Unmarshal([]byte(got.stdout), &all); err != nil || len(all) != 5 {
		t.Fatalf("want five in JSON, got %+v", got)
	}
	for i, p := range all {
		fine := i == 0 || i == 2
		if fine != (p.Error == "") || fine != (p.Class != nil) || fine != (len(p.Probabilities) == 10) {
			t.Errorf("want %s predicted %v, got %+v", p.File, fine, p)
		}
	}
	said := strings.Split(strings.TrimSpace(got.stderr), "\n")
	odd := "digits: --load: " + load + ": the network tells zero, one, two, ..., and the pictures of digits are of 0, 1, 2, ..."
	for i, want := range []string{
		"^" + odd + "$",
		`^` + picture + `: [a-z]+ \(\d+\.\d %\)$`, "^digits: " + bad + ": want a PNG, .*, got something else$",
		`^` + photo + `: [a-z]+ \(`, "^digits: nowhere.png: no such file or directory$", "^digits: " + empty + ": digit: want a picture with something on it",
		"^digits: predict: 3 of 5 pictures could not be predicted$",
	} {
		if i >= len(said) || !regexp.MustCompile(want).MatchString(said[i]) {
			t.Errorf("want %s, got %q", want, said)
		}
	}
	if got.status != 1 {
		t.Errorf("want status 1, got %d", got.status)
	}
	if got := run(digits, "predict", "--load", load, picture, photo); got.status != 0 || got.stderr != odd+"\n" || strings.Count(got.stdout, "\n") != 2 {
		t.Errorf("want two lines, the classes and status 0, got %+v", got)
	}
}

// TestPredictFolder predicts all below a folder in the order of names, but what is hidden,
// and tells of what is no picture.
func TestPredictFolder(t *testing.T) {
	d, _ := loaders.RenderedDigits(2, 3, 0)
	load, dir, empty := kept(t), t.TempDir(), t.TempDir()
	for i, name := range []string{"b.png", "a/z.png", "c/d/a.png"} {
		writePNG(t, filepath.Join(dir, filepath.FromSlash(name)), sheet(d, i))
	}
	for _, name := range []string{".hidden.png", "a/.DS_Store", ".git/x.png", "__MACOSX/x.png", "c/notes.txt"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte("no picture"), 0o644))
	}
	must(t, os.Symlink(load, filepath.Join(dir, "outside.png")))
	must(t, os.WriteFile(filepath.Join(empty, ".hidden"), nil, 0o644))
	got := run(digits, "predict", "--load", load, dir, empty)
	var names []string
	for line := range strings.Lines(got.stdout) {
		name, _, _ := strings.Cut(line, ": ")
		names = append(names, name)
	}
	want := []string{filepath.Join(dir, "a", "z.png"), filepath.Join(dir, "b.png"), filepath.Join(dir, "c", "d", "a.png")}
	if diff := cmp.Diff(want, names); diff != "" || got.status != 1 {
		t.Errorf("want status 1, got %d; predicted (-want +got):\n%s", got.status, diff)
	}
	said := strings.SplitAfter(got.stderr, "\n")[1:] // behind that of the classes
	for i, start := range []string{
		"digits: " + filepath.Join(dir, "c", "notes.txt") + ": want a PNG", "digits: " + filepath.Join(dir, "outside.png") + ": is a link out of the folder\n",
		"digits: " + empty + ": want pictures in the folder, got none\n", "digits: predict: 3 of 6 pictures could not be predicted\n",
	} {
		if i >= len(said) || !strings.HasPrefix(said[i], start) {
			t.Errorf("want %q, got %q", start, said)
		}
	}
	help := run(digits, "predict", "--help")
	for line := range strings.Lines(help.stdout) {
		if len(line) > 81 {
			t.Errorf("want lines of at most 80 columns, got %q", line)
		}
	}
}

// TestPredictRaw is of the dataset's own images, in the bits of train.Predict.
func TestPredictRaw(t *testing.T) {
	d, _ := loaders.RenderedDigits(2, 3, 0)
	load := kept(t)
	net, err := graph.Load(load)
	if err != nil {
		t.Fatal(err)
	}
	want, err := train.Predict(t.Context(), net, d, train.PredictConfig{})
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"predict", "--load", load, "--raw", "--json", "-"}
	for i := range d.Len() {
		args = append(args, write(t, "raw.png", func(w io.Writer) error { return png.Encode(w, d.Picture(i)) }))
	}
	large := write(t, "large.png", func(w io.Writer) error { return png.Encode(w, sheet(d, 0)) })
	got := run(digits, append(args, large)...)
	var all []struct {
		Error         string
		Class         *int
		Probabilities []float32
	}
	if err := json.Unmarshal([]byte(got.stdout), &all); err != nil || len(all) != 4 {
		t.Fatalf("want four in JSON, got %+v", got)
	}
	for i, row := range want {
		if !cmp.Equal(row, all[i].Probabilities) || *all[i].Class != slices.Index(row, slices.Max(row)) {
			t.Errorf("image %d: want %v, got %+v", i, row, all[i])
		}
	}
	if want := "--raw: want a picture of 28×28 pixels, got 400×350"; all[3].Error != want {
		t.Errorf("want %q, got %q", want, all[3].Error)
	}
}

// TestPredictInput takes a picture from the standard input.
func TestPredictInput(t *testing.T) {
	d, _ := loaders.RenderedDigits(2, 1, 0)
	var b, stdout, stderr bytes.Buffer
	if err := png.Encode(&b, sheet(d, 0)); err != nil {
		t.Fatal(err)
	}
	cmd := rootCommand(digits)
	cmd.SetIn(&b)
	cmd.SetArgs([]string{"predict", "--load", kept(t), "-"})
	cmd.SetOut(&stdout)
	cmd.SetErr(&stderr)
	if err := cmd.ExecuteContext(t.Context()); err != nil || !strings.HasPrefix(stdout.String(), "-: ") {
		t.Errorf("want a line, got %q and error %v", &stdout, err)
	}
}

func TestPredictErrors(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{3}}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	other := savedNet(t, net)
	for _, tt := range []struct {
		args   string
		status int
		want   string
	}{
		{"predict a.png", 2, "digits: predict: want the file of a trained network, --load FILE, got none"},
		{"predict", 2, "digits: predict: want a picture, such as seven.png, got none"},
		{"predict --load x - -", 2, "digits: predict: want - once, got it 2 times"},
		{"predict --load x --force a.png", 2, "digits: --force: want --json FILE too"},
		{"predict --load nowhere a.png", 1, "digits: --load: open nowhere: no such file or directory"},
		{"predict --load " + other + " a.png", 1, "digits: --load: " + other + ": want a network of one image, of 1 or 3 channels, got (3)"},
		{"serve", 2, "digits: serve: want the file of a trained network, --load FILE, got none"},
		{"serve --load x --addr 8080", 2, `digits: --addr: want HOST:PORT, such as 127.0.0.1:8080, got "8080"`},
		{"serve --load nowhere", 1, "digits: --load: open nowhere: no such file or directory"},
		{"serve x", 2, `digits: serve: want no arguments, got "x"`},
	} {
		got := run(digits, strings.Fields(tt.args)...)
		if first, _, _ := strings.Cut(got.stderr, "\n"); got.status != tt.status || first != tt.want {
			t.Errorf("%s: want %d and %q, got %+v", tt.args, tt.status, tt.want, got)
		}
	}
}

// lines is a writer that can be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
	is chan string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Write(p)
	l.is <- string(p)
	return len(p), nil
}

// TestServeCommand says where it serves, serves there, and ends well when it is
// interrupted.
func TestServeCommand(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out, ended := &lines{is: make(chan string, 9)}, make(chan int, 1)
	load := kept(t)
	var stderr bytes.Buffer
	go func() {
		ended <- Run(ctx, digits, []string{"serve", "--load", load, "--addr", "127.0.0.1:0"}, out, &stderr)
	}()
	m := regexp.MustCompile(`^Serving \S+ at (http://127\.0\.0\.1:\d+/) until interrupted\n$`).FindStringSubmatch(<-out.is)
	if m == nil {
		t.Fatalf("want where it serves, got %s and %s", &out.b, &stderr)
	}
	a, err := http.Get(m[1])
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(a.Body)
	a.Body.Close()
	if err != nil || !bytes.Contains(page, []byte("<h1>Handwritten digits</h1>")) || !bytes.Contains(page, []byte(`<th scope="row">seven</th>`)) {
		t.Errorf("want the page, got error %v and %s", err, page)
	}
	cancel()
	if status := <-ended; status != 0 {
		t.Errorf("want status 0, got %d and %s", status, &stderr)
	}
}
