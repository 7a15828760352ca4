package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/loaders"
)

// doctorCommand says what the machine can do.
func doctorCommand(l Lesson, f *flags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Report the processor, its speed and the datasets found",
		Long: "Report the processor, its speed in a matrix product, in training and in\n" +
			"inference with each engine and step by step, and the datasets found. What a\n" +
			"step multiplies and adds is counted the plain way, at two operations each:\n" +
			"Winograd needs fewer, and may pass the peak.\n\n" + aboutNetworks(),
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return doctor(cmd.Context(), l, f, thorough, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f.addDoctor(cmd.Flags(), l)
	return cmd
}

// addDoctor declares the flags of doctor.
func (f *flags) addDoctor(p *pflag.FlagSet, l Lesson) {
	f.addNet(p, l, "one of those above")
	f.addBatch(p)
	f.addSeed(p)
	f.addEngine(p)
	p.Lookup("engine").Usage += "; of the steps"
	p.StringVar(&f.Dir, "data", "", "look for the datasets' files in `DIR` (default: search)")
	f.addJSON(p, "the report")
	p.StringVar(&f.Trace, "trace", "", "write a training step's Chrome trace to `FILE`")
	f.addForce(p)
}

// effort is how much is measured.
type effort struct {
	side      int           // of the square matrices
	product   time.Duration // for the product, on one core and on all
	training  time.Duration // for each engine
	inference time.Duration // likewise
	steps     time.Duration // for those of training, and of inference
	images    int           // to draw, about
}

// thorough takes some eight seconds on two cores, if an engine's step takes no
// longer than its time.
var thorough = effort{
	side: 768, product: 300 * time.Millisecond,
	training: 1500 * time.Millisecond, inference: 750 * time.Millisecond,
	steps:  time.Second,
	images: 2048,
}

// diagnosis is what --json writes.
type diagnosis struct {
	Processor     processor     `json:"processor"`
	MatrixProduct matrixProduct `json:"matrix_product"`
	Network       string        `json:"network"`
	Parameters    int           `json:"parameters"`
	Batch         int           `json:"batch"`
	Seed          uint64        `json:"seed"`
	Engines       []engineSpeed `json:"engines"`
	StepsEngine   string        `json:"steps_engine"`
	Training      programSpeed  `json:"training"`
	Inference     programSpeed  `json:"inference"`
	Datasets      []dataset     `json:"datasets"`
	Ranks         *ranksSpeed   `json:"ranks,omitempty"`
}

// checkup is a run of doctor.
type checkup struct {
	lesson Lesson
	flags  *flags
	effort effort
	out    *page
	found  diagnosis
	net    *graph.Network
	data   *loaders.Dataset // once images has made it
	traced *graph.Profile   // for --trace
}

// doctor prints each section as it learns it.
func doctor(ctx context.Context, l Lesson, f *flags, e effort, stdout, stderr io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	net, err := f.network("--net", f.Net)
	if err != nil {
		return err
	}
	if f.Force && f.JSON == "" && f.Trace == "" {
		return command.Usagef("--force: want --json or --trace too")
	}
	if l.Group != nil && f.Trace != "" {
		return command.Usagef("--trace: want one process alone, got ranks")
	}
	if err := f.checkTrace(); err != nil {
		return err
	}
	if f.writes() {
		if err := f.checkJSON(); err != nil {
			return err
		}
	}
	out := f.told(stdout, stderr)
	c := &checkup{
		lesson: l, flags: f, effort: e, out: &page{w: out}, net: net,
		found: diagnosis{Network: net.Config().Name, Parameters: net.Report().Params, Batch: f.Batch, Seed: f.Seed, StepsEngine: net.Config().Engine.String()},
	}
	sections := []func(context.Context) error{c.processor, c.matrixProduct, c.engines, c.profiles, c.datasets}
	if l.Group != nil {
		sections = []func(context.Context) error{c.processor, c.ranks}
	}
	for _, section := range sections {
		if err := section(ctx); err != nil {
			return err
		}
		if c.out.err != nil {
			return c.out.err
		}
	}
	if !f.writes() {
		return nil
	}
	if err := c.writeTrace(); err != nil || f.JSON == "" {
		return err
	}
	return f.saveJSON(c.found, io.Discard, stdout)
}

// page is text on its way to w, until the first error.
type page struct {
	w   io.Writer
	err error
}

func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// wrapped is the text in lines of at most 80 columns, the first indented by so
// many spaces, the others by two more. A longer word stays whole.
func wrapped(indent int, text string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case b.Len() == 0:
			b.WriteString(strings.Repeat(" ", indent))
			column = indent
		case column+1+n > 80:
			b.WriteString("\n" + strings.Repeat(" ", indent+2))
			column = indent + 2
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String() + "\n"
}
