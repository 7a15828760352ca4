package loaders

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// Each first mirror fails in one way; the second is sound.
func TestDownloadFromTheSecondMirror(t *testing.T) {
	_, theirs := tiny("Rival", 2)
	tests := []struct {
		name   string
		fail   func(http.ResponseWriter, *http.Request, int) bool
		timing timing
		asked  int // requests to the first mirror for each file; 0: Go's client also retries
	}{
		{"404", status(404), steady, 1},
		{"403", status(403), steady, 1},
		{"500", status(500), steady, 3},
		{"429", status(429), steady, 3},
		{"empty", body(func([]byte) []byte { return nil }), steady, 1},
		{"connection cut", cut, steady, 3},
		{"connection dropped", func(http.ResponseWriter, *http.Request, int) bool { panic(http.ErrAbortHandler) }, steady, 0},
		{"truncated gzip", body(func(b []byte) []byte { return b[:len(b)-4] }), steady, 3},
		{"trailing bytes", body(func(b []byte) []byte { return append(b, "ten bytes, or more"...) }), steady, 1},
		{"bad checksum", body(func(b []byte) []byte { b[len(b)-6] ^= 1; return b }), steady, 1},
		{"wrong content", body(func([]byte) []byte { return zipped(theirs[0]) }), steady, 1},
		{"a page", body(func([]byte) []byte { return []byte("<html>log in to the hotel's network") }), steady, 1},
		{"gzip bomb", body(func([]byte) []byte { return zipped(make([]byte, 1<<22)) }), steady, 1},
		{"endless", endless, steady, 3},
		{"redirect for ever", func(w http.ResponseWriter, r *http.Request, _ int) bool {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
			return true
		}, steady, 30},
		{"hang", lastFile(hang), swiftHeader, 1},
		{"stall", lastFile(stall), swiftStall, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			set, contents := tiny("Own", 1)
			bad := newMirror(t, set, contents, tt.fail)
			good := newMirror(t, set, contents, nil)
			set.mirrors = []string{bad.URL, good.URL}
			f := &finder{set: set, cache: filepath.Join(t.TempDir(), "new", "cache"), timing: tt.timing}
			train, test, err := f.find(t.Context(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkTiny(t, contents, train, test, "downloaded from "+good.URL+" to "+f.cache)
			if n := checkCache(t, set, f.cache); n != 4 {
				t.Errorf("%d files in the cache, want 4", n)
			}
			want := [4]int{tt.asked, tt.asked, tt.asked, tt.asked}
			if diff := cmp.Diff(want, bad.asked()); tt.asked > 0 && diff != "" {
				t.Errorf("requests to the first mirror (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDownloadFromTheFirstMirror(t *testing.T) {
	tests := []struct {
		name  string
		fail  func(http.ResponseWriter, *http.Request, int) bool
		asked int
		ext   string
	}{
		{"at once", nil, 1, ".gz"},
		{"500 then OK", func(w http.ResponseWriter, r *http.Request, n int) bool { return n == 1 && status(500)(w, r, n) }, 2, ".gz"},
		{"cut twice", func(w http.ResponseWriter, r *http.Request, n int) bool { return n < 3 && cut(w, r, n) }, 3, ".gz"},
		{"redirect", func(w http.ResponseWriter, r *http.Request, n int) bool {
			if strings.HasPrefix(r.URL.Path, "/moved/") {
				return false
			}
			http.Redirect(w, r, "/moved"+r.URL.Path, http.StatusFound)
			return true
		}, 2, ".gz"},
		{"content encoding", func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			w.Header().Set("Content-Encoding", "gzip") // as some stores call what a .gz is
			return false
		}, 1, ".gz"},
		{"decompressed on the way", func(w http.ResponseWriter, r *http.Request, _ int) bool {
			set, contents := tiny("Own", 1)
			for i, f := range set.files {
				if path.Base(r.URL.Path) == f.name+".gz" {
					w.Write(contents[i])
				}
			}
			return true
		}, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, contents := tiny("Own", 1)
			first := newMirror(t, set, contents, tt.fail)
			second := newMirror(t, set, contents, nil)
			set.mirrors = []string{first.URL, second.URL}
			f := &finder{set: set, cache: t.TempDir(), timing: steady}
			train, test, err := f.find(t.Context(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkTiny(t, contents, train, test, "downloaded from "+first.URL+" to "+f.cache)
			checkCache(t, set, f.cache)
			for _, file := range set.files {
				if _, err := os.Stat(filepath.Join(f.cache, file.name+tt.ext)); err != nil {
					t.Error(err)
				}
			}
			want := [4]int{tt.asked, tt.asked, tt.asked, tt.asked}
			if diff := cmp.Diff(want, first.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if got := second.asked(); got != [4]int{} {
				t.Errorf("requests to the second mirror: %v, want none", got)
			}

			first.Close()
			second.Close()
			train, test, err = f.find(t.Context(), Options{})
			if err != nil {
				t.Fatalf("a second time, without mirrors: %v", err)
			}
			checkTiny(t, contents, train, test, "files in "+f.cache)
		})
	}
}

// Where no mirror helps, the error says so, what to do, and nothing wrong is
// kept.
func TestDownloadUnavailable(t *testing.T) {
	_, theirs := tiny("Rival", 2)
	tests := []struct {
		name   string
		fail   func(http.ResponseWriter, *http.Request, int) bool
		timing timing
		want   string
		kept   int
	}{
		{"404", status(404), steady, "no mirror gave train-images-idx3-ubyte (A: HTTP status 404 Not Found; B: HTTP status 404 Not Found)", 0},
		{"500", status(500), steady, "A: HTTP status 500 Internal Server Error", 0},
		{"cut", cut, steady, "A: it ended early; B: it ended early", 0},
		{"wrong", body(func([]byte) []byte { return zipped(theirs[0]) }), steady, "A: want 28 bytes of content with SHA-256 ", 0},
		{"bomb", body(func([]byte) []byte { return zipped(make([]byte, 1<<22)) }), steady, "got more; B: want 28 bytes", 0},
		{"hang", hang, swiftHeader, "A: no answer in time; B: no answer in time", 0},
		{"stall", stall, swiftStall, "A: nothing came for 1s; B: nothing came for 1s", 0},
		{"the third only", func(w http.ResponseWriter, r *http.Request, n int) bool {
			return strings.Contains(r.URL.Path, "t10k-images") && cut(w, r, n)
		}, steady, "no mirror gave t10k-images-idx3-ubyte", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			set, contents := tiny("Own", 1)
			a, b := newMirror(t, set, contents, tt.fail), newMirror(t, set, contents, tt.fail)
			set.mirrors = []string{a.URL, b.URL}
			f := &finder{set: set, cache: t.TempDir(), timing: tt.timing}
			_, _, err := f.find(t.Context(), Options{})
			want := strings.NewReplacer("A:", host(a.URL)+":", "B:", host(b.URL)+":").Replace(tt.want)
			checkUnavailable(t, err, "Own: not found in "+f.cache+" and ", want)
			if n := checkCache(t, set, f.cache); n != tt.kept {
				t.Errorf("%d files kept, want %d", n, tt.kept)
			}
		})
	}
}

func checkUnavailable(t *testing.T, err error, want ...string) {
	t.Helper()
	if !errors.Is(err, ErrUnavailable) {
		t.Fatalf("want an ErrUnavailable, got %v", err)
	}
	for _, w := range append(want, "put the four IDX files in a folder that EURYALE_DATA names") {
		if !strings.Contains(err.Error(), w) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want %q\nin   %q", w, err)
		}
	}
}

func TestDownloadRefused(t *testing.T) {
	set, contents := tiny("Own", 1)
	closed := newMirror(t, set, contents, nil)
	closed.Close()
	set.mirrors = []string{closed.URL, closed.URL}
	f := &finder{set: set, cache: filepath.Join(t.TempDir(), "cache"), timing: steady}
	_, _, err := f.find(t.Context(), Options{})
	checkUnavailable(t, err, "no mirror answered ("+host(closed.URL)+": dial tcp ")
	if _, err := os.Stat(f.cache); !os.IsNotExist(err) {
		t.Errorf("the cache folder was made for nothing: %v", err)
	}
}

// What an interrupted download has finished is not asked for again.
func TestDownloadCompletesTheCache(t *testing.T) {
	set, contents := tiny("Own", 1)
	m := newMirror(t, set, contents, nil)
	set.mirrors = []string{m.URL}
	f := &finder{set: set, cache: t.TempDir(), timing: steady}
	write(t, filepath.Join(f.cache, "train-labels.idx1-ubyte"), contents[trainLabels])
	train, test, err := f.find(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkTiny(t, contents, train, test, "downloaded from "+m.URL+" to "+f.cache)
	if diff := cmp.Diff([4]int{1, 0, 1, 1}, m.asked()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestDownloadIsNotForGivenFolders(t *testing.T) {
	set, contents := tiny("Own", 1)
	m := newMirror(t, set, contents, nil)
	set.mirrors = []string{m.URL}
	f := &finder{set: set, cache: t.TempDir(), timing: steady}
	for name, o := range map[string]Options{"Dir": {Dir: t.TempDir()}, "NoDownload": {NoDownload: true}} {
		if _, _, err := f.find(t.Context(), o); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
	if got := m.asked(); got != [4]int{} {
		t.Errorf("%v requests, want none", got)
	}
}

func TestDownloadCannotWrite(t *testing.T) {
	set, contents := tiny("Own", 1)
	m := newMirror(t, set, contents, nil)
	set.mirrors = []string{m.URL, m.URL}

	occupied := write(t, filepath.Join(t.TempDir(), "occupied"), nil)
	taken := t.TempDir()
	write(t, filepath.Join(taken, set.files[0].name+".gz", "file"), nil)
	locked := filepath.Join(t.TempDir(), "locked")
	if err := os.Mkdir(locked, 0o555); err != nil {
		t.Fatal(err)
	}
	for _, cache := range []string{filepath.Join(occupied, "cache"), taken, locked} {
		if cache == locked && modesDoNotBind(locked) {
			t.Log("skipped: a folder that may not be written to")
			continue
		}
		f := &finder{set: set, cache: cache, timing: steady}
		before := m.asked()[0]
		_, _, err := f.find(t.Context(), Options{})
		checkUnavailable(t, err, " and cannot be stored: ", cache)
		if strings.Contains(err.Error(), ".euryale-") {
			t.Errorf("want no temporary file's name, got %v", err)
		}
		if n := m.asked()[0] - before; n > 1 {
			t.Errorf("%s: %d requests for the first file, want no second try", cache, n)
		}
		if left, err := filepath.Glob(filepath.Join(cache, ".euryale-*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %q, %v", left, err)
		}
	}
}

// modesDoNotBind reports whether this user may write to dir whatever its mode
// says.
func modesDoNotBind(dir string) bool {
	f, err := os.CreateTemp(dir, "")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

// TestDownloadReadable: what is stored is for other users of the cache, too.
func TestDownloadReadable(t *testing.T) {
	set, contents := tiny("Own", 1)
	set.mirrors = []string{newMirror(t, set, contents, nil).URL}
	f := &finder{set: set, cache: t.TempDir(), timing: steady}
	if _, _, err := f.find(t.Context(), Options{}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(f.cache, set.files[0].name+".gz"))
	if err != nil || info.Mode().Perm()&0o444 != 0o444 {
		t.Errorf("want a file that all may read, got %v and error %v", info.Mode(), err)
	}
}

func TestDownloadCancelled(t *testing.T) {
	tests := []struct {
		name string
		fail func(cancel context.CancelFunc) func(http.ResponseWriter, *http.Request, int) bool
	}{
		{"before the answer", func(cancel context.CancelFunc) func(http.ResponseWriter, *http.Request, int) bool {
			return func(w http.ResponseWriter, r *http.Request, n int) bool {
				cancel()
				return hang(w, r, n)
			}
		}},
		{"in the body", func(cancel context.CancelFunc) func(http.ResponseWriter, *http.Request, int) bool {
			return func(w http.ResponseWriter, r *http.Request, n int) bool {
				w.Write([]byte{0x1f, 0x8b, 8})
				http.NewResponseController(w).Flush()
				cancel()
				<-r.Context().Done()
				return true
			}
		}},
		{"in the third file", func(cancel context.CancelFunc) func(http.ResponseWriter, *http.Request, int) bool {
			return func(w http.ResponseWriter, r *http.Request, n int) bool {
				if !strings.Contains(r.URL.Path, "t10k-images") {
					return false
				}
				cancel()
				return stall(w, r, n)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			set, contents := tiny("Own", 1)
			m := newMirror(t, set, contents, tt.fail(cancel))
			set.mirrors = []string{m.URL, m.URL}
			f := &finder{set: set, cache: t.TempDir(), timing: steady}
			_, _, err := f.find(ctx, Options{})
			if !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
				t.Errorf("want context.Canceled and no ErrUnavailable, got %v", err)
			}
			checkCache(t, set, f.cache)
		})
	}
}

// writerFunc is a log that acts.
type writerFunc func(line string)

func (f writerFunc) Write(p []byte) (int, error) { f(string(p)); return len(p), nil }

func TestDownloadCancelledBetweenTries(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	set, contents := tiny("Own", 1)
	m := newMirror(t, set, contents, status(500))
	set.mirrors = []string{m.URL, m.URL}
	patience := steady
	patience.pause = time.Hour
	f := &finder{set: set, cache: t.TempDir(), timing: patience}
	_, _, err := f.find(ctx, Options{Log: writerFunc(func(line string) {
		if strings.HasSuffix(line, "trying again\n") {
			cancel()
		}
	})})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("want context.Canceled, got %v", err)
	}
	if got := m.asked()[0]; got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}

func TestDownloadLog(t *testing.T) {
	set, contents := tiny("Own", 1)
	m := newMirror(t, set, contents, func(w http.ResponseWriter, r *http.Request, n int) bool {
		return strings.Contains(r.URL.Path, "t10k-labels") && n == 1 && status(503)(w, r, n)
	})
	set.mirrors = []string{m.URL}
	var log bytes.Buffer
	f := &finder{set: set, cache: t.TempDir(), timing: steady}
	if _, _, err := f.find(t.Context(), Options{Log: &log}); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`Own: not on this machine, asking %[2]s
Own: train-images-idx3-ubyte.gz: 0.00 MB from %[1]s
Own: train-labels-idx1-ubyte.gz: 0.00 MB from %[1]s
Own: t10k-images-idx3-ubyte.gz: 0.00 MB from %[1]s
Own: %[2]s: HTTP status 503 Service Unavailable: trying again
Own: t10k-labels-idx1-ubyte.gz: 0.00 MB from %[1]s
`, m.URL, host(m.URL))
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
