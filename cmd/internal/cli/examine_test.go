package cli

import (
	"context"
	"encoding/json"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
)

// TestDuplicates counts copies within the parts and between them, and tells those of
// different classes.
func TestDuplicates(t *testing.T) {
	part := func(name string, pixels []uint8, labels ...int) *loaders.Dataset {
		return &loaders.Dataset{Name: name, Classes: []string{"a", "b"}, Channels: 1, Height: 1, Width: 1, Images: pixels, Labels: labels}
	}
	d := &data{name: "made", train: part("training", []uint8{7, 9, 7, 7, 1}, 0, 0, 1, 0, 0), test: part("test", []uint8{9, 5, 5, 2}, 0, 1, 1, 0)}
	got, err := lookOver(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	if c := got.Duplicates; c.Training != 2 || c.Test != 1 || c.Between != 1 || len(c.Groups) != 3 {
		t.Errorf("want 2, 1 and 1 in 3 groups, got %+v", c)
	}
	const want = `  class  training  test
  a             4     2
  b             1     2
  all           5     4
`
	if text := got.String(); !strings.HasPrefix(text, want) {
		t.Errorf("want\n%s\ngot\n%s", want, text)
	}
	wantLines(t, got.String(), "Duplicates: 2 within training, 1 within test, 1 test image that is in training\n",
		"\n  different classes: training 0 (a), training 2 (b), training 3 (a)\n", "\n  training 1 (a), test 0 (a)\n", "\n  test 1 (b), test 2 (b)\n")
	mean, deviation := (7.0+9+7+7+1)/5, 0.0
	for _, v := range []float64{7, 9, 7, 7, 1} {
		deviation += (v - mean) * (v - mean) / 5
	}
	if m, dev := got.Training.Mean[0], got.Training.Deviation[0]; math.Abs(m-mean/255) > 1e-12 || math.Abs(dev-math.Sqrt(deviation)/255) > 1e-12 {
		t.Errorf("want %v and %v, got %v and %v", mean/255, math.Sqrt(deviation)/255, m, dev)
	}
	if got.Training.SHA256 != d.train.Checksum() {
		t.Errorf("want the part's Checksum, got %s", got.Training.SHA256)
	}
}

// TestDataCommand looks at drawn images and at one's own, whose files it names.
func TestDataCommand(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data.json")
	got := run(digits, "data", "--dataset", "rendered-digits", "--train-samples", "50", "--test-samples", "20", "--json", path)
	if got.status != 0 || !strings.Contains(got.stdout, "\nTraining: 50 images of 1×28×28, mean 0.") {
		t.Errorf("got %+v", got)
	}
	own := patches(t, 2, 6, 10, 10)
	copied, err := os.ReadFile(filepath.Join(own, "kind 000", "01.png"))
	if err == nil {
		err = os.WriteFile(filepath.Join(own, "kind 001", "copy.png"), copied, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	got = run(ownImages, "data", "--data", own, "--json", path, "--force", "--quiet=false")
	if got.status == 0 {
		t.Errorf("want --quiet to be none of its flags, got %+v", got)
	}
	got = run(ownImages, "data", "--data", own, "--json", path, "--force")
	if got.status != 0 {
		t.Fatal(got.stderr)
	}
	wantLines(t, got.stdout, "different classes: ", "01.png", "copy.png")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found examination
	if err := json.Unmarshal(text, &found); err != nil || len(found.Duplicates.Groups) != 1 || len(found.Classes) != 2 {
		t.Errorf("got %s and error %v", text, err)
	}
}

// TestSheets are of a size to look at for 2 and for 200 classes, and change with
// --augmented.
func TestSheets(t *testing.T) {
	dir := t.TempDir()
	few, many := patches(t, 2, 6, 10, 10), patches(t, 200, 2, 10, 10)
	plain, varied, crowd := filepath.Join(dir, "plain.png"), filepath.Join(dir, "varied.png"), filepath.Join(dir, "many.png")
	for _, args := range [][]string{
		{"--data", few, "--sheet", plain},
		{"--data", few, "--sheet", varied, "--augmented", "--augment", "shift=4"},
		{"--data", many, "--sheet", crowd, "--test-share", "0.5"},
	} {
		if got := run(ownImages, append([]string{"data"}, args...)...); got.status != 0 {
			t.Fatalf("%v: got %+v", args, got)
		}
	}
	before, _ := os.ReadFile(plain)
	after, _ := os.ReadFile(varied)
	if len(before) == 0 || cmp.Equal(before, after) {
		t.Error("--augmented: want another sheet")
	}
	f, err := os.Open(crowd)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.DecodeConfig(f)
	if err != nil || m.Width != 8+16*92 || m.Height != 8+13*110 {
		t.Errorf("want a sheet of 200 tiles in 16 columns, got %+v and error %v", m, err)
	}
}
