package serve_test

import (
	"bytes"
	_ "embed"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/cmd/internal/serve"
	"euryale/internal/browser"
	"euryale/loaders"
)

//go:embed testdata/probe.js
var probe []byte

// found is what the probe reports.
type found struct {
	Dark                                  bool
	Overflow                              int    // in CSS pixels
	Before, Stroke, Cleared, Keys, Sample string // the class that is shown
	Sum                                   int    // of the probabilities after the stroke, in percent
	Maps                                  int    // pictures of layers
	Reached                               []string
	Spoken, AfterUndo                     string
	Faults                                []string
	Axe                                   string // its version; "" where it is not there
}

// axeFile is axe-core's script, in the file that AXE names, which looks for what keeps
// people from using a page; "" where there is none.
var axeFile = os.Getenv("AXE")

// TestInABrowser opens the page on a phone and on a desktop, by day and by night:
// a stroke changes the prediction, and so do the keyboard and a sample, and axe-core,
// where AXE names its file, finds nothing.
func TestInABrowser(t *testing.T) {
	chromium := browser.Find(t, 2*time.Minute)
	_, samples := loaders.RenderedDigits(1, 0, 100)
	s := server(t, serve.Config{Network: model(t), Picture: serve.Prepared(loaders.Digit), Page: &serve.Page{Title: "Digits", Thing: "a digit", Samples: serve.SamplesOf(samples)}})
	web := httptest.NewServer(probed(s))
	defer web.Close()
	for _, width := range []int{390, 1280} {
		for _, dark := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d pixels, dark %v", width, dark), func(t *testing.T) {
				var got found
				chromium.Look(t, fmt.Sprintf("%s/framed?width=%d", web.URL, width), dark, &got, "--virtual-time-budget=60000")
				want := got
				want.Dark, want.Overflow, want.Before, want.Cleared, want.AfterUndo, want.Faults = dark, 0, "–", "–", "–", []string{}
				want.Maps = 5
				if axeFile != "" && got.Axe == "" {
					t.Errorf("axe-core, %s, did not run", axeFile)
				}
				want.Reached = []string{"skip", "board", "clear", "undo", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("page (-want +got):\n%s", diff)
				}
				for name, class := range map[string]string{"stroke": got.Stroke, "keys": got.Keys, "sample": got.Sample} {
					if !regexp.MustCompile(`^\d$`).MatchString(class) {
						t.Errorf("%s: want a class, got %q", name, class)
					}
				}
				if got.Sum < 98 || got.Sum > 102 || !regexp.MustCompile(`^\d, [\d.]+ % sure$`).MatchString(got.Spoken) {
					t.Errorf("want 100 %% in all, and words, got %d and %q", got.Sum, got.Spoken)
				}
			})
		}
	}
}

// probed serves what s does, with the probe in the page, and the page in a frame so
// many pixels wide: a browser's window may be kept from being as narrow as a phone.
func probed(s http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/framed", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!DOCTYPE html><pre id="found"></pre><iframe style="width: %spx; height: 800px; border: 0" src="/"></iframe>`, html.EscapeString(r.FormValue("width")))
	})
	mux.HandleFunc("/probe.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Write(probe)
	})
	mux.HandleFunc("/axe.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, axeFile) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			s.ServeHTTP(w, r)
			return
		}
		page := httptest.NewRecorder()
		s.ServeHTTP(page, r)
		policy := bytes.ReplaceAll([]byte(page.Header().Get("Content-Security-Policy")), []byte("frame-ancestors 'none'"), []byte("frame-ancestors 'self'"))
		w.Header().Set("Content-Security-Policy", string(policy))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		scripts := `<script src="probe.js" defer></script></head>`
		if axeFile != "" {
			scripts = `<script src="axe.js"></script>` + scripts
		}
		w.Write(bytes.Replace(page.Body.Bytes(), []byte("</head>"), []byte(scripts), 1))
	})
	return mux
}
