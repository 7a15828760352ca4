package page

import (
	"fmt"
	"strconv"
	"strings"

	"euryale/graph"
	"euryale/train/internal/caption"
)

// report is the layer-shape report.
type report struct {
	Rows              []layer
	Params            string // in all
	NotTrained        string // of these; empty where all are
	Multiplies, Bytes string // in all, with their units
}

// layer is a row of it.
type layer struct {
	Name, Type, Output string
	Connected          []string // the layers whose outputs it takes; nil where that is the one above
	Params             string
	Multiplies, Bytes  string // with their units
	Arithmetic         []string
}

func newReport(from *graph.Report) report {
	var multiplies, bytes int
	r := report{Params: caption.Number(from.Params)}
	if n := from.Params - from.Trainable; n > 0 {
		r.NotTrained = caption.Number(n)
	}
	for _, row := range from.Rows {
		multiplies += row.Multiplies
		bytes += row.Bytes
		r.Rows = append(r.Rows, newLayer(row))
	}
	r.Multiplies, r.Bytes = caption.Count(multiplies, "multiply-add"), caption.Count(bytes, "byte")
	return r
}

func newLayer(row graph.Row) layer {
	return layer{
		Name: row.Name, Type: row.Type, Output: shape(row.Output), Params: caption.Number(row.Params),
		Multiplies: caption.Count(row.Multiplies, "multiply-add"), Bytes: caption.Count(row.Bytes, "byte"),
		Arithmetic: row.Arithmetic, Connected: row.Connected,
	}
}

// Graph reports whether some layer takes something else than the output of the
// one above it.
func (r report) Graph() bool {
	for _, row := range r.Rows {
		if row.Connected != nil {
			return true
		}
	}
	return false
}

// shape prints a shape as the report in the terminal does.
func shape(s graph.Shape) string {
	dims := []string{"None"}
	for _, n := range s {
		dims = append(dims, strconv.Itoa(n))
	}
	return fmt.Sprintf("(%s)", strings.Join(dims, ", "))
}
