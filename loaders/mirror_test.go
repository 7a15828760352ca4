package loaders

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// steady waits long for a server that may be slow because the machine is busy.
var steady = timing{
	dial: time.Minute, header: time.Minute, stall: time.Minute, probe: time.Minute, grace: time.Minute,
	tries: 3, pause: time.Millisecond,
}

// swiftHeader and swiftStall are steady but for the one time that a test lets
// pass.
var swiftHeader, swiftStall = func() (h, s timing) {
	h, s = steady, steady
	h.header, s.stall = time.Second, time.Second
	return h, s
}()

// mirror is a web server that holds a tiny set and can be made to fail.
type mirror struct {
	*httptest.Server
	set      *published
	contents [4][]byte

	// fail answers the nth request for a file, counted from 1, and returns
	// true, or leaves it to the mirror. nil never fails.
	fail func(w http.ResponseWriter, r *http.Request, n int) bool

	mu   sync.Mutex
	gets map[string]int // requests, by file name
}

func newMirror(t *testing.T, set *published, contents [4][]byte, fail func(http.ResponseWriter, *http.Request, int) bool) *mirror {
	m := &mirror{set: set, contents: contents, fail: fail, gets: map[string]int{}}
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		return
	}
	name := path.Base(r.URL.Path)
	m.mu.Lock()
	m.gets[name]++
	n := m.gets[name]
	m.mu.Unlock()
	if m.fail == nil || !m.fail(w, r, n) {
		w.Write(m.packed(name))
	}
}

// packed is the file of that name, as the mirror holds it.
func (m *mirror) packed(name string) []byte {
	for i, f := range m.set.files {
		if f.name+".gz" == name {
			return zipped(m.contents[i])
		}
	}
	return nil
}

// asked is how often each file has been asked for, in the set's order.
func (m *mirror) asked() [4]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	var n [4]int
	for i, f := range m.set.files {
		n[i] = m.gets[f.name+".gz"]
	}
	return n
}

// status always answers with the code.
func status(code int) func(http.ResponseWriter, *http.Request, int) bool {
	return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.WriteHeader(code)
		return true
	}
}

// body always answers with what content makes of the right file's bytes.
func body(content func(packed []byte) []byte) func(http.ResponseWriter, *http.Request, int) bool {
	return func(w http.ResponseWriter, r *http.Request, _ int) bool {
		set, contents := tiny("Own", 1)
		w.Write(content((&mirror{set: set, contents: contents}).packed(path.Base(r.URL.Path))))
		return true
	}
}

// hang answers nothing until the client gives up.
func hang(_ http.ResponseWriter, r *http.Request, _ int) bool {
	<-r.Context().Done()
	return true
}

// stall sends the head of a file, then nothing.
func stall(w http.ResponseWriter, r *http.Request, _ int) bool {
	w.Write([]byte{0x1f, 0x8b, 8})
	http.NewResponseController(w).Flush()
	<-r.Context().Done()
	return true
}

// lastFile fails for the last file of the set only.
func lastFile(fail func(http.ResponseWriter, *http.Request, int) bool) func(http.ResponseWriter, *http.Request, int) bool {
	return func(w http.ResponseWriter, r *http.Request, n int) bool {
		return strings.Contains(r.URL.Path, mnist.files[testLabels].name) && fail(w, r, n)
	}
}

// cut promises more than it sends.
func cut(w http.ResponseWriter, _ *http.Request, _ int) bool {
	w.Header().Set("Content-Length", "1000")
	w.Write([]byte{0x1f, 0x8b, 8})
	return true
}

// endless sends a gzip file without end and without content.
func endless(w http.ResponseWriter, _ *http.Request, _ int) bool {
	empty := bytes.Repeat([]byte{0, 0, 0, 0xff, 0xff}, 1000) // stored blocks of no bytes, RFC 1951
	_, err := w.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0})
	for err == nil {
		_, err = w.Write(empty)
	}
	return true
}

// checkCache reports files in dir that are not complete and right, and returns
// how many are.
func checkCache(t *testing.T, set *published, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	right := map[string]*file{}
	for i := range set.files {
		f := &set.files[i]
		right[f.name], right[f.name+".gz"] = f, f
	}
	for _, e := range entries {
		if f := right[e.Name()]; f == nil || !f.holds(filepath.Join(dir, e.Name())) {
			t.Errorf("left in the cache: %s", e.Name())
		}
	}
	return len(entries)
}
