package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/pkg/errors"

	"euryale/graph"
)

// protocol declares the paths of the Open Inference Protocol, version 2.
func (s *Server) protocol(mux *http.ServeMux) {
	mux.HandleFunc("GET /v2", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"name": "euryale", "version": "1", "extensions": []string{}})
	})
	mux.HandleFunc("GET /v2/health/live", s.live)
	mux.HandleFunc("GET /v2/health/ready", s.ready)
	mux.HandleFunc("GET /v2/models/{model}", s.ours(func(w http.ResponseWriter, _ *http.Request) error {
		writeJSON(w, http.StatusOK, s.model())
		return nil
	}))
	mux.HandleFunc("GET /v2/models/{model}/ready", s.ours(func(w http.ResponseWriter, r *http.Request) error {
		s.ready(w, r)
		return nil
	}))
	mux.Handle("POST /v2/models/{model}/infer", s.working(func(w http.ResponseWriter, r *http.Request) error {
		if err := s.isOurs(r); err != nil {
			return err
		}
		return s.infer(w, r)
	}))
}

// ours answers for the model that is served, and 404 for others.
func (s *Server) ours(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := s.isOurs(r)
		if err == nil {
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

func (s *Server) isOurs(r *http.Request) error {
	if got := r.PathValue("model"); got != s.config.Name {
		return statusError{http.StatusNotFound, errors.Errorf("want the model %s, got %.40q", s.config.Name, got)}
	}
	return nil
}

// tensor is one of the protocol's.
type tensor struct {
	Name     string          `json:"name"`
	Shape    []int           `json:"shape"`
	Datatype string          `json:"datatype"`
	Data     json.RawMessage `json:"data,omitempty"`
}

// model describes what is served.
func (s *Server) model() any {
	of := func(ports []graph.Port) []tensor {
		var all []tensor
		for _, p := range ports {
			all = append(all, tensor{Name: p.Name, Shape: append([]int{-1}, p.Shape...), Datatype: "FP32"})
		}
		return all
	}
	return map[string]any{"name": s.config.Name, "platform": "euryale", "inputs": of(s.config.Network.Inputs()), "outputs": of(s.outputs)}
}

// infer answers a batch of samples, which are gathered with all others.
func (s *Server) infer(w http.ResponseWriter, r *http.Request) error {
	c := &claim{of: &s.memory}
	defer c.release()
	body, err := s.body(w, r, c)
	if err != nil {
		return err
	}
	if err := c.take(int64(8 * len(body))); err != nil {
		return err
	}
	var in struct {
		ID     string   `json:"id"`
		Inputs []tensor `json:"inputs"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return badRequest(errors.Wrap(err, "want JSON"))
	}
	samples, err := s.samples(in.Inputs)
	if err != nil {
		return badRequest(err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.config.Timeout)
	defer cancel()
	rows, err := s.all(ctx, samples)
	if err != nil {
		return err
	}
	out := map[string]any{"model_name": s.config.Name, "outputs": s.columns(rows)}
	if in.ID != "" {
		out["id"] = in.ID
	}
	writeJSON(w, http.StatusOK, out)
	return nil
}

// samples are the inputs of each sample of a batch.
func (s *Server) samples(inputs []tensor) ([][][]float32, error) {
	ports := s.config.Network.Inputs()
	if len(inputs) != len(ports) {
		return nil, errors.Errorf("want %d inputs, got %d", len(ports), len(inputs))
	}
	byName := map[string]tensor{}
	for _, t := range inputs {
		byName[t.Name] = t
	}
	var all [][][]float32
	for i, p := range ports {
		t, ok := byName[p.Name]
		switch {
		case !ok:
			return nil, errors.Errorf("want the input %s, got none of that name", p.Name)
		case t.Datatype != "FP32":
			return nil, errors.Errorf("input %s: want the datatype FP32, got %.20q", p.Name, t.Datatype)
		case len(t.Shape) != len(p.Shape)+1 || !slices.Equal(p.Shape, graph.Shape(t.Shape[1:])):
			return nil, errors.Errorf("input %s: want the shape %v of each sample, behind their number, got %.80s", p.Name, p.Shape, fmt.Sprint(t.Shape[:min(len(t.Shape), 8)]))
		case t.Shape[0] < 1 || t.Shape[0] > s.config.MostRequests || i > 0 && t.Shape[0] != len(all):
			return nil, errors.Errorf("input %s: want 1 to %d samples, as many of each input, got %d", p.Name, s.config.MostRequests, t.Shape[0])
		}
		values, err := numbers(t.Data, t.Shape)
		if err != nil {
			return nil, errors.WithMessagef(err, "input %s", p.Name)
		}
		if all == nil {
			all = make([][][]float32, t.Shape[0])
		}
		for n := range all {
			k := len(values) / len(all)
			all[n] = append(all[n], values[n*k:(n+1)*k])
		}
	}
	return all, nil
}

// all predicts samples side by side.
func (s *Server) all(ctx context.Context, samples [][][]float32) ([][][]float32, error) {
	rows, failed := make([][][]float32, len(samples)), make(chan error, len(samples))
	for i, in := range samples {
		go func() {
			var err error
			rows[i], err = s.predict.Predict(ctx, in...)
			failed <- err
		}()
	}
	var first error
	for range samples {
		if err := <-failed; err != nil && first == nil {
			first = err
		}
	}
	return rows, first
}

// columns are the outputs of all samples, one behind the other.
func (s *Server) columns(rows [][][]float32) any {
	type column struct {
		Name     string    `json:"name"`
		Shape    []int     `json:"shape"`
		Datatype string    `json:"datatype"`
		Data     []float32 `json:"data"`
	}
	var all []column
	for i, o := range s.outputs {
		c := column{Name: o.Name, Shape: append([]int{len(rows)}, o.Shape...), Datatype: "FP32"}
		for _, r := range rows {
			c.Data = append(c.Data, r[i]...)
		}
		all = append(all, c)
	}
	return all
}
