package train

import (
	"fmt"
	"strings"

	"euryale/internal/markup"
	"euryale/train/internal/axis"
)

// The measures of a drawing of a History, in pixels.
const (
	plotWidth  = 340.0
	plotHeight = 200.0
	plotLeft   = 62.0 // from one plot's axis to what is left of its labels
	plotTop    = 62.0
	plotBottom = 52.0 // below, for the axis and what it is
	plotRight  = 22.0
)

// markedUpTo is the most places, such as epochs, whose values are marked by points.
const markedUpTo = 30

// SVG is the curves of the loss and, where there are labels, of the accuracy, by
// epoch, in training and in validation, as a notebook shows them. What is not a
// finite number is left out.
func (h *History) SVG() string {
	d := &curves{
		across: "epoch", places: len(h.Epochs), ticks: axis.EpochTicks(len(h.Epochs)), none: "No epoch was completed.",
		names: [2]string{"training", "validation"},
	}
	plots := d.plots(h)
	return d.document(plots, d.words(plots))
}

// document is the drawing of the plots.
func (d *curves) document(plots []plotted, words string) string {
	for i, p := range plots {
		d.svg.Add(`<g transform="translate(%s %s)">`, float64(i)*(plotLeft+plotWidth+plotRight)+plotLeft, plotTop)
		d.plot(p)
		d.svg.Add(`</g>`)
	}
	width := float64(len(plots)) * (plotLeft + plotWidth + plotRight)
	d.legend()
	return d.svg.Document(width, plotTop+plotHeight+plotBottom, words)
}

// curves is a drawing of curves in the making: of a History, or of a RateRange.
type curves struct {
	svg    markup.SVG
	across string // what the places are
	places int    // numbered from 1
	ticks  []axis.Tick
	none   string    // what there is to say without any place
	names  [2]string // of the curves
	second bool      // there is a second curve
}

// plotted is one quantity by place.
type plotted struct {
	name   string
	curves [2][]spot // such as training and validation
	mark   int       // a place to be seen; 0 means none
	marked string    // what it is
}

type spot struct {
	place int // from 1, such as the epoch
	value float64
}

// manners tell the two curves apart, in grey too.
var manners = [2]struct{ colour, dashes string }{
	{"#1f6fb4", ""},
	{"#c2500f", ` stroke-dasharray="7 4"`},
}

// plots are the quantities that there are.
func (d *curves) plots(h *History) []plotted {
	loss, accuracy := plotted{name: "loss"}, plotted{name: "accuracy"}
	labelled := len(h.Epochs) == 0
	add := func(curve, epoch int, m Metrics) {
		loss.add(curve, epoch, m.Loss)
		if !m.Unlabelled {
			accuracy.add(curve, epoch, m.Accuracy)
			labelled = true
		}
	}
	for i, e := range h.Epochs {
		add(0, i+1, e.Metrics)
		if e.Validation != nil {
			d.second = true
			add(1, i+1, *e.Validation)
		}
	}
	if !labelled {
		return []plotted{loss}
	}
	return []plotted{loss, accuracy}
}

func (p *plotted) add(curve, place int, value float64) {
	if axis.Finite(value) {
		p.curves[curve] = append(p.curves[curve], spot{place, value})
	}
}

