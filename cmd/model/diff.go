package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
)

// difference is how to compare two files.
type difference struct {
	tolerance float64
	asJSON    bool
	shapes    shapes
}

// diffCommand tells in what two files differ.
func diffCommand() *cobra.Command {
	var d difference
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Print in what two files differ",
		Long: `Print in what two files differ: networks as lines of code, parameters by name,
details. Values a and b are equal if |a-b| is at most --tolerance, times |a| or
|b| where one of these is above 1; NaN equals NaN. The exit status is 0 if the
files are the same, 1 if they differ, 2 after an error.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !(d.tolerance >= 0) || math.IsInf(d.tolerance, 0) {
				return command.Usagef("--tolerance: want a number of at least 0, got %v", d.tolerance)
			}
			if err := files(args, "two files", 2); err != nil {
				return err
			}
			found, err := d.compare(args[0], args[1])
			if err == nil {
				err = cmd.Context().Err()
			}
			if err == nil {
				err = d.print(found, cmd.OutOrStdout())
			}
			switch {
			case err != nil:
				return &command.Exit{Status: 2, Err: err}
			case !found.Same:
				return &command.Exit{Status: 1}
			}
			return nil
		},
	}
	cmd.Flags().Float64Var(&d.tolerance, "tolerance", 0, "values are equal up to `T`")
	cmd.Flags().BoolVar(&d.asJSON, "json", false, "print JSON instead")
	d.shapes.add(cmd.Flags())
	return cmd
}

// found is what differs.
type found struct {
	A          string    `json:"a"`
	B          string    `json:"b"`
	Same       bool      `json:"same"`
	Code       []string  `json:"code,omitempty"` // lines, after - of A's alone, + of B's
	Parameters []unequal `json:"parameters,omitempty"`
	Details    []string  `json:"details,omitempty"` // as Code
}

// unequal is a parameter that differs.
type unequal struct {
	Name string `json:"name"`
	In   string `json:"in"` // "a", "b" or "both"
	A    string `json:"a_is,omitempty"`
	B    string `json:"b_is,omitempty"` // type and shape

	Values   int      `json:"values,omitempty"`
	Differ   int      `json:"differ,omitempty"` // of them
	Most     *float64 `json:"largest_difference,omitempty"`
	Relative *float64 `json:"largest_relative_difference,omitempty"` // |a-b|/max(|a|, |b|)
}

func (d *difference) compare(a, b string) (*found, error) {
	ma, err := open(a, d.shapesFor(a))
	if err != nil {
		return nil, err
	}
	mb, err := open(b, d.shapesFor(b))
	if err != nil {
		return nil, err
	}
	f := &found{A: a, B: b}
	switch {
	case ma.net != nil && mb.net == nil:
		f.Code = []string{"- layers and details"}
	case ma.net == nil && mb.net != nil:
		f.Code = []string{"+ layers and details"}
	default:
		f.Code = lineDiff(codeLines(ma), codeLines(mb))
		f.Details = lineDiff(factLines(ma), factLines(mb))
	}
	if f.Parameters, err = d.parameters(ma.tensors, mb.tensors); err != nil {
		return nil, err
	}
	f.Same = len(f.Code)+len(f.Details)+len(f.Parameters) == 0
	return f, nil
}

// shapesFor are the shapes that a file is opened with.
func (d *difference) shapesFor(path string) shapes {
	if ending(path) == ".onnx" {
		return d.shapes
	}
	return nil
}

func codeLines(m *model) []string {
	if m.net == nil {
		return nil
	}
	return strings.Split(strings.TrimRight(m.net.String(), "\n"), "\n")
}

func factLines(m *model) []string {
	var all []string
	for _, f := range factsOf(m) {
		all = append(all, f.String())
	}
	return all
}

// parameters compares arrays by name: in the order of a, then those of b alone.
func (d *difference) parameters(a, b []array) ([]unequal, error) {
	var all []unequal
	other := map[string]array{}
	for _, y := range b {
		other[y.name] = y
	}
	for _, x := range a {
		y, ok := other[x.name]
		if !ok {
			all = append(all, unequal{Name: x.name, In: "a", A: x.kind()})
			continue
		}
		delete(other, x.name)
		u, err := d.array(x, y)
		if err != nil {
			return nil, err
		}
		if u != nil {
			all = append(all, *u)
		}
	}
	for _, y := range b {
		if _, ok := other[y.name]; ok {
			all = append(all, unequal{Name: y.name, In: "b", B: y.kind()})
		}
	}
	return all, nil
}

// kind is an array's role, type and shape.
func (a array) kind() string {
	return strings.TrimSpace(a.role + " " + a.dtype + " " + shapeText(a.shape))
}

// array is in what two of one name differ, or nil.
func (d *difference) array(a, b array) (*unequal, error) {
	if a.role == "" || b.role == "" { // of which a file without layers says nothing
		a.role, b.role = "", ""
	}
	u := &unequal{Name: a.name, In: "both", A: a.kind(), B: b.kind()}
	if !slices.Equal(a.shape, b.shape) {
		return u, nil
	}
	x, errX := a.floats()
	y, errY := b.floats()
	if errX != nil || errY != nil { // no numbers: bytes
		if a.dtype == b.dtype && slices.Equal(a.bytes(), b.bytes()) {
			return nil, nil
		}
		return u, nil
	}
	u.Values = len(x)
	most, relative := 0.0, 0.0
	for i := range x {
		if d.equal(x[i], y[i]) {
			continue
		}
		u.Differ++
		by := math.Abs(x[i] - y[i])
		if math.IsNaN(by) || math.IsInf(by, 0) {
			most, relative = math.Inf(1), math.Inf(1)
			continue
		}
		most, relative = max(most, by), max(relative, by/max(math.Abs(x[i]), math.Abs(y[i])))
	}
	u.Most, u.Relative = finite(most), finite(relative)
	if u.Differ == 0 && a.kind() == b.kind() {
		return nil, nil
	}
	return u, nil
}

// equal compares two values up to the tolerance.
func (d *difference) equal(a, b float64) bool {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return true
	}
	by := math.Abs(a - b)
	return by <= d.tolerance*max(1, math.Abs(a), math.Abs(b)) && !math.IsInf(by, 0)
}

func (d *difference) print(f *found, out io.Writer) error {
	if d.asJSON {
		return writeJSON(out, f)
	}
	if f.Same {
		return nil
	}
	text := fmt.Sprintf("--- %s\n+++ %s\n", f.A, f.B)
	for _, line := range slices.Concat(f.Code, f.Details) {
		text += line + "\n"
	}
	for _, u := range f.Parameters {
		text += u.String() + "\n"
	}
	_, err := io.WriteString(out, text)
	return err
}

// String is a line.
func (u unequal) String() string {
	name := printable(u.Name)
	switch {
	case u.In == "a":
		return fmt.Sprintf("- %s: %s", name, u.A)
	case u.In == "b":
		return fmt.Sprintf("+ %s: %s", name, u.B)
	case u.A != u.B && u.Differ == 0:
		return fmt.Sprintf("! %s: %s, and %s", name, u.A, u.B)
	case u.Values == 0:
		return fmt.Sprintf("! %s: other bytes of %s", name, u.A)
	}
	kind := ""
	if u.A != u.B {
		kind = fmt.Sprintf("%s, and %s; ", u.A, u.B)
	}
	by := "some of them not finite"
	if u.Most != nil && u.Relative != nil {
		by = fmt.Sprintf("by %.3g at most, relative %.3g", *u.Most, *u.Relative)
	}
	return fmt.Sprintf("! %s: %s%d of %d values differ, %s", name, kind, u.Differ, u.Values, by)
}
