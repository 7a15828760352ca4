package graph

import (
	"fmt"

	"euryale/internal/layered"
	"euryale/internal/markup"
)

// headHeight is the room for the network's name and its parameters.
const headHeight = 58.0

// draw writes frames, arrows, the frames' names and boxes, in this order.
func (p *picture) draw() string {
	name, about := p.words()
	width := max(p.Width, markup.Width(name, 15, true), markup.Width(about, textSize, false)) + 2*edgeMargin
	left := (width - p.Width) / 2
	p.svg.Text(edgeMargin, 28, 15, true, "start", markup.Ink, name)
	p.svg.Text(edgeMargin, 46, textSize, false, "start", markup.Grey, about)
	p.svg.Add(`<g transform="translate(%s %s)">`, left, headHeight+edgeMargin/2)
	for _, f := range p.Frames {
		p.drawFrame(f)
	}
	p.drawEdges()
	for _, f := range p.Frames {
		p.nameFrame(f)
	}
	for rank, items := range p.Ranks {
		for _, item := range items {
			if item.Node >= 0 {
				p.drawBox(p.boxes[item.Node], item.X-item.Width/2, p.top[rank])
			}
		}
	}
	p.svg.Add(`</g>`)
	return p.svg.Document(width, headHeight+edgeMargin/2+p.high+edgeMargin, name+": "+about)
}

// words are the network's name and what is in it.
func (p *picture) words() (name, about string) {
	name = p.net.config.Name
	if name == "" {
		name = "Network"
	}
	params, trained := 0, 0
	for _, param := range p.net.params {
		n := param.Value.Shape().TotalSize()
		params += n
		if param.Role == Trained {
			trained += n
		}
	}
	about = fmt.Sprintf("%s parameters", group(params))
	if trained < params {
		about += fmt.Sprintf(", %s of them trained", group(trained))
	}
	return name, about
}

// frameSides is where a frame begins, and its height.
func (p *picture) frameSides(f layered.Frame) (y, height float64) {
	// A frame around another is larger by what that takes.
	around := func(ends func(layered.Frame) bool) int {
		return p.framesThat(func(g layered.Frame) bool { return ends(g) && inside(p.groups[g.Group], p.groups[f.Group]) })
	}
	above := around(func(g layered.Frame) bool { return g.First == f.First })
	below := around(func(g layered.Frame) bool { return g.Last == f.Last })
	y = p.top[f.First] - frameHeight*float64(above)
	return y, p.top[f.Last] + boxHeight + frameHeight*float64(below) - y
}

// drawFrame draws the frame of a layer that is opened.
func (p *picture) drawFrame(f layered.Frame) {
	y, height := p.frameSides(f)
	p.svg.Add(`<rect class="frame" x="%s" y="%s" width="%s" height="%s" rx="8" fill="%s" stroke="`+markup.Faint+`"/>`, f.Left, y, f.Right-f.Left, height, p.shade(f))
}

// shade is the ground of a frame: darker the more are around it.
func (p *picture) shade(f layered.Frame) string {
	grey := 242
	for _, other := range p.Frames {
		if other != f && grey > 210 && inside(p.groups[f.Group], p.groups[other.Group]) {
			grey -= 9
		}
	}
	return fmt.Sprintf("#%[1]x%[1]x%[1]x", grey)
}

// nameFrame writes the name of a layer that is opened upright at the left of its
// frame, over what arrow may come in there.
func (p *picture) nameFrame(f layered.Frame) {
	y, height := p.frameSides(f)
	c := p.groups[f.Group]
	text := markup.Fit(lastName(c.Path)+" ("+typeName(c.Layer)+")", textSize, false, height-12)
	p.svg.Add(`<text transform="translate(%s %s) rotate(-90)" font-size="%s" text-anchor="middle" fill="`+markup.Grey+`" stroke="%s" stroke-width="4" paint-order="stroke">%s</text>`, f.Left+16, y+height/2, textSize, p.shade(f), text)
}

// lastName is a layer's name without those of the layers around it.
func lastName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

func (p *picture) drawBox(b box, x, y float64) {
	fill, stroke, thick, radius := "#f1f1ee", "#8a8a84", 1.0, 5.0
	switch {
	case b.kind == "Input" && b.call == nil:
		fill, radius = "#ffffff", boxHeight/2
	case b.params > 0:
		fill, stroke = "#e4eefb", "#5b84bd"
	case b.joins:
		fill, stroke = "#e6f3e4", "#5f9a58"
	}
	if b.output {
		thick = 2.5
	}
	p.svg.Add(`<rect class="box" x="%s" y="%s" width="%s" height="%s" rx="%s" fill="%s" stroke="%s" stroke-width="%s"/>`, x, y, p.wide, boxHeight, radius, fill, stroke, thick)
	inner := 10.0
	if b.call == nil && b.kind == "Input" {
		inner = 16
	}
	p.svg.Text(x+inner, y+19, nameSize, true, "start", markup.Ink, p.label(b))
	if count := b.count(); count != "" {
		p.svg.Text(x+p.wide-inner, y+19, textSize, false, "end", markup.Grey, count)
	}
	p.svg.Text(x+inner, y+37, textSize, false, "start", markup.Grey, b.kind)
	p.svg.Text(x+p.wide-inner, y+37, textSize, false, "end", markup.Ink, printShape("N", b.shape))
}
