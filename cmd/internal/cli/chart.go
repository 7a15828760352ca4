package cli

import (
	"io"

	"github.com/spf13/pflag"

	"euryale/train"
	"euryale/train/chart"
)

// addChart declares --chart.
func (f *flags) addChart(p *pflag.FlagSet) {
	p.BoolVar(&f.Chart, "chart", false, "print learning curves as text")
}

// printChart prints what --chart asks for.
func (f *flags) printChart(h *train.History, out io.Writer) error {
	if !f.Chart {
		return nil
	}
	_, err := io.WriteString(out, "\n"+chart.Curves(h)+"\n")
	return err
}
