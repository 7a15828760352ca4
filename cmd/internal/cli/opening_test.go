package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

// TestOpeningProgress tells after two seconds, ten times a second, and leaves nothing
// behind; lines of others stand apart.
func TestOpeningProgress(t *testing.T) {
	var b bytes.Buffer
	now := time.Unix(100, 0)
	p := &openingProgress{w: &b, name: "pets", now: func() time.Time { return now }, next: now.Add(openingPatience)}
	for i, after := range []time.Duration{0, 1999, 1, 50, 49, 1, 100} {
		now = now.Add(after * time.Millisecond)
		p.tell("decoded", 1000*i, 12000)
	}
	io.WriteString(p, "pets: a note\n")
	p.clear()
	want := "\rpets: decoded 2,000 of 12,000 pictures \x1b[K\rpets: decoded 5,000 of 12,000 pictures \x1b[K\rpets: decoded 6,000 of 12,000 pictures \x1b[K\r\x1b[Kpets: a note\n"
	if got := b.String(); got != want {
		t.Errorf("want %q, got %q", want, got)
	}
}

// TestOpeningOnTerminal: there it is told of, and nowhere else.
func TestOpeningOnTerminal(t *testing.T) {
	data := patches(t, 2, 40, 10, 10)
	was, patience, every := isTerminal, openingPatience, openingEvery
	t.Cleanup(func() { isTerminal, openingPatience, openingEvery = was, patience, every })
	openingPatience, openingEvery = 0, 0
	for _, tt := range []struct {
		name     string
		terminal bool
		args     []string
		want     []string
	}{
		{"terminal", true, nil, []string{"\rpatches: looked at 80 of 80 pictures ", "\rpatches: decoded 80 of 80 pictures ", "\r\x1b[K"}},
		{"streamed", true, []string{"--memory", "0"}, []string{"\rpatches: looked at 80 of 80 pictures "}},
		{"pipe", false, nil, nil},
	} {
		isTerminal = func(io.Writer) bool { return tt.terminal }
		got := run(ownImages, append([]string{"data", "--data", data}, tt.args...)...)
		if got.status != 0 || strings.Contains(got.stdout, "\r") || tt.want == nil && got.stderr != "" {
			t.Errorf("%s: got %+v", tt.name, got)
		}
		wantLines(t, got.stderr, tt.want...)
		if tt.terminal && !strings.HasSuffix(got.stderr, "\r\x1b[K") {
			t.Errorf("%s: want the line cleared, got %q", tt.name, got.stderr)
		}
	}
}
