package serve

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"net/http"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train/pictures"
)

// mostTiles is how many channels of a layer are shown.
const mostTiles = 256

// layer is one whose output is shown.
type layer struct {
	Name, Type string
	Output     graph.Shape
}

// Maps is the picture of a layer's output.
type Maps struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Shape  []int  `json:"shape"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Image  string `json:"image"` // a data URL
}

// layersOf are the outermost layers, in order.
func layersOf(net *graph.Network) []layer {
	var all []layer
	names := map[string]bool{}
	for _, name := range net.LayerNames() {
		names[name] = true
	}
	for _, r := range net.Report().Rows {
		if names[r.Name] {
			all = append(all, layer{r.Name, r.Type, r.Output})
		}
	}
	return all
}

// showMaps answers with what the layers make of a sample.
func (s *Server) showMaps(ctx context.Context, w http.ResponseWriter, in *sample) error {
	outputs, err := s.see.Predict(ctx, in.values)
	if err != nil {
		return err
	}
	a := s.answer(outputs[:len(s.outputs)])
	if shape := s.input.Shape; in.pixels != nil && isImage(shape) {
		if a.Prepared, err = dataURL(shownPixels(in.pixels, shape)); err != nil {
			return err
		}
	}
	for i, l := range s.layers {
		m, err := pictures.Tiles(outputs[len(s.outputs)+i], l.Output, mostTiles)
		if err != nil {
			return err
		}
		url, err := dataURL(m)
		if err != nil {
			return err
		}
		a.Layers = append(a.Layers, Maps{l.Name, l.Type, l.Output, m.Rect.Dx(), m.Rect.Dy(), url})
	}
	writeJSON(w, http.StatusOK, a)
	return nil
}

// shownPixels are the bytes of an image, (C, H, W), to be looked at.
func shownPixels(pixels []uint8, shape graph.Shape) image.Image {
	d := loaders.Dataset{Channels: shape[0], Height: shape[1], Width: shape[2], Images: pixels, Labels: []int{0}}
	return d.Picture(0)
}

// dataURL is a picture as the source of an img element.
func dataURL(m image.Image) (string, error) {
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := e.Encode(&b, m); err != nil {
		return "", err
	}
	return fmt.Sprintf("data:image/png;base64,%s", base64.StdEncoding.EncodeToString(b.Bytes())), nil
}
