package graph_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
	"euryale/internal/markup"
)

// element is an element of a document.
type element struct {
	name string
	attr map[string]string
	text string // right behind its beginning
}

// elements reads a document to its end, as strictly as XML wants it.
func elements(t *testing.T, doc string) []element {
	t.Helper()
	var all []element
	began := false // the last token
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := d.Token()
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			all = append(all, e)
		case xml.CharData:
			if began {
				all[len(all)-1].text = string(token)
			}
		}
		if end, ok := token.(xml.EndElement); !ok || end.Name.Local != "br" {
			_, began = token.(xml.StartElement)
		}
		if err == io.EOF {
			return all
		} else if err != nil {
			t.Fatalf("want well-formed XML, got %v in\n%s", err, doc)
		}
	}
}

func (e element) number(t *testing.T, name string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(e.attr[name], 64)
	if err != nil {
		t.Fatalf("%s of %+v: %v", name, e, err)
	}
	return x
}

// rectangle is a box of a drawing.
type rectangle struct{ left, top, right, bottom float64 }

func rectangles(t *testing.T, all []element, class string) []rectangle {
	t.Helper()
	var found []rectangle
	for _, e := range all {
		if e.attr["class"] == class {
			x, y := e.number(t, "x"), e.number(t, "y")
			found = append(found, rectangle{x, y, x + e.number(t, "width"), y + e.number(t, "height")})
		}
	}
	return found
}

func (r rectangle) meets(o rectangle) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

func (r rectangle) holds(o rectangle) bool {
	return r.left <= o.left && r.right >= o.right && r.top <= o.top && r.bottom >= o.bottom
}

var figure = regexp.MustCompile(`-?[\d.]+`)

// bends are the control points of an arrow or a lane. A curve lies within their
// hull.
func bends(t *testing.T, e element) [][2]float64 {
	t.Helper()
	var n []float64
	for _, s := range figure.FindAllString(e.attr["d"], -1) {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		n = append(n, x)
	}
	if e.attr["class"] == "lane" {
		n = []float64{n[0], n[1], n[0], n[2]}
	}
	var points [][2]float64
	for i := 0; i < len(n); i += 2 {
		points = append(points, [2]float64{n[i], n[i+1]})
	}
	return points
}

// checkDrawing holds a drawing to what makes it readable: boxes lie apart,
// arrows go through none, and frames hold boxes or leave them out.
func checkDrawing(t *testing.T, name, doc string) []element {
	t.Helper()
	all := elements(t, doc)
	root := all[0]
	if root.name != "svg" || root.attr["xmlns"] != "http://www.w3.org/2000/svg" || root.attr["role"] != "img" || root.attr["aria-label"] == "" || root.attr["viewBox"] == "" || all[1].name != "title" {
		t.Errorf("%s: want an svg that stands alone, with a title, got %+v and %+v", name, root, all[1])
	}
	boxes := rectangles(t, all, "box")
	page := rectangle{0, 0, root.number(t, "width"), root.number(t, "height")}
	for i, a := range boxes {
		if !page.holds(a) {
			t.Errorf("%s: box %v lies outside of %v", name, a, page)
		}
		for _, b := range boxes[i+1:] {
			if a.meets(b) {
				t.Errorf("%s: boxes %v and %v overlap", name, a, b)
			}
		}
		for _, f := range rectangles(t, all, "frame") {
			if f.meets(a) && !f.holds(a) {
				t.Errorf("%s: frame %v cuts box %v", name, f, a)
			}
		}
	}
	for _, e := range all {
		if class := e.attr["class"]; class != "edge" && class != "lane" {
			continue
		}
		hull := rectangle{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for _, p := range bends(t, e) {
			hull = rectangle{min(hull.left, p[0]), min(hull.top, p[1]), max(hull.right, p[0]), max(hull.bottom, p[1])}
		}
		hull.left, hull.right = hull.left-2, hull.right+2 // as thick as it is drawn, and some more
		for _, box := range boxes {
			if hull.meets(box) {
				t.Errorf("%s: %s %q goes through the box %v", name, e.attr["class"], e.attr["d"], box)
			}
		}
	}
	return all
}

// TestDrawings looks at the networks of the other tests, and at random ones.
func TestDrawings(t *testing.T) {
	check := func(name string, net *graph.Network) {
		doc := net.SVG()
		checkDrawing(t, name, doc)
		if net.SVG() != doc {
			t.Errorf("%s: want one drawing of one network, got another the second time", name)
		}
		for _, row := range net.Report().Rows {
			if row.Inside == nil && !strings.Contains(doc, ">"+row.Name+"</text>") {
				t.Errorf("%s: want a box for %s", name, row.Name)
			}
		}
	}
	for _, d := range declarations {
		check(d.name, d.network(t, graph.Config{Seed: 1}, graph.Input))
	}
	for seed := range uint64(150) {
		net, _ := randomGraph(t, draws(seed), graph.Config{Seed: seed})
		check(fmt.Sprint("random ", seed), net)
	}
}

// TestDrawingOfAResidualNetwork has a frame for each block, and in it the
// shortcut.
func TestDrawingOfAResidualNetwork(t *testing.T) {
	block := graph.Residual{Body: graph.Chain{
		graph.Conv2D{Filters: 4, Kernel: 3, Padding: graph.Same, NoBias: true},
		graph.BatchNorm{},
		graph.ReLU,
		graph.Conv2D{Filters: 4, Kernel: 3, Padding: graph.Same, NoBias: true},
		graph.BatchNorm{},
	}, Activation: graph.ReLU}
	wider := block
	wider.Shortcut = graph.Chain{graph.Conv2D{Filters: 4, Kernel: 1}}
	net, err := graph.New(graph.Config{Name: "residual & more", Input: graph.Shape{1, 8, 8}}, wider, block, block, graph.Flatten{}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	doc := net.SVG()
	all := checkDrawing(t, "residual", doc)
	if n := len(rectangles(t, all, "frame")); n != 3 {
		t.Errorf("want a frame for each of 3 blocks, got %d", n)
	}
	boxes := rectangles(t, all, "box")
	if len(boxes) != 8+7+7+3 {
		t.Errorf("want 25 boxes, got %d", len(boxes))
	}
	middle := func(r rectangle) float64 { return (r.left + r.right) / 2 }
	if d := middle(boxes[0]) - middle(boxes[len(boxes)-1]); math.Abs(d) > 0.2 {
		t.Errorf("want the output below the input, got it %v beside", d)
	}
	for _, want := range []string{"residual_3 (Residual)", "residual &amp; more", ">144 params<", ">sum_1<", "1,374 parameters, 1,326 of them trained"} {
		if !strings.Contains(doc, want) {
			t.Errorf("want %q in the drawing", want)
		}
	}
}

// TestDrawingOfALongChain is as wide as its boxes, and in natural size.
func TestDrawingOfALongChain(t *testing.T) {
	var layers []graph.Layer
	for range 20 {
		layers = append(layers, graph.Conv2D{Filters: 2, Kernel: 3, Padding: graph.Same}, graph.ReLU)
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 8, 8}}, layers...)
	if err != nil {
		t.Fatal(err)
	}
	all := checkDrawing(t, "chain", net.SVG())
	if w, h := all[0].number(t, "width"), all[0].number(t, "height"); w > 300 || h < 41*60 || h > 41*80 {
		t.Errorf("want at most 300 wide and 60 to 80 for each of 41 boxes, got %v×%v", w, h)
	}
}

