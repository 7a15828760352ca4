// Package browser shows pages to tests as a browser does, without a window, where
// Chromium or Chrome is on the machine.
package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"
)

// A Browser is a program that runs.
type Browser struct {
	path  string
	limit time.Duration
}

// Find is the browser of the machine, which is given so long for a page. Where there
// is none the test is skipped.
func Find(t *testing.T, limit time.Duration) *Browser {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err == nil && exec.CommandContext(t.Context(), path, "--version").Run() == nil {
			return &Browser{path, limit}
		}
	}
	t.Skip("no browser: want chromium, chromium-browser or google-chrome")
	return nil
}

// Run is what the browser prints of a page, with nothing of one before in mind.
func (b *Browser) Run(t *testing.T, url string, flags ...string) []byte {
	t.Helper()
	home, err := os.MkdirTemp("", "euryale-browser-*") // not t.TempDir, which fails if the browser still writes there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	ctx, cancel := context.WithTimeout(t.Context(), b.limit)
	defer cancel()
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir=" + home,
	}, flags...)
	cmd := exec.CommandContext(ctx, b.path, append(args, url)...)
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

// foundText is the element of a page in which its probe reports, in JSON.
var foundText = regexp.MustCompile(`<pre id="found">([^<]+)</pre>`)

// Look opens a page, by day or by night, and reads into found what the probe in it
// reports.
func (b *Browser) Look(t *testing.T, url string, dark bool, found any, flags ...string) {
	t.Helper()
	scheme := 1 // light; blink::mojom::PreferredColorScheme
	if dark {
		scheme = 0
	}
	dom := b.Run(t, url, append([]string{
		"--hide-scrollbars", "--window-size=1400,900", "--dump-dom",
		fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme),
	}, flags...)...)
	m := foundText.FindSubmatch(dom)
	if m == nil {
		t.Fatalf("the probe found nothing\n%s", dom)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(string(m[1]))), found); err != nil {
		t.Fatal(err)
	}
}
