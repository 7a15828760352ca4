package pictures

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var three = &Confusion{garments, [][]int{{90, 5, 5}, {0, 1200, 0}, {0, 0, 0}}}

func TestConfusionPrinted(t *testing.T) {
	for _, c := range []struct {
		name string
		of   *Confusion
		want string
	}{
		{"three", three, `
Confusion matrix: 1,290 of 1,300 images right (99.23 %)
true class   T-shirt/top  Trouser  Ankle boot  total    recall
T-shirt/top           90        5           5    100   90.00 %
Trouser                0    1,200           0  1,200  100.00 %
Ankle boot             0        0           0      0         –
total                 90    1,205           5  1,300
`},
		{"without names", &Confusion{Counts: [][]int{{1}}}, `
Confusion matrix: 1 of 1 image right (100.00 %)
true class  class 0  total    recall
class 0           1      1  100.00 %
total             1      1
`},
		{"none", &Confusion{}, `
Confusion matrix: no image
true class  total  recall
total           0
`},
	} {
		if diff := cmp.Diff(c.want, "\n"+fmt.Sprint(c.of)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestWideConfusionPrinted has numbers above columns that names would make too
// wide.
func TestWideConfusionPrinted(t *testing.T) {
	c := &Confusion{}
	for i := range 10 {
		c.Classes = append(c.Classes, fmt.Sprintf("a long name %c", 'a'+i))
		c.Counts = append(c.Counts, make([]int, 10))
		c.Counts[i][i] = 1000
	}
	lines := strings.Split(c.String(), "\n")
	want := []string{
		"true class           0      1      2      3      4      5      6      7      8      9   total    recall",
		"0 a long name a  1,000      0      0      0      0      0      0      0      0      0   1,000  100.00 %",
	}
	if diff := cmp.Diff(want, lines[1:3]); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// cells reads a table, as strictly as XML wants it: the rows' texts, a bar
// between them, and the shades.
func cells(t *testing.T, doc string) (rows []string, shades map[string]string) {
	t.Helper()
	shade := regexp.MustCompile(`background:rgba\((\d+),\d+,\d+,([\d.]+)\)`)
	d := xml.NewDecoder(strings.NewReader(doc))
	shades = map[string]string{}
	began := ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			return rows, shades
		} else if err != nil {
			t.Fatalf("want well-formed XML, got %v in\n%s", err, doc)
		}
		switch token := token.(type) {
		case xml.StartElement:
			began = token.Name.Local
			if began == "tr" {
				rows = append(rows, "")
			}
			for _, a := range token.Attr {
				if found := shade.FindStringSubmatch(a.Value); found != nil {
					shades[fmt.Sprint(len(rows)-1, ":", strings.Count(rows[len(rows)-1], "|"))] = found[1] + " " + found[2]
				}
			}
		case xml.CharData:
			if began == "td" || began == "th" {
				rows[len(rows)-1] += strings.ReplaceAll(string(token), "\u00a0", " ") + "|"
			}
			began = ""
		case xml.EndElement:
			began = ""
		}
	}
}

func TestConfusionAsTable(t *testing.T) {
	rows, shades := cells(t, three.HTML())
	want := []string{
		"true class|T-shirt/top|Trouser|Ankle boot|total|recall|",
		"T-shirt/top|90|5|5|100|90.00 %|",
		"Trouser|0|1,200|0|1,200|100.00 %|",
		"Ankle boot|0|0|0|0|–|",
		"total|90|1,205|5|1,300|",
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	wantShades := map[string]string{"1:1": "50 0.53", "1:2": "230 0.20", "1:3": "230 0.20", "2:2": "50 0.55"}
	if diff := cmp.Diff(wantShades, shades); diff != "" {
		t.Errorf("shades (-want +got):\n%s", diff)
	}
	if rows, _ := cells(t, (&Confusion{Classes: []string{"<a>"}, Counts: [][]int{{0}}}).HTML()); rows[1] != "<a>|0|0|–|" {
		t.Errorf("want names escaped and a class without images, got %q", rows)
	}
}

// TestShadesAreLegible lays the strongest shade over a light and a dark page:
// WCAG asks for a contrast of 4.5.
func TestShadesAreLegible(t *testing.T) {
	linear := func(c float64) float64 {
		if c /= 255; c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	colour := regexp.MustCompile(`rgba\((\d+),(\d+),(\d+),0.55\)`)
	for _, c := range []*Confusion{{Counts: [][]int{{1}}}, {Counts: [][]int{{0, 1}, {0, 0}}}} {
		found := colour.FindStringSubmatch(c.HTML())
		if found == nil {
			t.Fatalf("want a shade of 0.55, got\n%s", c.HTML())
		}
		for _, page := range []struct{ ground, text float64 }{{255, 0}, {17, 255}} {
			light := 0.0
			for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
				v, err := strconv.ParseFloat(found[i+1], 64)
				if err != nil {
					t.Fatal(err)
				}
				light += weight * linear(0.55*v+0.45*page.ground)
			}
			text := linear(page.text)
			if contrast := (max(light, text) + 0.05) / (min(light, text) + 0.05); contrast < 4.5 {
				t.Errorf("%s on %v: want a contrast of 4.5, got %.2f", found[0], page.ground, contrast)
			}
		}
	}
}

// TestEmptyConfusionDrawn has nothing to divide by.
func TestEmptyConfusionDrawn(t *testing.T) {
	for _, c := range []*Confusion{{}, {Counts: [][]int{{0, 0}, {0, 0}}}} {
		wantMargin(t, c.Image())
	}
}

func TestSheetPrinted(t *testing.T) {
	s := Sheet{Layer: "conv2d_1", Image: image.NewGray(image.Rect(0, 0, 30, 20))}
	if got, want := fmt.Sprint(s), "feature maps of conv2d_1, 30×20 pixels"; got != want {
		t.Errorf("want %q, got %q", want, got)
	}
	img, err := png.Decode(bytes.NewReader(s.PNG()))
	if err != nil || img.Bounds().Size() != image.Pt(30, 20) {
		t.Errorf("want a PNG of 30×20, got %v and error %v", img, err)
	}
	if empty := (Sheet{Layer: "x"}); fmt.Sprint(empty) != "feature maps of x, none" || empty.PNG() != nil {
		t.Errorf("want no picture where there is none, got %v and %d bytes", empty, len(empty.PNG()))
	}
}
