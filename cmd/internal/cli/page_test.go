package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"euryale/internal/f32"
)

func TestPage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.html")
	got := run(digits, short("--net", "lenet5", "--epochs", "2", "--page", path, "--lr", "0.002", "--convolution", "2")...)
	pair := figures.FindAllString(got.stdout[strings.LastIndex(got.stdout, "["):], -1)
	if got.status != 0 || got.stderr != "" || len(pair) != 2 || !strings.Contains(got.stdout, "\nWrote "+path+"\n[") || !strings.Contains(got.stdout, " - val_loss: ") {
		t.Fatalf("want validation, the page's name and the pair, got %+v", got)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := regexp.MustCompile(`(?s)<style>.*</style>|<[^>]*>`).ReplaceAllString(string(b), " ")
	page = strings.Join(strings.Fields(page), " ")
	for _, want := range []string{
		"digits: the network lenet5 on rendered-digits ", " of 100 test images recognised, after 2 epochs of training on 200 images.",
		"Test loss " + pair[0], "Origin: built in: drawn by the program, seed 1.", "What convolution 2, counted from 0,",
		"--net NAME lenet5 network", "--lr RATE 0.002 learning", "--train-samples N 200 ", "--dataset NAME rendered-digits dataset",
		"Kernels " + f32.Current().String() + " ", "System " + runtime.GOOS + "/" + runtime.GOARCH, "Go " + runtime.Version(), "GOMAXPROCS ",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("want %q, got\n%s", want, page)
		}
	}
	for _, never := range []string{"--page", "--json", "--quiet", "--force", "--help"} {
		if strings.Contains(page, never) {
			t.Errorf("want no %s among the settings, got\n%s", never, page)
		}
	}
	wantFiles(t, filepath.Dir(path), "run.html")
}

// TestPageExists must not lose a file, nor train in vain.
func TestPageExists(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.html")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := run(digits, short("--page", path)...)
	want := result{1, "", "digits: --page: " + path + " exists: write elsewhere, or replace it with --force\n"}
	if got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
	wantContent(t, path, "old")
	if got := run(digits, short("--quiet", "--page", path, "--force")...); got.status != 0 || strings.Contains(got.stdout, "Wrote") {
		t.Errorf("--force --quiet: got %+v", got)
	}
	wantContent(t, path, "<!DOCTYPE html>")
	wantFiles(t, dir, "run.html")
}

func wantContent(t *testing.T, path, prefix string) {
	t.Helper()
	if b, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(b), prefix) {
		t.Errorf("%s: want %q first, got %.40q and error %v", path, prefix, b, err)
	}
}

func TestPageErrors(t *testing.T) {
	dir := t.TempDir()
	dangling := filepath.Join(dir, "link.html")
	if err := os.Symlink(filepath.Join(dir, "nothing"), dangling); err != nil {
		t.Skip(err)
	}
	none := filepath.Join(dir, "none", "run.html")
	same := filepath.Join(dir, "same")
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"folder", []string{"--page", dir, "--force"}, 1, "digits: --page: want a file, got the folder " + dir + "\n"},
		{"no folder", []string{"--page", none}, 1, "digits: --page: cannot write " + none + ": "},
		{"link to nothing", []string{"--page", dangling}, 1, "digits: --page: " + dangling + " exists"},
		{"the file of --json", []string{"--page", same, "--json", dir + "/./same"}, 2, "digits: --page: want another file than that of --json, got " + same + "\n"},
		{"convolution", []string{"--page", same, "--net", "lenet5", "--convolution", "999"}, 2, "digits: --convolution: want a number from 0 to "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := run(digits, short(tt.args...)...)
			if got.status != tt.status || got.stdout != "" || !strings.HasPrefix(got.stderr, tt.want) || strings.Contains(got.stderr, ".euryale") {
				t.Errorf("want %d and %q, got %+v", tt.status, tt.want, got)
			}
		})
	}
	wantFiles(t, dir, "link.html")
}

// TestPageComesLate has a file appear while the network trains, and the folder
// vanish.
func TestPageComesLate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.html")
	for _, tt := range []struct {
		name string
		do   func()
		want string
	}{
		{"file", func() { os.WriteFile(path, []byte("new"), 0o644) }, "digits: --page: " + path + " exists"},
		{"no folder", func() { os.RemoveAll(dir) }, "digits: --page: cannot write " + path + ": "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			os.Remove(path)
			stdout, stderr := &hooked{at: "Model:", do: tt.do}, &bytes.Buffer{}
			status := Run(context.Background(), digits, short("--page", path), stdout, stderr)
			if status != 1 || !strings.HasPrefix(stderr.String(), tt.want) || !strings.HasSuffix(stdout.text.String(), "]\n") {
				t.Errorf("want exit status 1, %q and the result all the same, got %d, %q and %q", tt.want, status, stderr, &stdout.text)
			}
			if tt.name == "file" {
				wantContent(t, path, "new")
			}
		})
	}
}
