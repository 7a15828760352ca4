package cli

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
)

// TestPictures wants each file named on stdout to be a PNG of the size said
// there.
func TestPictures(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "pictures")
	got := run(digits, short("--net", "conv32", "--pictures", dir, "--all-convolutions")...)
	if got.status != 0 || got.stderr != "" {
		t.Fatalf("got %+v", got)
	}
	names := []string{"curves.png", "confusion.png", "mistakes.png", "kernels.png", "feature-maps.png", "feature-maps-conv2d_1.png", "feature-maps-max_pool2d_1.png"}
	var want []string
	for _, name := range names {
		path := filepath.Join(dir, name)
		w, h := pictureSize(t, path)
		if w < 200 || w > 1200 || h < 100 || h > 1500 {
			t.Errorf("%s: want a picture for a screen, got %d×%d", name, w, h)
		}
		// Three rows of three columns, and three blocks of sixteen columns.
		if rows := map[string]string{"feature-maps.png": "460×612", "feature-maps-conv2d_1.png": "1074×838"}[name]; rows != "" && rows != fmt.Sprintf("%d×%d", w, h) {
			t.Errorf("%s: want all images of it, %s, got %d×%d", name, rows, w, h)
		}
		want = append(want, fmt.Sprintf("Wrote %s, %d×%d", path, w, h))
	}
	lines := regexp.MustCompile(`(?m)^Wrote .*$`).FindAllString(got.stdout, -1)
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if !strings.Contains(got.stdout, " - val_loss: ") || !strings.HasSuffix(got.stdout, "]\n") {
		t.Errorf("want validation, and the result last, got %s", got.stdout)
	}
	wantFiles(t, dir, "confusion.png", "curves.png", "feature-maps-conv2d_1.png", "feature-maps-max_pool2d_1.png", "feature-maps.png", "kernels.png", "mistakes.png")
}

// pictureSize decodes the whole file.
func pictureSize(t *testing.T, path string) (width, height int) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return img.Bounds().Dx(), img.Bounds().Dy()
}

// TestPicturesWithoutConvolution says what there is none of.
func TestPicturesWithoutConvolution(t *testing.T) {
	dir := t.TempDir()
	got := run(digits, short("--pictures", dir)...)
	want := "\nNo kernels.png: the network simple has no convolution\nNo feature-maps.png: the network simple has no layer that makes an image\n["
	if got.status != 0 || !strings.Contains(got.stdout, want) {
		t.Errorf("want %q, got %+v", want, got)
	}
	wantFiles(t, dir, "confusion.png", "curves.png", "mistakes.png")
}

// TestNoValidationWithoutPictures: it costs time.
func TestNoValidationWithoutPictures(t *testing.T) {
	if got := run(digits, short()...); got.status != 0 || strings.Contains(got.stdout, "val_loss") {
		t.Errorf("want no validation, got %+v", got)
	}
}

func TestPicturesQuiet(t *testing.T) {
	got := run(digits, short("--quiet", "--pictures", t.TempDir())...)
	if got.status != 0 || strings.Count(got.stdout, "\n") != 1 || got.stdout[0] != '[' {
		t.Errorf("want the pair only, got %+v", got)
	}
}

// TestPicturesNeverReplace: a file of the user's stays as it is, unless
// --force.
func TestPicturesNeverReplace(t *testing.T) {
	dir := t.TempDir()
	theirs := filepath.Join(dir, "mistakes.png")
	other := filepath.Join(dir, "kernels.png") // which the network simple has none of
	for _, path := range []string{theirs, other} {
		if err := os.WriteFile(path, []byte("theirs"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := run(digits, short("--pictures", dir)...)
	want := result{1, "", "digits: --pictures: " + theirs + " exists: write elsewhere, or replace it with --force\n"}
	if got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
	wantContent(t, theirs, "theirs")
	wantFiles(t, dir, "kernels.png", "mistakes.png")

	if got := run(digits, short("--pictures", dir, "--force")...); got.status != 0 {
		t.Fatalf("--force: got %+v", got)
	}
	pictureSize(t, theirs)
	wantContent(t, other, "theirs")
}

// TestPictureSheetsNeverReplace has a file in the way that only
// --all-convolutions would write.
func TestPictureSheetsNeverReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "feature-maps-conv2d_1.png")
	if err := os.WriteFile(path, []byte("theirs"), 0o644); err != nil {
		t.Fatal(err)
	}
	args := short("--net", "conv32", "--pictures", dir)
	got := run(digits, append(args, "--all-convolutions")...)
	want := result{1, "", "digits: --pictures: " + path + " exists: write elsewhere, or replace it with --force\n"}
	if got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
	if got := run(digits, args...); got.status != 0 {
		t.Errorf("without --all-convolutions: got %+v", got)
	}
	wantContent(t, path, "theirs")
}

// TestPictureTurnsUp has a file appear during training: it stays, and the
// result is not lost.
func TestPictureTurnsUp(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "confusion.png")
	stdout, stderr := &hooked{at: "Epoch 1/1", do: func() { os.WriteFile(path, []byte("theirs"), 0o644) }}, &bytes.Buffer{}
	status := Run(context.Background(), digits, short("--pictures", dir), stdout, stderr)
	if want := "digits: --pictures: " + path + " exists: "; status != 1 || !strings.HasPrefix(stderr.String(), want) {
		t.Errorf("want exit status 1 and %q, got %d and %q", want, status, stderr)
	}
	if !strings.HasSuffix(stdout.text.String(), "]\n") {
		t.Errorf("want the result all the same, got %q", &stdout.text)
	}
	wantContent(t, path, "theirs")
}

