package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
	"euryale/graph"
)

// inspection is what to tell of a file.
type inspection struct {
	plan, code, asJSON bool
	batch              int
	shapes             shapes
}

// inspectCommand tells what is in a file.
func inspectCommand() *cobra.Command {
	var in inspection
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Print layers, details and parameters of a file",
		Long: `Print a file's layers, shapes and parameters; its details: class names, what
becomes of a picture's pixels, the settings and figures of training, metadata;
and of each parameter its values' mean, deviation, smallest, largest, how many
are 0 or no finite numbers, and the beginning of the SHA-256 of its bytes. Of a
file that says nothing of layers, the tensors alone.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := in.check(cmd, args); err != nil {
				return err
			}
			m, err := open(args[0], in.shapes)
			if err != nil {
				return err
			}
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			if in.asJSON {
				return in.json(m, cmd.OutOrStdout())
			}
			return in.print(m, cmd.OutOrStdout())
		},
	}
	p := cmd.Flags()
	p.BoolVar(&in.plan, "plan", false, "print what training and inference compute")
	p.IntVar(&in.batch, "batch", 1, "plan: `N` samples a run")
	p.BoolVar(&in.code, "code", false, "print the network as Go code")
	p.BoolVar(&in.asJSON, "json", false, "print JSON instead")
	in.shapes.add(p)
	return cmd
}

func (in *inspection) check(cmd *cobra.Command, args []string) error {
	if err := atLeast("batch", in.batch, 1); err != nil {
		return err
	}
	if cmd.Flags().Changed("batch") && !in.plan {
		return command.Usagef("--batch: want --plan too")
	}
	return files(args, "a file", 1)
}

// plans are those of training and of inference.
func (in *inspection) plans(net *graph.Network) []*graph.Plan {
	return []*graph.Plan{
		net.Plan(graph.ProgramConfig{Batch: in.batch, Mode: graph.Training}),
		net.Plan(graph.ProgramConfig{Batch: in.batch, Mode: graph.Inference}),
	}
}

// print prints the parts, with a line between them.
func (in *inspection) print(m *model, out io.Writer) error {
	var parts []string
	if m.net != nil {
		report := m.net.Report()
		report.Width = command.Width(out)
		parts = append(parts, report.String())
		if in.code {
			parts = append(parts, m.net.String()+"\n")
		}
		if in.plan {
			for i, p := range in.plans(m.net) {
				parts = append(parts, []string{"Training:", "Inference:"}[i]+"\n"+p.String())
			}
		}
	} else {
		if in.code || in.plan {
			return command.Usagef("--code and --plan: want a network, got tensors alone: %s says nothing of layers", m.path)
		}
		parts = append(parts, fmt.Sprintf("%s: %s, no layers\n", m.path, command.Counted(len(m.tensors), "tensor", "tensors")))
	}
	var facts strings.Builder
	for _, f := range factsOf(m) {
		facts.WriteString(shortened(m, f).String() + "\n")
	}
	parts = append(parts, facts.String(), tableOf(in.figures(m)))
	text := ""
	for _, p := range parts {
		if p != "" && text != "" {
			text += "\n"
		}
		text += strings.TrimRight(p, "\n") + "\n"
		if p == "" {
			text = strings.TrimSuffix(text, "\n")
		}
	}
	_, err := io.WriteString(out, text)
	return err
}

// shortened is a fact without the classes between the first ones and the last, where
// they are many.
func shortened(m *model, f fact) fact {
	const most = 20
	if m.net == nil || f.name != "classes" {
		return f
	}
	if c := m.net.Details().Classes; len(c) > most {
		f.text = fmt.Sprintf("%d: %s, …, %s", len(c), strings.Join(c[:most/2], ", "), c[len(c)-1])
	}
	return f
}

func (in *inspection) figures(m *model) []figures {
	all := make([]figures, len(m.tensors))
	for i, a := range m.tensors {
		all[i] = figuresOf(a)
	}
	return all
}

// port is an input or an output.
type port struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"` // of a sample
}

// layer is a row of the report.
type layer struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Output     []int  `json:"output"`
	Params     int    `json:"params"`
	Multiplies int    `json:"multiply_adds"`
}

// step is one of a plan.
type step struct {
	Layers []string `json:"layers"`
	Ops    string   `json:"computes"`
	Kernel string   `json:"kernel"`
	Bytes  int      `json:"bytes"`
}

// json is everything, for programs.
func (in *inspection) json(m *model, out io.Writer) error {
	var r struct {
		File       string             `json:"file"`
		Bytes      int64              `json:"bytes"`
		Name       string             `json:"name,omitempty"`
		Inputs     []port             `json:"inputs,omitempty"`
		Outputs    []port             `json:"outputs,omitempty"`
		Layers     []layer            `json:"layers,omitempty"`
		Params     int                `json:"params,omitempty"`
		Trainable  int                `json:"trainable_params,omitempty"`
		Code       string             `json:"code,omitempty"`
		Training   []step             `json:"training,omitempty"`
		Inference  []step             `json:"inference,omitempty"`
		Classes    []string           `json:"classes,omitempty"`
		Input      *graph.Scaling     `json:"input,omitempty"`
		Steps      uint64             `json:"steps,omitempty"`
		Settings   json.RawMessage    `json:"settings,omitempty"`
		Figures    map[string]float64 `json:"figures,omitempty"`
		Metadata   map[string]string  `json:"metadata,omitempty"`
		Parameters []figures          `json:"parameters"`
	}
	r.File, r.Metadata, r.Parameters = m.path, m.metadata, in.figures(m)
	if info, err := os.Stat(m.path); err == nil {
		r.Bytes = info.Size()
	}
	if net := m.net; net != nil {
		report, d := net.Report(), net.Details()
		r.Name, r.Params, r.Trainable, r.Code, r.Steps = report.Name, report.Params, report.Trainable, net.String(), net.Steps()
		r.Inputs, r.Outputs = ports(net.Inputs()), ports(net.Outputs())
		for _, row := range report.Rows {
			r.Layers = append(r.Layers, layer{row.Name, row.Type, row.Output, row.Params, row.Multiplies})
		}
		r.Classes, r.Settings, r.Figures, r.Metadata = d.Classes, d.Settings, d.Figures, d.Metadata
		if scalingText(d.Input) != "" {
			r.Input = &d.Input
		}
		if in.plan {
			for i, p := range in.plans(net) {
				if p.Err != nil {
					return p.Err
				}
				*[]*[]step{&r.Training, &r.Inference}[i] = stepsOf(p)
			}
		}
	}
	return writeJSON(out, r)
}

func ports(all []graph.Port) []port {
	out := make([]port, len(all))
	for i, p := range all {
		out[i] = port{p.Name, p.Shape}
	}
	return out
}

func stepsOf(p *graph.Plan) []step {
	var all []step
	for _, s := range p.Steps {
		all = append(all, step{s.Layers, s.Ops, s.Kernel, s.Bytes})
	}
	return all
}
