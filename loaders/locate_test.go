package loaders

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// TestLocateFiles has a folder with files of every kind.
func TestLocateFiles(t *testing.T) {
	set, mine := tiny("Own", 1)
	other, theirs := tiny("Rival", 2)
	missing := "missing"
	tests := []struct {
		name    string
		prepare func(t *testing.T, dir string) // after all four are there
		want    [4]string                      // the files' errors, PATH for the path; "" for none
		sums    [4]string                      // SHA-256; "" for the published one
	}{
		{name: "right", prepare: func(*testing.T, string) {}},
		{
			name: "gzip",
			prepare: func(t *testing.T, dir string) {
				os.Remove(filepath.Join(dir, set.files[trainImages].name))
				write(t, filepath.Join(dir, set.files[trainImages].name+".gz"), zipped(mine[trainImages]))
			},
		},
		{
			name: "wrong",
			prepare: func(t *testing.T, dir string) {
				write(t, filepath.Join(dir, set.files[trainLabels].name), theirs[trainLabels])
			},
			want: [4]string{trainLabels: "PATH: want 11 bytes of content with SHA-256 " + set.files[trainLabels].sum + ", got 11 with " + other.files[trainLabels].sum + ": a sound IDX file of 3, but not the published one"},
			sums: [4]string{trainLabels: other.files[trainLabels].sum},
		},
		{
			name: "truncated gzip",
			prepare: func(t *testing.T, dir string) {
				os.Remove(filepath.Join(dir, set.files[testImages].name))
				z := zipped(mine[testImages])
				write(t, filepath.Join(dir, set.files[testImages].name+".gz"), z[:len(z)-6])
			},
			want: [4]string{testImages: "PATH: byte 24: want more gzip data, got the end of the file: it is cut short, download or copy it again"},
			sums: [4]string{testImages: "none"},
		},
		{
			name: "too long",
			prepare: func(t *testing.T, dir string) {
				write(t, filepath.Join(dir, set.files[testLabels].name), append(mine[testLabels][:10:10], 7))
			},
			want: [4]string{testLabels: "PATH: want 10 bytes of content with SHA-256 " + set.files[testLabels].sum + ", got more"},
			sums: [4]string{testLabels: "none"},
		},
		{
			name: "missing",
			prepare: func(_ *testing.T, dir string) {
				os.Remove(filepath.Join(dir, set.files[trainImages].name))
				os.Remove(filepath.Join(dir, set.files[testLabels].name))
			},
			want: [4]string{trainImages: missing, testLabels: missing},
			sums: [4]string{trainImages: "none", testLabels: "none"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			own(t, set, mine, dir)
			tt.prepare(t, dir)
			f := &finder{set: set, rivals: []*published{other}, cache: dir}
			got, err := f.locate(t.Context(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got.Dir != dir {
				t.Errorf("folder %q, want %q", got.Dir, dir)
			}
			first := "<nil>"
			for i, file := range got.Files {
				checkLocated(t, file, set.files[i], dir, tt.want[i], tt.sums[i])
				if file.Err != nil && first == "<nil>" {
					first = file.Err.Error()
				}
			}
			if first == missing {
				first = "not found in " + dir
			}
			if got := describe(got.Err); got != first {
				t.Errorf("error %s, want %s", got, first)
			}
		})
	}
}

func describe(err error) string {
	if err == nil {
		return "<nil>"
	}
	return err.Error()
}

// checkLocated compares a file with what should be said of it.
func checkLocated(t *testing.T, got LocatedFile, f file, dir, wantErr, wantSum string) {
	t.Helper()
	want := LocatedFile{Name: f.name, SHA256: wantSum}
	switch wantSum {
	case "":
		want.SHA256 = f.sum
	case "none":
		want.SHA256 = ""
	}
	if wantErr != "missing" {
		for _, path := range []string{filepath.Join(dir, f.name), filepath.Join(dir, f.name+".gz")} {
			if info, err := os.Stat(path); err == nil {
				want.Path, want.Size = path, info.Size()
			}
		}
	}
	wantErr = strings.Replace(wantErr, "PATH", want.Path, 1)
	if got.Err == nil && wantErr != "" || got.Err != nil && got.Err.Error() != wantErr {
		t.Errorf("%s: error %v, want %q", f.name, got.Err, wantErr)
	}
	got.Err = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", f.name, diff)
	}
}

// TestLocateDir is about the folder that is chosen.
func TestLocateDir(t *testing.T) {
	set, mine := tiny("Own", 1)
	rival, theirs := tiny("Rival", 2)
	part := func(t *testing.T, dir string, files ...int) {
		for _, i := range files {
			write(t, filepath.Join(dir, set.files[i].name), mine[i])
		}
	}
	tests := []struct {
		name     string
		prepare  func(t *testing.T, root string)
		dir      string // Options.Dir, in root
		want     string // the folder, in root; "" for none
		wantErr  string // ROOT for root
		searched []string
		wrong    bool // Load fails, whatever is found or could be downloaded
	}{
		{
			name:     "nowhere",
			prepare:  func(t *testing.T, root string) { os.Mkdir(filepath.Join(root, "env"), 0o755) },
			wantErr:  "not found in ROOT/env, ROOT/env/own, ROOT/cache",
			searched: []string{"env", "env/own", "cache"},
		},
		{
			name: "wrong environment",
			prepare: func(t *testing.T, root string) {
				own(t, set, mine, filepath.Join(root, "cache"))
				write(t, filepath.Join(root, "env"), nil)
			},
			want:     "cache",
			wantErr:  "EURYALE_DATA: want a folder with the four IDX files, got the file ROOT/env",
			searched: []string{"env", "env/own", "cache"},
			wrong:    true,
		},
		{
			name: "whole before part",
			prepare: func(t *testing.T, root string) {
				part(t, filepath.Join(root, "env"), 0, 1, 2)
				own(t, set, mine, filepath.Join(root, "cache"))
			},
			want:     "cache",
			searched: []string{"env", "env/own", "cache"},
		},
		{
			name: "most",
			prepare: func(t *testing.T, root string) {
				part(t, filepath.Join(root, "env"), 0)
				part(t, filepath.Join(root, "env", "own"), 2, 3)
				part(t, filepath.Join(root, "cache"), 0, 1)
			},
			want:     "env/own",
			wantErr:  "not found in ROOT/env, ROOT/env/own, ROOT/cache",
			searched: []string{"env", "env/own", "cache"},
		},
		{
			name: "given",
			prepare: func(t *testing.T, root string) {
				part(t, filepath.Join(root, "given"), 3)
				own(t, set, mine, filepath.Join(root, "cache"))
			},
			dir:      "given",
			want:     "given",
			wantErr:  "neither ROOT/given nor ROOT/given/own holds all four files, plain or .gz: missing train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte",
			searched: []string{"given", "given/own"},
		},
		{
			name:     "rival",
			prepare:  func(t *testing.T, root string) { own(t, rival, theirs, filepath.Join(root, "given")) },
			dir:      "given",
			wantErr:  "ROOT/given holds Rival, whose files bear the same names",
			searched: []string{"given", "given/own"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			tt.prepare(t, root)
			f := &finder{set: set, rivals: []*published{rival}, env: filepath.Join(root, "env"), cache: filepath.Join(root, "cache")}
			var o Options
			if tt.dir != "" {
				o.Dir = filepath.Join(root, tt.dir)
			}
			got, err := f.locate(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			relative := func(path string) string {
				return filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
			}
			if relative(got.Dir) != tt.want {
				t.Errorf("folder %q, want %q", got.Dir, tt.want)
			}
			for i, dir := range got.Searched {
				got.Searched[i] = relative(dir)
			}
			if diff := cmp.Diff(tt.searched, got.Searched); diff != "" {
				t.Errorf("searched (-want +got):\n%s", diff)
			}
			wantErr := "<nil>"
			if tt.wantErr != "" {
				wantErr = strings.ReplaceAll(tt.wantErr, "ROOT", filepath.ToSlash(root))
			}
			if download := tt.dir == "" && tt.wantErr != "" && !tt.wrong; errors.Is(got.Err, ErrUnavailable) != download {
				t.Errorf("ErrUnavailable: %v, want %v", !download, download)
			}
			if got := filepath.ToSlash(describe(got.Err)); got != wantErr {
				t.Errorf("error %s\nwant  %s", got, wantErr)
			}
		})
	}
}

// TestLocate searches for both datasets where neither is. A file of the one's
// name and not its content is reported of both.
func TestLocate(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "train-labels-idx1-ubyte"), labelsIDX(1, 2, 3))
	write(t, filepath.Join(dir, "fashion", "t10k-labels-idx1-ubyte"), nil)
	write(t, filepath.Join(dir, "fashion", "t10k-images-idx3-ubyte"), nil)
	found, err := Locate(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	type where struct {
		Name, Dir string
		Present   []string
	}
	var got []where
	for _, l := range found {
		w := where{Name: l.Name, Dir: l.Dir}
		for _, f := range l.Files {
			if f.Path != "" {
				w.Present = append(w.Present, f.Name)
			}
			if f.Err == nil {
				t.Errorf("%s: %s passes for the published file", l.Name, f.Name)
			}
		}
		got = append(got, w)
	}
	want := []where{
		{"mnist", dir, []string{"train-labels-idx1-ubyte"}},
		{"fashion", filepath.Join(dir, "fashion"), []string{"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLocateHonoursContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Locate(ctx, Options{Dir: t.TempDir()}); !errors.Is(err, context.Canceled) {
		t.Errorf("want context.Canceled, got %v", err)
	}
}
