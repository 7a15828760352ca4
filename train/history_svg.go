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

// markedUpTo is the most epochs whose values are marked by points.
const markedUpTo = 30

// SVG is the curves of the loss and, where there are labels, of the accuracy, by
// epoch, in training and in validation, as a notebook shows them. What is not a
// finite number is left out.
func (h *History) SVG() string {
	d := &curves{epochs: len(h.Epochs)}
	plots := d.plots(h)
	for i, p := range plots {
		d.svg.Add(`<g transform="translate(%s %s)">`, float64(i)*(plotLeft+plotWidth+plotRight)+plotLeft, plotTop)
		d.plot(p)
		d.svg.Add(`</g>`)
	}
	width := float64(len(plots)) * (plotLeft + plotWidth + plotRight)
	d.legend()
	return d.svg.Document(width, plotTop+plotHeight+plotBottom, d.words(plots))
}

// curves is the drawing of a History in the making.
type curves struct {
	svg       markup.SVG
	epochs    int
	validated bool
}

// plotted is one quantity by epoch.
type plotted struct {
	name   string
	curves [2][]spot // training and validation
}

type spot struct {
	epoch int // from 1
	value float64
}

// manners tell training from validation, in grey too.
var manners = [2]struct{ name, colour, dashes string }{
	{"training", "#1f6fb4", ""},
	{"validation", "#c2500f", ` stroke-dasharray="7 4"`},
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
			d.validated = true
			add(1, i+1, *e.Validation)
		}
	}
	if !labelled {
		return []plotted{loss}
	}
	return []plotted{loss, accuracy}
}

func (p *plotted) add(curve, epoch int, value float64) {
	if axis.Finite(value) {
		p.curves[curve] = append(p.curves[curve], spot{epoch, value})
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
	if d.epochs == 0 {
		d.svg.Add(axes, plotHeight, plotWidth)
		d.svg.Text(plotWidth/2, plotHeight/2, 13, false, "middle", markup.Grey, "No epoch was completed.")
		return
	}
	for _, tick := range y.Ticks() {
		at := down(y, tick)
		d.svg.Add(`<line x1="0" y1="%s" x2="%s" y2="%s" stroke="`+markup.Faint+`"/>`, at, plotWidth, at)
		d.svg.Text(-8, at+4, 11, false, "end", markup.Grey, y.Label(tick))
	}
	d.svg.Add(axes, plotHeight, plotWidth)
	for _, epoch := range axis.Epochs(d.epochs) {
		at := d.across(epoch)
		d.svg.Add(`<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="`+markup.Grey+`"/>`, at, plotHeight, at, plotHeight+4)
		d.svg.Text(at, plotHeight+18, 11, false, "middle", markup.Grey, fmt.Sprint(epoch))
	}
	d.svg.Text(plotWidth/2, plotHeight+38, 12, false, "middle", markup.Ink, "epoch")
	for i, curve := range p.curves {
		d.curve(i, curve, y)
	}
}

// curve draws the values of training, 0, or of validation, 1. Where an epoch is
// left out, so is the line to the next.
func (d *curves) curve(i int, spots []spot, y axis.Axis) {
	var path strings.Builder
	for k, s := range spots {
		command := "L"
		if k == 0 || spots[k-1].epoch != s.epoch-1 {
			command = "M"
		}
		path.WriteString(command + markup.Num(d.across(s.epoch)) + " " + markup.Num(down(y, s.value)))
	}
	if len(spots) > 1 {
		d.svg.Add(`<path class="curve" d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round"`+manners[i].dashes+`/>`, path.String(), manners[i].colour)
	}
	if d.epochs > markedUpTo {
		return
	}
	for _, s := range spots {
		d.point(i, d.across(s.epoch), down(y, s.value))
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
		if i == 1 && !d.validated {
			break
		}
		d.svg.Add(`<line x1="%s" y1="22" x2="%s" y2="22" stroke="%s" stroke-width="2"`+m.dashes+`/>`, x, x+30, m.colour)
		d.point(i, x+15, 22)
		d.svg.Text(x+38, 26, 12, false, "start", markup.Ink, m.name)
		x += 38 + markup.Width(m.name, 12, false) + 24
	}
}

// words is the drawing for those who cannot see it.
func (d *curves) words(plots []plotted) string {
	var parts []string
	for _, p := range plots {
		for i, curve := range p.curves {
			if len(curve) > 0 {
				first, last := curve[0], curve[len(curve)-1]
				parts = append(parts, fmt.Sprintf("%s in %s from %.4g in epoch %d to %.4g in epoch %d", p.name, manners[i].name, first.value, first.epoch, last.value, last.epoch))
			}
		}
	}
	if parts == nil {
		return "Learning curves: none"
	}
	return "Learning curves: " + strings.Join(parts, "; ")
}

// across is where an epoch lies, one alone in the middle.
func (d *curves) across(epoch int) float64 {
	if d.epochs == 1 {
		return plotWidth / 2
	}
	const margin = 12
	return margin + (plotWidth-2*margin)*float64(epoch-1)/float64(d.epochs-1)
}

func down(y axis.Axis, value float64) float64 { return plotHeight * (1 - y.Fraction(value)) }
