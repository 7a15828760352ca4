package serve_test

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"euryale/cmd/internal/serve"
	"euryale/graph"
)

// TestPageOfFiles takes pictures in colour, shows what the network was shown of them, and
// of many classes the likeliest.
func TestPageOfFiles(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{3, 4, 6}, Seed: 1}, graph.Flatten{}, graph.Dense{Units: 200, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	var classes []string
	for i := range 200 {
		classes = append(classes, fmt.Sprintf("kind %d", i))
	}
	if err := net.SetDetails(graph.Details{Classes: classes}); err != nil {
		t.Fatal(err)
	}
	s := server(t, serve.Config{Network: net, Page: &serve.Page{Title: "T", Thing: "a picture", Files: true}})
	page := send(s, "GET", "/", nil).Body.String()
	for _, want := range []string{`<input id="file" type="file"`, `<table class="shares many">`, "Choose a picture, and see", "kind 199"} {
		if !strings.Contains(page, want) {
			t.Errorf("want %q in the page", want)
		}
	}
	m := image.NewRGBA(image.Rect(0, 0, 12, 8))
	for i := range 12 * 8 {
		m.SetRGBA(i%12, i/12, color.RGBA{200, 30, 10, 255})
	}
	var got serve.Answer
	w := send(s, "POST", "/predict?maps=1", pngOf(t, m))
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || !strings.HasPrefix(got.Name, "kind ") || !strings.HasPrefix(got.Prepared, "data:image/png;base64,") {
		t.Errorf("want a class and what the network was shown, got %d %.300s", w.Code, w.Body)
	}
	drawing := server(t, serve.Config{Network: model(t), Page: &serve.Page{Title: "T"}})
	if page := send(drawing, "GET", "/", nil).Body.String(); strings.Contains(page, `id="file"`) || strings.Contains(page, "many") {
		t.Error("want a page to draw on as it was")
	}
}
