package command

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestGroup: groups come in order, then what is in none; a value is set as ever.
func TestGroup(t *testing.T) {
	var n int
	cmd := &cobra.Command{Use: "tool", Run: func(*cobra.Command, []string) {}}
	Group(cmd.Flags(), "Steps", func(p *pflag.FlagSet) {
		p.IntVar(&n, "size", 3, "take `N` at a time")
		p.Bool("again", false, "once more")
	})
	Group(cmd.Flags(), "Data", func(p *pflag.FlagSet) { p.String("dir", "", "read `DIR`") })
	var out, stderr bytes.Buffer
	if status := Run(t.Context(), cmd, []string{"--help"}, &out, &stderr); status != 0 {
		t.Fatalf("want status 0, got %d and %s", status, &stderr)
	}
	_, help, _ := strings.Cut(out.String(), "[flags]\n\n")
	const want = `Steps:
      --size N   take N at a time (default 3)
      --again    once more

Data:
      --dir DIR   read DIR

Other flags:
      --version   print the version
  -h, --help      help for tool
`
	if help != want {
		t.Errorf("want\n%s\ngot\n%s", want, help)
	}
	if err := cmd.Flags().Set("size", "5"); err != nil || n != 5 {
		t.Errorf("want 5, got %d and error %v", n, err)
	}
}
