package command

import (
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// groupKey is the annotation of a flag that holds its group's heading.
const groupKey = "euryale_group"

// Group adds to p the flags that declare declares, which the help lists under a
// heading, in the order of their declaration.
func Group(p *pflag.FlagSet, heading string, declare func(p *pflag.FlagSet)) {
	g := pflag.NewFlagSet(heading, pflag.ContinueOnError)
	g.SortFlags = false
	declare(g)
	g.VisitAll(func(flag *pflag.Flag) {
		if flag.Annotations == nil {
			flag.Annotations = map[string][]string{}
		}
		flag.Annotations[groupKey] = []string{heading}
		p.AddFlag(flag)
	})
}

// addGrouped makes the function groupedFlags known to cobra's templates, of which
// there is one set in the process.
var addGrouped = sync.OnceFunc(func() { cobra.AddTemplateFunc("groupedFlags", groupedFlags) })

// groupedFlags is the help of flags: group by group, then those that are in none.
func groupedFlags(p *pflag.FlagSet) string {
	var headings []string
	groups := map[string]*pflag.FlagSet{}
	p.VisitAll(func(flag *pflag.Flag) {
		heading := strings.Join(flag.Annotations[groupKey], "")
		if groups[heading] == nil {
			groups[heading] = pflag.NewFlagSet(heading, pflag.ContinueOnError)
			groups[heading].SortFlags = false
			if heading != "" {
				headings = append(headings, heading)
			}
		}
		groups[heading].AddFlag(flag)
	})
	rest := "Other flags"
	if len(headings) == 0 {
		rest = "Flags"
	}
	var parts []string
	for _, heading := range headings {
		parts = append(parts, heading+":\n"+groups[heading].FlagUsagesWrapped(80))
	}
	if g := groups[""]; g != nil && g.HasAvailableFlags() {
		parts = append(parts, rest+":\n"+g.FlagUsagesWrapped(80))
	}
	return strings.TrimRight(strings.Join(parts, "\n"), "\n")
}
