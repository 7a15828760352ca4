package serve

import (
	"context"
	"net/http"
	"slices"
	"strconv"
)

// Answer is what is said of one sample.
type Answer struct {
	Class         *int                 `json:"class,omitempty"` // the largest of the first output, counted from 0
	Name          string               `json:"name,omitempty"`
	Probabilities []float32            `json:"probabilities,omitempty"`
	Values        []float32            `json:"values,omitempty"`
	Outputs       map[string][]float32 `json:"outputs,omitempty"`

	Prepared string `json:"prepared,omitempty"` // the image that the network was shown; these with ?maps=1
	Layers   []Maps `json:"layers,omitempty"`
}

// predictOne answers POST /predict.
func (s *Server) predictOne(w http.ResponseWriter, r *http.Request) error {
	c := &claim{of: &s.memory}
	defer c.release()
	body, err := s.body(w, r, c)
	if err != nil {
		return err
	}
	if isForm(r, body) {
		return s.formError(r)
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.config.Timeout)
	defer cancel()
	in, err := s.sampleOf(ctx, body, c)
	if err != nil {
		return err
	}
	c.release()
	if s.config.Page != nil && r.URL.Query().Get("maps") == "1" {
		return s.showMaps(ctx, w, in)
	}
	outputs, err := s.predict.Predict(ctx, in.values)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, s.answer(outputs))
	return nil
}

// answer says what the outputs mean.
func (s *Server) answer(outputs [][]float32) *Answer {
	first := outputs[0]
	a := &Answer{}
	if len(first) > 1 && (s.shares[0] || len(s.details.Classes) == len(first)) {
		class := slices.Index(first, slices.Max(first))
		a.Class, a.Name = &class, s.name(class)
	}
	if s.shares[0] {
		a.Probabilities = first
	} else {
		a.Values = first
	}
	if len(s.outputs) > 1 {
		a.Outputs = map[string][]float32{}
		for i, o := range s.outputs {
			a.Outputs[o.Name] = outputs[i]
		}
	}
	return a
}

// name is that of a class: its number where there is no other.
func (s *Server) name(class int) string {
	if class < len(s.details.Classes) {
		return s.details.Classes[class]
	}
	return strconv.Itoa(class)
}
