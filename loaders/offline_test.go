package loaders

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/pkg/errors"
)

// roundTripper stands for the network.
type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// A firewall that drops every packet must not be waited for longer than a
// reader of a terminal waits. The clock is the bubble's.
func TestOfflineIsNoticedSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, _ := tiny("Own", 1)
		set.mirrors = []string{"http://one.example", "http://two.example"}
		dropped := roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		f := &finder{set: set, cache: t.TempDir(), timing: patient, transport: dropped}
		start := time.Now()
		var log told
		_, _, err := f.find(t.Context(), Options{Log: &log})
		if want := "Own: not on this machine, asking one.example, two.example\n"; log.text != want || !log.at.Equal(start) {
			t.Errorf("want %q said at once, got %q after %v", want, log.text, log.at.Sub(start))
		}
		checkUnavailable(t, err, "no mirror answered (one.example: no answer in time; two.example: no answer in time)")
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %v, want at most 10s", took)
		}
	})
}

// told is a log of one line, and when it came.
type told struct {
	text string
	at   time.Time
}

func (l *told) Write(p []byte) (int, error) {
	l.text += string(p)
	l.at = time.Now()
	return len(p), nil
}

// One mirror behind such a firewall costs the grace, once.
func TestHangingMirrorIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, contents := tiny("Own", 1)
		set.mirrors = []string{"http://dropped.example", "http://sound.example"}
		m := &mirror{set: set, contents: contents, gets: map[string]int{}}
		half := roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "dropped.example" {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			w := httptest.NewRecorder()
			m.ServeHTTP(w, r)
			return w.Result(), nil
		})
		f := &finder{set: set, cache: t.TempDir(), timing: patient, transport: half}
		start := time.Now()
		train, test, err := f.find(t.Context(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkTiny(t, contents, train, test, "downloaded from http://sound.example to "+f.cache)
		if took := time.Since(start); took != patient.grace {
			t.Errorf("took %v, want %v", took, patient.grace)
		}
	})
}

// sleepy is a body that comes a byte at a time, until ctx ends.
type sleepy struct {
	ctx   context.Context
	r     io.Reader
	pause time.Duration
}

func (s sleepy) Read(p []byte) (int, error) {
	select {
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	case <-time.After(s.pause):
		return s.r.Read(p[:1])
	}
}

// A slow mirror is waited for, a silent one is not. The clock is the bubble's.
func TestSlowIsNotSilent(t *testing.T) {
	for _, tt := range []struct {
		pause time.Duration
		ok    bool
	}{{patient.stall - time.Second, true}, {patient.stall + time.Second, false}} {
		synctest.Test(t, func(t *testing.T) {
			set, contents := tiny("Own", 1)
			set.mirrors = []string{"http://one.example", "http://two.example"}
			m := &mirror{set: set, contents: contents, gets: map[string]int{}}
			slow := roundTripper(func(r *http.Request) (*http.Response, error) {
				w := httptest.NewRecorder()
				m.ServeHTTP(w, r)
				resp := w.Result()
				resp.Body = io.NopCloser(sleepy{r.Context(), resp.Body, tt.pause})
				return resp, nil
			})
			f := &finder{set: set, cache: t.TempDir(), timing: patient, transport: slow}
			_, _, err := f.find(t.Context(), Options{})
			if (err == nil) != tt.ok {
				t.Errorf("a byte each %v: %v", tt.pause, err)
			}
			checkCache(t, set, f.cache)
		})
	}
}

// Mirrors that answer the first question and no other cost a stall each.
func TestMirrorsFallSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, _ := tiny("Own", 1)
		set.mirrors = []string{"http://one.example", "http://two.example"}
		silent := roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodHead {
				return httptest.NewRecorder().Result(), nil
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		f := &finder{set: set, cache: t.TempDir(), timing: patient, transport: silent}
		start := time.Now()
		_, _, err := f.find(t.Context(), Options{})
		checkUnavailable(t, err, "(one.example: nothing came for 20s; two.example: nothing came for 20s)")
		if took, want := time.Since(start), 2*patient.stall; took != want {
			t.Errorf("took %v, want %v", took, want)
		}
	})
}

// The network may fail in the body with any error.
func TestBrokenBodyIsTriedAgain(t *testing.T) {
	set, contents := tiny("Own", 1)
	set.mirrors = []string{"http://one.example"}
	m := &mirror{set: set, contents: contents, gets: map[string]int{}}
	reset := roundTripper(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, r)
		resp := w.Result()
		if r.Method == http.MethodGet && m.gets[path.Base(r.URL.Path)] == 1 {
			resp.Body = io.NopCloser(io.MultiReader(io.LimitReader(resp.Body, 20), iotest.ErrReader(errors.New("reset by peer"))))
		}
		return resp, nil
	})
	f := &finder{set: set, cache: t.TempDir(), timing: steady, transport: reset}
	train, test, err := f.find(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkTiny(t, contents, train, test, "downloaded from http://one.example to "+f.cache)
	if n := checkCache(t, set, f.cache); n != 4 {
		t.Errorf("%d files in the cache, want 4", n)
	}
}
