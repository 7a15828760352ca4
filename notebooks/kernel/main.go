// Command kernel installs a Jupyter kernel for notebooks in Go that has
// Euryale's packages and Gorgonia compiled in:
//
//	go run . install
//
// The kernel is gophernotes, which interprets cells with gomacro. See README.md of
// the folder above.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kernel:", err)
		os.Exit(1)
	}
}

// replaceHelp is of the flag that install and doctor share.
const replaceHelp = "take a module from a folder, as `MODULE=DIR`; may be repeated"

func root() *cobra.Command {
	root := &cobra.Command{
		Use:           "kernel",
		Short:         "Install the Jupyter kernel for Euryale's notebooks, and look after it",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(installCommand(), uninstallCommand(), doctorCommand(), executeCommand())
	return root
}

func installCommand() *cobra.Command {
	var b builder
	var t target
	c := &cobra.Command{
		Use:   "install",
		Short: "Build the kernel and tell Jupyter of it",
		Long: `Build the kernel and tell Jupyter of it.

The kernel goes into the user's Jupyter folder, where every Jupyter of this user
finds it; with --prefix into that of an installation or a virtual environment.
Install again after a change of Euryale's sources: the kernel has them compiled in.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b.progress = c.ErrOrStderr()
			dir, err := kernelDir(t.given())
			if err != nil {
				return err
			}
			if err := install(c.Context(), b, dir); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Installed %q in %s\nOpen a notebook with: jupyter lab\n", displayName, dir)
			return nil
		},
	}
	t.add(c.Flags(), "install below `DIR`/share/jupyter, such as a virtual environment, rather than for the user")
	c.Flags().StringArrayVar(&b.replace, "replace", nil, replaceHelp)
	return c
}

func uninstallCommand() *cobra.Command {
	var t target
	c := &cobra.Command{
		Use:   "uninstall",
		Short: "Remove what install made",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := t.find(c.Context())
			if err != nil {
				return err
			}
			if err := uninstall(dir); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Removed %s\n", dir)
			return nil
		},
	}
	t.add(c.Flags(), "as given to install")
	return c
}
