package pictures

import (
	"image/color"
	"math"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"euryale/train/internal/axis"
)

// curveColors are those of training and validation.
var curveColors = [...]color.RGBA{rgb(0x1f5fb0), rgb(0xc8500a)}

// pointsUpTo is the most points that a curve shows; with more they would run
// into each other.
const pointsUpTo = 25

// newPlot is a plot by place, such as the epoch, without curves: across says what
// the places are.
func newPlot(what, across string, from, to float64, ticks []axis.Tick) *plot.Plot {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = across, what
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle = withAlign(a.Label.TextStyle, body)
		a.Tick.Label = withAlign(a.Tick.Label, body)
		a.Label.Padding = 6
	}
	p.Add(grid())
	p.X.Tick.Marker, p.Y.Tick.Marker = marks(ticks), roundNumbers{}
	p.X.Min, p.X.Max = from, to
	if from == to {
		p.X.Min, p.X.Max = from-0.5, to+0.5
	}
	return p
}

func grid() *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = faint, faint
	return g
}

// widen leaves room above and below the curves, also where they are flat, but
// none below 0, where neither loss nor accuracy of the usual kind can be.
func widen(y *plot.Axis) {
	if y.Min > y.Max { // no value has a place
		y.Min, y.Max = 0, 1
	}
	room := (y.Max - y.Min) / 20
	if room == 0 {
		room = max(math.Abs(y.Max)/20, 0.01)
	}
	low := y.Min - room
	if y.Min >= 0 {
		low = max(low, 0)
	}
	y.Min, y.Max = low, y.Max+room
}

// fonts are the Go fonts as gonum/plot knows them.
var fonts = font.NewCache(font.Collection{
	{Font: font.Font{Typeface: "Go"}, Face: regularFont},
	{Font: font.Font{Typeface: "Go", Weight: xfont.WeightBold}, Face: boldFont},
})

// textStyle is a kind of text as gonum/plot knows it.
func textStyle(s style) text.Style {
	f := font.Font{Typeface: "Go", Size: vg.Length(sizes[s])}
	if s == bold || s == title {
		f.Weight = xfont.WeightBold
	}
	return text.Style{Color: ink, Font: f, Handler: text.Plain{Fonts: fonts}}
}

// withAlign is a kind of text, placed as another is.
func withAlign(as text.Style, s style) text.Style {
	t := textStyle(s)
	t.Rotation, t.XAlign, t.YAlign = as.Rotation, as.XAlign, as.YAlign
	return t
}