// TestPicturesFailFirst has mistakes that must be noticed before training.
func TestPicturesFailFirst(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "taken", "curves.png")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"a file for a folder", []string{"--pictures", file}, 1, "digits: --pictures: "},
		{"a folder for a file", []string{"--pictures", filepath.Dir(folder), "--force"}, 1, "digits: --pictures: want a file, got the folder " + folder + "\n"},
		{"convolution", []string{"--pictures", filepath.Join(dir, "a"), "--net", "conv32", "--convolution", "32"}, 2, "digits: --convolution: want a number from 0 to 31, got 32\n"},
		{"negative convolution", []string{"--pictures", filepath.Join(dir, "a"), "--net", "conv32", "--convolution", "-1"}, 2, "digits: --convolution: want a number from 0 to 31, got -1\n"},
		{"class", []string{"--pictures", filepath.Join(dir, "b"), "--net", "conv32", "--image-class", "10", "--quiet"}, 1, "digits: --image-class: want a class from 0 to 9 of which there is a test image, got 10\n"},
		{"negative class", []string{"--image-class", "-2"}, 2, "digits: --image-class: want at least -1, got -2\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := run(digits, short(tt.args...)...)
			if got.status != tt.status || got.stdout != "" || !strings.HasPrefix(got.stderr, tt.want) {
				t.Errorf("want exit status %d and %q, got %+v", tt.status, tt.want, got)
			}
		})
	}
}

// TestPicturesFolder is not made where nothing comes to be in it.
func TestPicturesFolder(t *testing.T) {
	dir := t.TempDir()
	got := run(digits, short("--pictures", filepath.Join(dir, "new", "pictures"), "--lr", "1e30")...)
	if want := "digits: without a finished epoch: no pictures in " + filepath.Join(dir, "new", "pictures") + "\ndigits: epoch 1, after "; got.status != 1 || !strings.HasPrefix(got.stderr, want) {
		t.Errorf("want a word on the pictures, and the error, got %+v", got)
	}
	wantFiles(t, dir)
}

func TestImagesToSee(t *testing.T) {
	test := &loaders.Dataset{Classes: []string{"a", "b", "c"}, Labels: []int{1, 0, 1, 1, 0, 1}}
	for _, tt := range []struct {
		class int
		want  []int
	}{{-1, []int{0, 2, 3}}, {0, []int{1, 4}}, {1, []int{0, 2, 3}}} {
		f := flags{outputs: outputs{ImageClass: tt.class}}
		got, err := f.imagesToSee(test)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("class %d (-want +got):\n%s", tt.class, diff)
		}
	}
	f := flags{outputs: outputs{ImageClass: 2}}
	if got, err := f.imagesToSee(test); err == nil {
		t.Errorf("want an error where no image is of the class, got %v", got)
	}
}

// TestPicturesFollowFlags: another convolution, and another class, make other
// feature maps.
func TestPicturesFollowFlags(t *testing.T) {
	var drawn [][]byte
	for _, args := range [][]string{{"--convolution", "1"}, {"--convolution", "2"}, {"--image-class", "5"}, nil} {
		dir := t.TempDir()
		if got := run(digits, short(append(args, "--net", "conv32", "--quiet", "--pictures", dir)...)...); got.status != 0 {
			t.Fatalf("%v: got %+v", args, got)
		}
		text, err := os.ReadFile(filepath.Join(dir, "feature-maps.png"))
		if err != nil {
			t.Fatal(err)
		}
		drawn = append(drawn, text)
	}
	if !bytes.Equal(drawn[0], drawn[3]) {
		t.Error("want convolution 1 unless told otherwise, and the same picture each time")
	}
	if bytes.Equal(drawn[0], drawn[1]) || bytes.Equal(drawn[0], drawn[2]) {
		t.Error("want other feature maps of another convolution and another class, got the same")
	}
}
