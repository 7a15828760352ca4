package graph_test

import (
	"embed"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"euryale/graph"
)

//go:embed testdata/model_v1.safetensors
var model embed.FS

// A server with its model inside. It is one file without cgo: built by
// CGO_ENABLED=0 go build, it runs in a container that is FROM scratch.
func ExamplePredictor() {
	net, err := graph.LoadFS(model, "testdata/model_v1.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	p, err := graph.NewPredictor(net, graph.PredictorConfig{})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	handler := func(w http.ResponseWriter, r *http.Request) {
		var x []float32
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&x); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		outputs, err := p.Predict(r.Context(), x)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		json.NewEncoder(w).Encode(outputs[0])
	}
	server := httptest.NewServer(http.HandlerFunc(handler)) // elsewhere http.ListenAndServe
	defer server.Close()

	pixels := "[" + strings.Repeat("0.5,", 15) + "0.5]"
	answer, err := http.Post(server.URL, "application/json", strings.NewReader(pixels))
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	var probabilities []float32
	if err := json.NewDecoder(answer.Body).Decode(&probabilities); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", probabilities)
	// Output: [0.19 0.10 0.71]
}
