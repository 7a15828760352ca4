package cli

import (
	"fmt"
	"slices"
	"strings"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/loaders"
)

// missedClasses says how the classes of the data are not those that a network is to be
// tested on: which it lacks, and which are others; "" if they are, as far as is known.
func missedClasses(net *graph.Network, d *loaders.Dataset) string {
	if otherClasses(net, d) == "" {
		return ""
	}
	want, n := net.Details().Classes, net.Outputs()[0].Shape.TotalSize()
	if len(want) != n { // it has no names
		return fmt.Sprintf("want images of %s, as the network tells, got %d in %s: %s", classes(n), len(d.Classes), d.Name, some(d.Classes))
	}
	var parts []string
	if lacking := except(want, d.Classes); len(lacking) > 0 {
		parts = append(parts, "without "+someOf(lacking))
	}
	if others := except(d.Classes, want); len(others) > 0 {
		parts = append(parts, "with "+someOf(others))
	}
	if parts == nil {
		parts = []string{"in another order, " + some(d.Classes)}
	}
	return fmt.Sprintf("want images of the %s that the network tells, %s, got those of %s %s", classes(n), some(want), d.Name, strings.Join(parts, " and "))
}

// classes is such as 2 classes.
func classes(n int) string { return command.Counted(n, "class", "classes") }

// except are those of all that are not among others, in their order.
func except(all, others []string) []string {
	known := make(map[string]bool, len(others))
	for _, name := range others {
		known[name] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return known[name] })
}

// someOf are the first names of several, and how many more there are.
func someOf(names []string) string {
	const most = 3
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}
