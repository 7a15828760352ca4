package page_test

import (
	"bytes"
	_ "embed"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/browser"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
	"euryale/train/page"
	"euryale/train/pictures"
)

//go:embed testdata/probe.js
var probe string

// found is what the probe reports.
type found struct {
	Width, Overflow               int // in CSS pixels
	Dark                          bool
	Language, Paper               string
	Titles, Tables, Images, Texts int
	Faults                        []string
}

// TestInABrowser opens the page of a short run on a phone and on a desktop, by
// day and by night.
func TestInABrowser(t *testing.T) {
	chromium := browser.Find(t, time.Minute)
	text := probed(t, shortRun(t), false)
	papers := map[string]bool{}
	for _, width := range []int{360, 1280} {
		for _, dark := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d pixels, dark %v", width, dark), func(t *testing.T) {
				var got found
				chromium.Look(t, framed(t, text, width), dark, &got)
				want := found{Width: width, Dark: dark, Language: "en", Paper: got.Paper, Titles: 1, Tables: 7, Images: got.Images, Texts: got.Texts, Faults: []string{}}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("page (-want +got):\n%s", diff)
				}
				if got.Images < 13 || got.Texts < 200 { // ten classes, a mistake, kernels, maps
					t.Errorf("want the pictures and the text, got %d and %d", got.Images, got.Texts)
				}
				papers[got.Paper] = true
			})
		}
	}
	if len(papers) != 2 {
		t.Errorf("want one background in light and one in dark, got %v", papers)
	}
}

// shortRun trains on a few drawn images.
func shortRun(t *testing.T) string {
	t.Helper()
	training, test := loaders.RenderedDigits(1, 200, 100)
	test.Classes = []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneakers_of_cotton", "Bag" + strings.Repeat("andbaggage", 8), "Ankleboots_of_leather"}
	net, err := nets.New("lesson", nets.Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	history, err := train.Fit(t.Context(), net, training, train.Config{Epochs: 2, Validation: test})
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := train.Evaluate(t.Context(), net, test, train.EvaluateConfig{})
	if err != nil {
		t.Fatal(err)
	}
	outputs, err := train.Predict(t.Context(), net, test, train.PredictConfig{})
	if err != nil {
		t.Fatal(err)
	}
	long := "/" + strings.Repeat("verylong", 20)
	training.Origin = "files in " + long
	var b bytes.Buffer
	if err := page.Write(&b, &page.Run{
		Title: "digits: the network lesson on rendered-digits", Training: training, Test: test, Network: net,
		History: history, Metrics: metrics, Outputs: outputs, Features: pictures.FeatureConfig{Channel: 1},
		Settings: []page.Entry{
			{Name: "--net NAME", Value: "dense128", About: "network NAME: simple, dense128, lesson, conv32, conv64, three-conv, lenet5"},
			{Name: "--data DIR", Value: long, About: "dataset files"},
		},
		Machine: []page.Entry{{Name: "Processor", Value: strings.Repeat("A long name ", 9)}},
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// probed is the page with the probe in it, which the page's policy must be told
// to let run; all else it forbids remains forbidden.
func probed(t *testing.T, text string, printing bool) string {
	t.Helper()
	for _, r := range [][2]string{
		{"default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';"},
		{"</body>", fmt.Sprintf("<script>\nconst printing = %v;\n", printing) + probe + "</script>\n</body>"},
	} {
		if strings.Count(text, r[0]) != 1 {
			t.Fatalf("want one %s in the page", r[0])
		}
		text = strings.Replace(text, r[0], r[1], 1)
	}
	return text
}

// framed is the address of a file that shows the page in a frame so many pixels wide:
// a browser's window may be kept from being as narrow as a phone.
func framed(t *testing.T, text string, width int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "framed.html")
	frame := fmt.Sprintf(`<!DOCTYPE html><pre id="found"></pre><iframe style="width: %dpx; height: 800px; border: 0" srcdoc="%s"></iframe>`, width, html.EscapeString(text))
	if err := os.WriteFile(path, []byte(frame), 0o644); err != nil {
		t.Fatal(err)
	}
	return fileURL(path)
}

func fileURL(path string) string { return "file://" + filepath.ToSlash(path) }
