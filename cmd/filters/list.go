package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"euryale/nets/filters"
)

// listCommand tells which filters there are.
func listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list [NAME...]",
		Short: "List the filters, or print those named with their matrices",
		Long: `List the filters, or print those named with their matrices, factor and bias.
Commas may stand between names, as in --filter.`,
		RunE: func(cmd *cobra.Command, names []string) error {
			text := table()
			if len(names) > 0 {
				var err error
				if text, err = details(names); err != nil {
					return err
				}
			}
			_, err := io.WriteString(cmd.OutOrStdout(), text)
			return err
		},
	}
}

// table is all filters, one a line.
func table() string {
	var b strings.Builder
	for _, f := range filters.All() {
		h, w := f.Window()
		fmt.Fprintf(&b, "%-16s  %d×%d  %s\n", f.Name, h, w, f.About)
	}
	b.WriteString("\nAll but the medians are convolutions.\n")
	return b.String()
}

// details are filters with their matrices.
func details(arguments []string) (string, error) {
	var all []string
	for _, name := range splitNames(strings.Join(arguments, " ")) {
		f, err := named("list", name)
		if err != nil {
			return "", err
		}
		all = append(all, f.Details())
	}
	return strings.Join(all, "\n"), nil
}
