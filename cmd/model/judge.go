package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/graph"
)

// rank is a class and its probability.
type rank struct {
	Class       int     `json:"class"`
	Name        string  `json:"name,omitempty"`
	Probability float64 `json:"probability"`
}

// judge makes probabilities of a network's first output.
type judge struct {
	classes []string
	ends    string // "softmax", "log softmax" or "sigmoid", of the output; "" means that the softmax is still to be taken
}

func newJudge(net *graph.Network) (*judge, error) {
	out := net.Outputs()[0]
	if len(out.Shape) == 0 || out.Shape[0] != out.Shape.TotalSize() {
		return nil, errors.Errorf("want a network whose first output is classes, (N, K), got %s %s", out.Name, batchText(out.Shape))
	}
	j := &judge{classes: net.Details().Classes}
	if ends := net.EndsIn(0); len(ends) > 0 {
		for _, known := range []string{"log softmax", "softmax", "sigmoid"} {
			if j.ends == "" && strings.HasPrefix(ends[0], known) {
				j.ends = known
			}
		}
	}
	return j, nil
}

// note is what is to be said of the probabilities.
func (j *judge) note() string {
	switch j.ends {
	case "softmax", "log softmax":
		return ""
	case "sigmoid":
		return "the network ends in a sigmoid: each probability is that of a class by itself"
	}
	return "the network ends in no softmax: the probabilities are the softmax of its output"
}

// top are the n likeliest classes, of equal ones the first. It changes the output.
func (j *judge) top(output []float64, n int) ([]rank, error) {
	for _, v := range output {
		if math.IsNaN(v) || math.IsInf(v, 0) && j.ends != "log softmax" {
			return nil, errors.Errorf("want finite numbers of the network, got %v", v)
		}
	}
	switch j.ends {
	case "log softmax":
		for i, v := range output {
			output[i] = math.Exp(v)
		}
	case "":
		softmax(output)
	}
	ranks := make([]rank, len(output))
	for i, p := range output {
		ranks[i] = rank{Class: i, Probability: p}
		if i < len(j.classes) {
			ranks[i].Name = j.classes[i]
		}
	}
	slices.SortStableFunc(ranks, func(a, b rank) int { return cmp.Compare(b.Probability, a.Probability) })
	return ranks[:min(n, len(ranks))], nil
}

// softmax is exp(x[k])/Σ exp(x[j]), in place.
func softmax(x []float64) {
	most, sum := slices.Max(x), 0.0
	for i, v := range x {
		x[i] = math.Exp(v - most)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}

// printer prints predictions: text as they come, JSON at the end.
type printer struct {
	w      io.Writer
	asJSON bool
	all    []prediction
}

func (p *printer) print(piece []prediction) error {
	if p.asJSON {
		p.all = append(p.all, piece...)
		return nil
	}
	var b strings.Builder
	for _, one := range piece {
		if one.Error != "" {
			continue
		}
		fmt.Fprintf(&b, "%s\n", one.Picture)
		for _, r := range one.Top {
			name := printable(r.Name)
			if name == "" {
				name = fmt.Sprintf("class %d", r.Class)
			}
			fmt.Fprintf(&b, "  %.4f  %s\n", r.Probability, name)
		}
	}
	_, err := io.WriteString(p.w, b.String())
	return err
}

// end prints what has been kept.
func (p *printer) end(j *judge) error {
	if !p.asJSON {
		return nil
	}
	return writeJSON(p.w, struct {
		Softmax  bool         `json:"softmax_applied"`
		Pictures []prediction `json:"pictures"`
	}{j.ends == "", p.all})
}

// batchText is such as (N, 10).
func batchText(shape []int) string {
	return strings.Replace(shapeText(append([]int{0}, shape...)), "(0", "(N", 1)
}
