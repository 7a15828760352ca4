package page

import (
	"fmt"
	"strconv"
	"strings"

	"euryale/graph"
)

// report is the layer-shape report.
type report struct {
	Rows                      []layer
	Params, Multiplies, Bytes string // in all
}

type layer struct {
	Name, Type, Output        string
	Params, Multiplies, Bytes string
	Arithmetic                []string
}

func newReport(net *graph.Network) report {
	var multiplies, bytes int
	from := net.Report()
	r := report{Params: thousands(from.Params)}
	for _, row := range from.Rows {
		multiplies += row.Multiplies
		bytes += row.Bytes
		r.Rows = append(r.Rows, layer{
			Name: row.Name, Type: row.Type, Output: shape(row.Output),
			Params: thousands(row.Params), Multiplies: thousands(row.Multiplies), Bytes: thousands(row.Bytes),
			Arithmetic: row.Arithmetic,
		})
	}
	r.Multiplies, r.Bytes = thousands(multiplies), thousands(bytes)
	return r
}

// shape prints a shape as the report in the terminal does.
func shape(s graph.Shape) string {
	dims := []string{"None"}
	for _, n := range s {
		dims = append(dims, strconv.Itoa(n))
	}
	return fmt.Sprintf("(%s)", strings.Join(dims, ", "))
}