// plot draws one quantity, the origin at the upper left corner of its axes.
func (d *curves) plot(p plotted) {
	var values []float64
	for _, curve := range p.curves {
		for _, s := range curve {
			values = append(values, s.value)
		}
	}
	lo, hi := axis.Range(values...)
	y := axis.New(lo, hi, 5)
	d.svg.Text(0, -12, 13, true, "start", markup.Ink, p.name)
	const axes = `<path d="M0 0V%s H%s" fill="none" stroke="` + markup.Grey + `"/>`
	if d.places == 0 {
		d.svg.Add(axes, plotHeight, plotWidth)
		d.svg.Text(plotWidth/2, plotHeight/2, 13, false, "middle", markup.Grey, d.none)
		return
	}
	for _, tick := range y.Ticks() {
		at := down(y, tick)
		d.svg.Add(`<line x1="0" y1="%s" x2="%s" y2="%s" stroke="`+markup.Faint+`"/>`, at, plotWidth, at)
		d.svg.Text(-8, at+4, 11, false, "end", markup.Grey, y.Label(tick))
	}
	d.svg.Add(axes, plotHeight, plotWidth)
	for _, tick := range d.ticks {
		at := d.at(tick.At)
		d.svg.Add(`<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="`+markup.Grey+`"/>`, at, plotHeight, at, plotHeight+4)
		d.svg.Text(at, plotHeight+18, 11, false, "middle", markup.Grey, tick.Label)
	}
	d.svg.Text(plotWidth/2, plotHeight+38, 12, false, "middle", markup.Ink, d.across)
	if p.mark > 0 {
		at := d.at(float64(p.mark))
		d.svg.Add(`<line class="mark" x1="%s" y1="0" x2="%s" y2="%s" stroke="`+markup.Ink+`" stroke-dasharray="2 3"/>`, at, at, plotHeight)
		const aside = 70 // from the name of the plot, and from the edge
		d.svg.Text(min(max(at, aside+20), plotWidth-aside), -12, 12, false, "middle", markup.Ink, p.marked)
	}
	for i, curve := range p.curves {
		d.curve(i, curve, y)
	}
}

// curve draws the values of the first curve, 0, or of the second, 1. Where a place
// is left out, so is the line to the next.
func (d *curves) curve(i int, spots []spot, y axis.Axis) {
	var path strings.Builder
	for k, s := range spots {
		command := "L"
		if k == 0 || spots[k-1].place != s.place-1 {
			command = "M"
		}
		path.WriteString(command + markup.Num(d.at(float64(s.place))) + " " + markup.Num(down(y, s.value)))
	}
	if len(spots) > 1 {
		d.svg.Add(`<path class="curve" d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round"`+manners[i].dashes+`/>`, path.String(), manners[i].colour)
	}
	if d.places > markedUpTo {
		return
	}
	for _, s := range spots {
		d.point(i, d.at(float64(s.place)), down(y, s.value))
	}
}

// point marks a value.
func (d *curves) point(i int, x, y float64) {
	if i == 0 {
		d.svg.Add(`<circle cx="%s" cy="%s" r="3.5" fill="%s"/>`, x, y, manners[i].colour)
		return
	}
	d.svg.Add(`<rect x="%s" y="%s" width="7" height="7" fill="%s"/>`, x-3.5, y-3.5, manners[i].colour)
}

// legend names the curves.
func (d *curves) legend() {
	x := plotLeft
	for i, m := range manners {
		if i == 1 && !d.second {
			break
		}
		d.svg.Add(`<line x1="%s" y1="22" x2="%s" y2="22" stroke="%s" stroke-width="2"`+m.dashes+`/>`, x, x+30, m.colour)
		if d.places <= markedUpTo {
			d.point(i, x+15, 22)
		}
		d.svg.Text(x+38, 26, 12, false, "start", markup.Ink, d.names[i])
		x += 38 + markup.Width(d.names[i], 12, false) + 24
	}
}

// words is the drawing for those who cannot see it.
func (d *curves) words(plots []plotted) string {
	var parts []string
	for _, p := range plots {
		for i, curve := range p.curves {
			if len(curve) > 0 {
				first, last := curve[0], curve[len(curve)-1]
				parts = append(parts, fmt.Sprintf("%s in %s from %.4g in epoch %d to %.4g in epoch %d", p.name, d.names[i], first.value, first.place, last.value, last.place))
			}
		}
	}
	if parts == nil {
		return "Learning curves: none"
	}
	return "Learning curves: " + strings.Join(parts, "; ")
}

// at is where a place lies, one alone in the middle.
func (d *curves) at(place float64) float64 {
	if d.places == 1 {
		return plotWidth / 2
	}
	const margin = 12
	return margin + (plotWidth-2*margin)*(place-1)/float64(d.places-1)
}

func down(y axis.Axis, value float64) float64 { return plotHeight * (1 - y.Fraction(value)) }
