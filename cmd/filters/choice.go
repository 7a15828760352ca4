package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/internal/near"
	"euryale/nets/filters"
)

// choice is which filters are to be used, and how.
type choice struct {
	names  names
	kernel filters.Matrix
	factor float64
	bias   float64
	edges  filters.Edge

	filters []filters.Filter // what check found
}

// value is a flag whose text a function reads.
type value struct {
	text string
	read func(text string) error
}

func (v *value) String() string { return v.text }
func (v *value) Type() string   { return "value" }

func (v *value) Set(text string) error {
	v.text = text
	return v.read(text)
}

// parsed is a flag that parse reads into to.
func parsed[T any](to *T, text string, parse func(string) (T, error)) *value {
	return &value{text, func(text string) (err error) {
		*to, err = parse(text)
		return err
	}}
}

func (c *choice) add(p *pflag.FlagSet) {
	c.factor = 1
	p.Var(&c.names, "filter", "filters, as `NAMES` with commas: see 'filters list'")
	p.Var(parsed(&c.kernel, "", filters.ParseMatrix), "kernel", "a filter of your own: `ROWS` of numbers, '1 0 -1'")
	p.Var(parsed(&c.factor, "1", filters.ParseNumber), "factor", "factor `F` of --kernel, such as 1/9")
	p.Var(parsed(&c.bias, "0", filters.ParseNumber), "bias", "bias `B` of --kernel, in pixel values")
	p.Var(parsed(&c.edges, filters.Wrap.String(), parseEdge), "edges", "edge `MODE`: wrap, clamp, valid")
}

// check finds the filters.
func (c *choice) check(p *pflag.FlagSet) error {
	for _, name := range c.names {
		f, err := named("--filter", name)
		if err != nil {
			return err
		}
		c.filters = append(c.filters, f)
	}
	if p.Changed("filter") && len(c.names) == 0 {
		return command.Usagef("--filter: want a name, got none; 'filters list' names all")
	}
	if c.kernel != nil {
		return c.addKernel()
	}
	for _, name := range []string{"factor", "bias"} {
		if p.Changed(name) {
			return command.Usagef("--%s: want --kernel too: filters with names have their own", name)
		}
	}
	return nil
}

// named is the filter of a name, which a flag or a command asked for.
func named(asked, name string) (filters.Filter, error) {
	f, err := filters.Find(name)
	if err == nil {
		return f, nil
	}
	var all []string
	for _, f := range filters.All() {
		all = append(all, f.Name)
	}
	return f, command.Usagef("%s: want names that 'filters list' prints, got %q%s", asked, name, near.Hint(name, "", all...))
}

// parseEdge is filters.ParseEdge, with the name that may have been meant.
func parseEdge(name string) (filters.Edge, error) {
	e, err := filters.ParseEdge(name)
	if err != nil {
		err = errors.Errorf("%v%s", err, near.Hint(name, "", filters.Wrap.String(), filters.Clamp.String(), filters.Valid.String()))
	}
	return e, err
}

// addKernel appends the user's own filter.
func (c *choice) addKernel() error {
	const most = 1e6
	switch {
	case c.factor == 0 || c.factor > most || c.factor < -most:
		return command.Usagef("--factor: want a number between -1e6 and 1e6, not 0, got %v", c.factor)
	case c.bias > most || c.bias < -most:
		return command.Usagef("--bias: want a number between -1e6 and 1e6, got %v", c.bias)
	}
	c.filters = append(c.filters, filters.Filter{Name: kernelName, Matrix: c.kernel, Factor: c.factor, Bias: c.bias})
	return nil
}

// kernelName is what the user's own filter is called.
const kernelName = "kernel"

// called is a filter's name and, where it is the user's own, how it was read.
func called(f filters.Filter) string {
	if f.Name != kernelName {
		return f.Name
	}
	h, w := f.Window()
	return fmt.Sprintf("%s %d×%d", f.Name, h, w)
}

// asRead is all of how the user's own filter was read but for the numbers.
func asRead(f filters.Filter) string { return strings.Replace(f.String(), ": ", " ", 1) }

// twice is the name of a filter that was asked for more than once, or nothing.
func (c *choice) twice() string {
	for i, f := range c.filters {
		if slices.ContainsFunc(c.filters[:i], func(g filters.Filter) bool { return g.Name == f.Name }) {
			return f.Name
		}
	}
	return ""
}
