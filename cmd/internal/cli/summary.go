package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// summaryCommand prints the layer-shape report.
func summaryCommand(f *flags) *cobra.Command {
	var explain bool
	cmd := &cobra.Command{
		Use:   "summary",
		Short: "Print the network's layers, shapes and parameters",
		Long:  "Print the network's layers, shapes and parameters.\n\n" + aboutNetworks(),
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			net, err := f.network("--net", f.Net)
			if err != nil {
				return err
			}
			report := net.Report()
			report.Explain = explain
			_, err = fmt.Fprint(cmd.OutOrStdout(), report)
			return err
		},
	}
	f.addNet(cmd.Flags())
	cmd.Flags().BoolVar(&explain, "explain", false, "print the arithmetic of each row")
	return cmd
}
