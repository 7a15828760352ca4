package markup

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// wellFormed reads a document to its end, as strictly as XML wants it.
func wellFormed(t *testing.T, doc string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("want well-formed XML, got %v in\n%s", err, doc)
		}
	}
}

const nasty = "<b>&amp;\"'\x00\x1b[0m\u2028</td>"

func TestTableIsWellFormed(t *testing.T) {
	table := NewTable(nasty, Cell{Text: nasty}, Cell{Text: "n", Number: true})
	table.Row(Cell{Lines: []string{nasty, "second"}, Indent: 2, Faint: true}, Cell{Text: "1", Number: true, Style: "background:rgba(0,0,0,0.1)"})
	table.Foot()
	table.Row(Cell{Text: "all", Span: 2})
	got := table.String()
	wellFormed(t, got)
	for _, want := range []string{"&lt;b&gt;", "<br/>&#160;&#160;&#160;&#160;&#160;&#160;&#160;&#160;second", `colspan="2"`, `<th scope="col"`, "&#160;&#160;", "\uFFFD"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "<b>") || strings.Contains(got, "<style") {
		t.Errorf("want text escaped and no style sheet, got\n%s", got)
	}
}

func TestDrawingIsWellFormed(t *testing.T) {
	var s SVG
	s.Text(1, 2.25, 12, true, "middle", Ink, nasty)
	s.Add(`<line x1="%s" y1="%s" x2="1e3" y2="%s" stroke="%s"/>`, -0.01, 1.0, 33.3333, Ink)
	got := s.Document(100, 50, nasty)
	wellFormed(t, got)
	for _, want := range []string{`xmlns="http://www.w3.org/2000/svg"`, `viewBox="0 0 100 50"`, `role="img"`, "aria-label=", "<title>&lt;b&gt;", `x1="0" y1="1"`, `y2="33.3"`} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
}

func TestFit(t *testing.T) {
	if got := Fit("short", 12, false, 100); got != "short" {
		t.Errorf("want all of a text that has room, got %q", got)
	}
	long := strings.Repeat("w", 40)
	got := Fit(long, 12, true, 100)
	if !strings.HasSuffix(got, "…") || Width(got, 12, true) > 100 || len(got) < 5 {
		t.Errorf("want what has room and an ellipsis, got %q", got)
	}
	if got := Fit("w", 12, false, 1); got != "" {
		t.Errorf("want nothing where there is no room, got %q", got)
	}
}
