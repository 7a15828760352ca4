package loaders

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"
)

// tiny is a published dataset of 3 training and 2 test images of 2×2 pixels,
// and the contents of its files. Two with another mark differ in every file but
// share its names.
func tiny(name string, mark uint8) (*published, [4][]byte) {
	contents := [4][]byte{
		trainImages: imagesIDX(3, 2, 2, mark, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
		trainLabels: labelsIDX(mark, 0, 1),
		testImages:  imagesIDX(2, 2, 2, mark, 21, 22, 23, 24, 25, 26, 27),
		testLabels:  labelsIDX(1, mark),
	}
	p := &published{name: name, folder: strings.ToLower(name), classes: []string{"zero", "one", "two"}}
	for i, c := range contents {
		sum := sha256.Sum256(c)
		p.files[i] = file{name: mnist.files[i].name, size: int64(len(c)), sum: hex.EncodeToString(sum[:])}
	}
	return p, contents
}

// spread writes the contents to dir; spell makes a file's name on disk of its
// own.
func spread(t *testing.T, dir string, p *published, contents [4][]byte, spell func(string) string) {
	t.Helper()
	for i, c := range contents {
		name := spell(p.files[i].name)
		if strings.HasSuffix(name, ".gz") {
			c = zipped(c)
		}
		write(t, filepath.Join(dir, name), c)
	}
}

func plainName(name string) string  { return name }
func gzName(name string) string     { return name + ".gz" }
func dottedName(name string) string { return strings.Replace(name, "-idx", ".idx", 1) }
func dottedGz(name string) string   { return dottedName(name) + ".gz" }

// own writes the contents to dir under the files' own names.
func own(t *testing.T, p *published, c [4][]byte, dir string) {
	t.Helper()
	spread(t, dir, p, c, plainName)
}

// checkTiny compares what was loaded with what tiny wrote.
func checkTiny(t *testing.T, contents [4][]byte, train, test *Dataset, origin string) {
	t.Helper()
	want := []*Dataset{
		{
			Name: "Own training", Origin: origin, Classes: []string{"zero", "one", "two"},
			Channels: 1, Height: 2, Width: 2,
			Images: contents[trainImages][imagesStart:], Labels: widened(contents[trainLabels][labelsStart:]),
		},
		{
			Name: "Own test", Origin: origin, Classes: []string{"zero", "one", "two"},
			Channels: 1, Height: 2, Width: 2,
			Images: contents[testImages][imagesStart:], Labels: widened(contents[testLabels][labelsStart:]),
		},
	}
	if diff := cmp.Diff(want, []*Dataset{train, test}, cmpopts.IgnoreUnexported(Dataset{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFindSpellings(t *testing.T) {
	set, contents := tiny("Own", 1)
	for name, spell := range map[string]func(string) string{
		"plain": plainName, "gzip": gzName, "dotted": dottedName, "dotted gzip": dottedGz,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			spread(t, dir, set, contents, spell)
			if name != "plain" { // archives exist that unpack to a folder of each name
				os.Mkdir(filepath.Join(dir, set.files[0].name), 0o755)
			}
			train, test, err := (&finder{set: set}).find(t.Context(), Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			checkTiny(t, contents, train, test, "files in "+dir)
		})
	}
}

func TestFindPlaces(t *testing.T) {
	set, mine := tiny("Own", 1)
	rival, theirs := tiny("Rival", 2)
	tests := []struct {
		name  string
		own   []string // folders with the set's files
		rival []string // folders with the rival's
		dir   string   // Options.Dir
		want  string   // the folder of Origin
	}{
		{name: "given", own: []string{"a", "env", "cache", "system"}, dir: "a", want: "a"},
		{name: "folder in given", own: []string{"a/own", "env"}, dir: "a", want: "a/own"},
		{name: "rival in given", own: []string{"a/own"}, rival: []string{"a"}, dir: "a", want: "a/own"},
		{name: "environment", own: []string{"env", "env/own", "cache", "system"}, want: "env"},
		{name: "folder in environment", own: []string{"env/own", "cache", "system"}, want: "env/own"},
		{name: "rival in environment", own: []string{"cache"}, rival: []string{"env", "env/own"}, want: "cache"},
		{name: "cache", own: []string{"cache", "system"}, want: "cache"},
		{name: "system", own: []string{"system"}, rival: []string{"cache"}, want: "system"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			at := func(dir string) string { return filepath.Join(root, filepath.FromSlash(dir)) }
			if err := os.Mkdir(at("env"), 0o755); err != nil {
				t.Fatal(err)
			}
			for _, dir := range tt.own {
				own(t, set, mine, at(dir))
			}
			for _, dir := range tt.rival {
				own(t, rival, theirs, at(dir))
			}
			o := Options{NoDownload: true}
			if tt.dir != "" {
				o.Dir = at(tt.dir)
			}
			searched := *set
			searched.system = []string{at("system")}
			f := &finder{set: &searched, rivals: []*published{rival}, env: at("env"), cache: at("cache")}
			train, test, err := f.find(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			checkTiny(t, mine, train, test, "files in "+at(tt.want))
		})
	}
}

func TestFindErrors(t *testing.T) {
	set, mine := tiny("Own", 1)
	rival, theirs := tiny("Rival", 2)
	tests := []struct {
		name        string
		prepare     func(t *testing.T, dir string)
		env         bool // dir is EURYALE_DATA, not Options.Dir
		want        []string
		unavailable bool
	}{
		{
			name:    "no such folder",
			prepare: func(*testing.T, string) {},
			want:    []string{"Own: stat DIR: "},
		},
		{
			name:    "a file",
			prepare: func(t *testing.T, dir string) { write(t, dir, nil) },
			want:    []string{"Own: want a folder with the four IDX files, got the file DIR"},
		},
		{
			name: "some missing",
			prepare: func(t *testing.T, dir string) {
				own(t, set, mine, filepath.Join(dir, "own"))
				os.Remove(filepath.Join(dir, "own", "t10k-images-idx3-ubyte"))
			},
			want: []string{"Own: neither DIR nor DIR/own holds all four files, plain or .gz: missing t10k-images-idx3-ubyte"},
		},
		{
			name:    "rival",
			prepare: func(t *testing.T, dir string) { own(t, rival, theirs, dir) },
			want:    []string{"Own: DIR holds Rival, whose files bear the same names"},
		},
		{
			name: "rival's images",
			prepare: func(t *testing.T, dir string) {
				mixed := mine
				mixed[trainImages] = theirs[trainImages]
				own(t, set, mixed, dir)
			},
			want: []string{
				"Own training: DIR/train-images-idx3-ubyte: want 28 bytes of content with SHA-256 " + set.files[trainImages].sum,
				"got 28 with " + rival.files[trainImages].sum + ": a sound IDX file of 3×2×2, but not the published one: replace or remove this file",
			},
		},
		{
			name: "damaged",
			prepare: func(t *testing.T, dir string) {
				own(t, set, mine, dir)
				write(t, filepath.Join(dir, "t10k-labels-idx1-ubyte"), []byte("oops"))
			},
			env: true,
			want: []string{
				"Own test: DIR/t10k-labels-idx1-ubyte: want 10 bytes of content with SHA-256 " + set.files[testLabels].sum,
				"got 4 with ",
			},
		},
		{
			name: "too long",
			prepare: func(t *testing.T, dir string) {
				own(t, set, mine, dir)
				write(t, filepath.Join(dir, "t10k-labels-idx1-ubyte"), make([]byte, 1<<16))
			},
			env:  true,
			want: []string{"DIR/t10k-labels-idx1-ubyte: want 10 bytes of content", "got more"},
		},
		{
			name: "gzip cut short",
			prepare: func(t *testing.T, dir string) {
				spread(t, dir, set, mine, gzName)
				z := zipped(mine[trainImages])
				write(t, filepath.Join(dir, "train-images-idx3-ubyte.gz"), z[:len(z)-6])
			},
			env:  true,
			want: []string{"Own training: DIR/train-images-idx3-ubyte.gz: byte 28: want more gzip data, got the end of the file: it is cut short, download or copy it again"},
		},
		{
			name:    "no such folder in the environment",
			prepare: func(*testing.T, string) {},
			env:     true,
			want:    []string{"Own: EURYALE_DATA: stat DIR: "},
		},
		{
			name:    "a file in the environment",
			prepare: func(t *testing.T, dir string) { write(t, dir, nil) },
			env:     true,
			want:    []string{"Own: EURYALE_DATA: want a folder with the four IDX files, got the file DIR"},
		},
		{
			name:        "nowhere",
			prepare:     func(t *testing.T, dir string) { os.Mkdir(dir, 0o755) },
			env:         true,
			want:        []string{"Own: not found in DIR, DIR/own, CACHE and downloads are off: put the four IDX files in a folder that EURYALE_DATA names"},
			unavailable: true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			dir, cache := filepath.Join(root, "dir"), filepath.Join(root, "cache")
			tt.prepare(t, dir)
			f := &finder{set: set, rivals: []*published{rival}, cache: cache}
			o := Options{NoDownload: true, Dir: dir}
			if tt.env {
				o.Dir, f.env = "", dir
			}
			_, _, err := f.find(t.Context(), o)
			if err == nil {
				t.Fatal("want an error")
			}
			if got := errors.Is(err, ErrUnavailable); got != tt.unavailable {
				t.Errorf("ErrUnavailable: %v, want %v", got, tt.unavailable)
			}
			got := filepath.ToSlash(err.Error())
			for _, want := range tt.want {
				want = strings.NewReplacer("DIR", dir, "CACHE", cache).Replace(want)
				if !strings.Contains(got, filepath.ToSlash(want)) {
					t.Errorf("want %q\nin   %q", want, got)
				}
			}
		})
	}
}

// TestFindUnexpandedTilde has what a shell does not replace within quotes.
func TestFindUnexpandedTilde(t *testing.T) {
	set, _ := tiny("Own", 1)
	const why = "a shell replaces ~ only at the start of a word and outside quotes: stat ~/no/such: "
	for want, f := range map[string]*finder{"Own: " + why: {set: set}, "Own: EURYALE_DATA: " + why: {set: set, env: "~/no/such"}} {
		o := Options{NoDownload: true}
		if f.env == "" {
			o.Dir = "~/no/such"
		}
		_, _, err := f.find(t.Context(), o)
		if err == nil || !strings.HasPrefix(err.Error(), want) || errors.Is(err, ErrUnavailable) {
			t.Errorf("want %q and no ErrUnavailable, got %v", want, err)
		}
	}
}

// TestFindGivenBeforeEnvironment: what is not looked at is not complained of.
func TestFindGivenBeforeEnvironment(t *testing.T) {
	set, contents := tiny("Own", 1)
	dir := t.TempDir()
	own(t, set, contents, dir)
	if _, _, err := (&finder{set: set, env: "/no/such"}).find(t.Context(), Options{Dir: dir}); err != nil {
		t.Error(err)
	}
}

func TestFindNeedsNoCacheFolder(t *testing.T) {
	set, contents := tiny("Own", 1)
	f := &finder{set: set, cacheErr: errors.New("$HOME is not defined")}
	_, _, err := f.find(t.Context(), Options{})
	const want = "Own: EURYALE_DATA is not set and there is no cache folder to download to: $HOME is not defined: " +
		"put the four IDX files in a folder that EURYALE_DATA names"
	if !errors.Is(err, ErrUnavailable) || err.Error() != want {
		t.Errorf("want an ErrUnavailable %q, got %v", want, err)
	}
	f.env = t.TempDir()
	own(t, set, contents, f.env)
	if _, _, err := f.find(t.Context(), Options{}); err != nil {
		t.Error(err)
	}
}

func TestFindFirst(t *testing.T) {
	set, contents := tiny("Own", 1)
	dir := t.TempDir()
	own(t, set, contents, dir)
	train, test, err := (&finder{set: set}).find(t.Context(), Options{Dir: dir, TrainSamples: 2, TestSamples: 9})
	if err != nil {
		t.Fatal(err)
	}
	if train.Len() != 2 || test.Len() != 2 {
		t.Errorf("%d and %d images, want 2 and 2", train.Len(), test.Len())
	}
}

func TestFindHonoursContext(t *testing.T) {
	set, contents := tiny("Own", 1)
	dir := t.TempDir()
	own(t, set, contents, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := (&finder{set: set}).find(ctx, Options{Dir: dir})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("want context.Canceled, got %v", err)
	}
}
