package page_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	chromium := browser(t)
	text := probed(t, shortRun(t), false)
	papers := map[string]bool{}
	for _, width := range []int{360, 1280} {
		for _, dark := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d pixels, dark %v", width, dark), func(t *testing.T) {
				got := look(t, chromium, framed(t, text, width), dark)
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

// browser is the path of one, if it runs.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err == nil && exec.CommandContext(t.Context(), path, "--version").Run() == nil {
			return path
		}
	}
	t.Skip("no browser: want chromium, chromium-browser or google-chrome")
	return ""
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

// framed is a file that shows the page in a frame so many pixels wide: a
// browser's window may be kept from being as narrow as a phone.
func framed(t *testing.T, text string, width int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "framed.html")
	frame := fmt.Sprintf(`<!DOCTYPE html><pre id="found"></pre><iframe style="width: %dpx; height: 800px; border: 0" srcdoc="%s"></iframe>`, width, html.EscapeString(text))
	if err := os.WriteFile(path, []byte(frame), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// look opens the page in a browser of its own.
func look(t *testing.T, chromium, path string, dark bool) (f found) {
	t.Helper()
	scheme := 1 // light; blink::mojom::PreferredColorScheme
	if dark {
		scheme = 0
	}
	dom := headless(
		t, chromium, path, "--hide-scrollbars", "--window-size=1400,900", "--dump-dom",
		fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme),
	)
	m := regexp.MustCompile(`<pre id="found">([^<]+)</pre>`).FindSubmatch(dom)
	if m == nil {
		t.Fatalf("the probe found nothing\n%s", dom)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(string(m[1]))), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// headless is what a browser of its own prints of a file.
func headless(t *testing.T, chromium, path string, flags ...string) []byte {
	t.Helper()
	home, err := os.MkdirTemp("", "euryale-browser-*") // not t.TempDir, which fails if the browser still writes there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir=" + home,
	}, flags...)
	cmd := exec.CommandContext(ctx, chromium, append(args, "file://"+filepath.ToSlash(path))...)
	cmd.Env = append(os.Environ(), "HOME="+home)
	cmd.WaitDelay = 5 * time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	return out
}
