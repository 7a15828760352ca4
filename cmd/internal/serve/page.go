package serve

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"net/http"
	"slices"

	"euryale/loaders"
)

// Page is a page on which to draw what the network is to see: its probabilities as
// one draws, and what each layer makes of it.
type Page struct {
	Title   string // such as "Handwritten digits"
	Thing   string // that one draws: "a digit"
	Samples []Sample
	Files   bool // pictures are chosen, not drawn
}

// Sample is a picture that can be had without drawing.
type Sample struct {
	Name  string
	Image image.Image
}

// SamplesOf are the first image of each class of a dataset, dark on light as what
// is drawn; of a streamed one the first that can be decoded.
func SamplesOf(d *loaders.Dataset) []Sample {
	all := make([]Sample, len(d.Classes))
	for i, label := range d.Labels {
		if all[label].Image != nil {
			continue
		}
		if one, err := d.Take([]int{i}); err == nil {
			all[label] = Sample{d.Classes[label], inverted(one.Picture(0))}
		}
	}
	var some []Sample
	for _, s := range all {
		if s.Image != nil {
			some = append(some, s)
		}
	}
	return some
}

// inverted is an image with light for dark, if it is grey.
func inverted(m image.Image) image.Image {
	g, ok := m.(*image.Gray)
	if !ok {
		return m
	}
	to := &image.Gray{Pix: slices.Clone(g.Pix), Stride: g.Stride, Rect: g.Rect}
	for i, v := range to.Pix {
		to.Pix[i] = 255 - v
	}
	return to
}

// manyClasses is how many a table of probabilities shows; of more it shows the likeliest.
const manyClasses = 20

//go:embed page/index.gohtml page/page.css page/page.js
var files embed.FS

var index = template.Must(template.ParseFS(files, "page/index.gohtml"))

// page declares the paths of the page and of what it loads.
func (s *Server) page(mux *http.ServeMux) {
	s.file(mux, "/page.css", "text/css; charset=utf-8", read("page/page.css"))
	s.file(mux, "/page.js", "text/javascript; charset=utf-8", read("page/page.js"))
	for i, sample := range s.config.Page.Samples {
		var b bytes.Buffer
		if err := png.Encode(&b, sample.Image); err == nil {
			s.file(mux, fmt.Sprintf("/samples/%d.png", i), "image/png", b.Bytes())
		}
	}
	var b bytes.Buffer
	var classes []string
	for i := range s.outputs[0].Shape[0] {
		classes = append(classes, s.name(i))
	}
	err := index.Execute(&b, map[string]any{"Page": s.config.Page, "Classes": classes, "Layers": s.layers, "Many": len(classes) > manyClasses})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			s.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusOK)
		w.Write(b.Bytes())
	})
}

func (s *Server) file(mux *http.ServeMux, path, kind string, content []byte) {
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(http.StatusOK)
		w.Write(content)
	})
}

// read is an embedded file, which is there.
func read(name string) []byte {
	b, _ := files.ReadFile(name)
	return b
}