// TestDrawingOfSharedLayers has a box in each place, each with the weights.
func TestDrawingOfSharedLayers(t *testing.T) {
	tower := graph.Shared{Name: "tower", Layer: graph.Chain{graph.Flatten{}, graph.Dense{Units: 3}}}
	left, right := graph.Input("left <eye>", 1, 4, 4), graph.Input("right", 1, 4, 4)
	net, err := graph.Compose(graph.Config{}, graph.Join(graph.Concat, left.Then(tower), right.Then(tower)).Then(graph.Dense{Units: 1}))
	if err != nil {
		t.Fatal(err)
	}
	doc := net.SVG()
	checkDrawing(t, "shared", doc)
	if n := strings.Count(doc, ">51 params, shared<"); n != 2 {
		t.Errorf("want the shared layer's weights in 2 places, got %d", n)
	}
	if n := strings.Count(doc, ">tower (Shared)<"); n != 2 {
		t.Errorf("want 2 frames, got %d", n)
	}
	if !strings.Contains(doc, ">left &lt;eye&gt;<") {
		t.Error("want names escaped")
	}
}

// mixed is a layer made of another and of nodes of its own.
type mixed struct{}

func (mixed) String() string { return "Mixed{}" }

func (mixed) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	y := x.Then(graph.Dense{Units: 4})
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.Add(n[0], n[1]) }, y, x).Then(graph.ReLU)
}

// TestDrawingOfOnesOwnOps has a box for what a layer computes besides the layers
// in it.
func TestDrawingOfOnesOwnOps(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{4}}, mixed{}, graph.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	doc := net.SVG()
	if boxes := rectangles(t, checkDrawing(t, "mixed", doc), "box"); len(boxes) != 5 {
		t.Errorf("want 5 boxes, got %d", len(boxes))
	}
	if !strings.Contains(doc, ">Gorgonia&#39;s ops<") {
		t.Errorf("want a box for the layer's own ops, got\n%s", doc)
	}
}

// TestDrawingClosesLargeNetworks keeps within what can be looked at.
func TestDrawingClosesLargeNetworks(t *testing.T) {
	var layers []graph.Layer
	for range 60 {
		layers = append(layers, graph.Residual{Body: graph.Chain{graph.Dense{Units: 2}, graph.ReLU}})
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{2}}, layers...)
	if err != nil {
		t.Fatal(err)
	}
	doc := net.SVG()
	if boxes := rectangles(t, checkDrawing(t, "large", doc), "box"); len(boxes) != 61 {
		t.Errorf("want a box for each of 60 blocks and the input, got %d", len(boxes))
	}
}

// TestDrawingHasRoomForText measures each line with the widest of fonts.
func TestDrawingHasRoomForText(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 8, 8}},
		graph.Named{Name: strings.Repeat("WM", 20), Layer: graph.Conv2D{Filters: 1000, Kernel: 8}}, graph.Flatten{}, graph.Dense{Units: 1000})
	if err != nil {
		t.Fatal(err)
	}
	all := checkDrawing(t, "names", net.SVG())
	boxes := rectangles(t, all, "box")
	at := 0
	for i, e := range all {
		if e.attr["class"] == "box" {
			var lines [2]float64
			for _, text := range all[i+1:] {
				if text.name != "text" {
					break
				}
				size := text.number(t, "font-size")
				line := 0
				if text.number(t, "y") > boxes[at].top+25 {
					line = 1
				}
				lines[line] += markup.Width(text.text, size, text.attr["font-weight"] == "bold")
			}
			if room := boxes[at].right - boxes[at].left - 28; max(lines[0], lines[1]) > room {
				t.Errorf("box %d: want lines within %v, got %v", at, room, lines)
			}
			at++
		}
	}
	if at != 4 {
		t.Errorf("want 4 boxes, got %d", at)
	}
}
