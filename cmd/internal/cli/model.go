package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/decimal"
	"euryale/loaders"
	"euryale/train"
)

// model are the flags of a network that was trained before.
type model struct {
	Load        string `json:"load"`
	FreezeUntil string `json:"freeze_until"`
}

// addLoad declares --load.
func (f *flags) addLoad(p *pflag.FlagSet) {
	p.StringVar(&f.Load, "load", "", "take the network of `FILE`, of --save or ONNX")
}

// addModel declares the flags of a network that was trained before.
func (f *flags) addModel(p *pflag.FlagSet) {
	f.addLoad(p)
	p.StringVar(&f.FreezeUntil, "freeze-until", "", "keep its weights up to `LAYER` as they are")
}

// checkAlone reports flags of a new network beside --load, whose network is not to
// be had otherwise. A file of --config may say both.
func (f *flags) checkAlone() error {
	for _, name := range []string{"net", "dropout", "engine"} {
		if f.Load != "" && f.set.Changed(name) {
			return command.Usagef("--%s: want none with --load, whose file says what the network is", name)
		}
	}
	return nil
}

// begun is the network to begin with: a new one, or that of --load.
func (f *flags) begun(l Lesson) (*graph.Network, error) {
	if f.Load == "" {
		return l.provisionalNet(f)
	}
	return f.loaded()
}

// loaded is the network of --load. Where it is a checkpoint of a run with --ema, its
// weights are the averages, as they would be at the end of that.
func (f *flags) loaded() (*graph.Network, error) {
	net, err := readNetwork(f.Load)
	if err != nil {
		return nil, err
	}
	if err := train.UseKeptAverage(net); err != nil {
		return nil, errors.WithMessagef(err, "--load: %s", f.Load)
	}
	f.begunWith = net
	return net, errors.WithMessage(net.SetDetails(train.WithoutCheckpoint(net.Details())), "--load")
}

// adapt gives the network of --load a new head where the classes of the data are not
// those that it tells, and freezes what --freeze-until names.
func (f *flags) adapt(net *graph.Network, d *data, out io.Writer) (*graph.Network, error) {
	if f.Load == "" {
		return net, nil
	}
	if why := otherClasses(net, d.train); why != "" {
		next, layer, err := train.NewHead(net, len(d.train.Classes))
		if err != nil {
			return nil, errors.WithMessagef(err, "--load: %s: %s", f.Load, why)
		}
		net = next
		fmt.Fprintf(f.listener(out), "%s: %s begins anew.\n", why, layer)
	}
	if f.FreezeUntil == "" {
		return net, nil
	}
	net, err := net.FreezeUntil(f.FreezeUntil)
	return net, errors.WithMessage(err, "--freeze-until")
}

// otherClasses says how the classes of the data differ from those that the network
// tells; "" if they do not, as far as is known.
func otherClasses(net *graph.Network, d *loaders.Dataset) string {
	classes, want := net.Details().Classes, d.Classes
	switch n := net.Outputs()[0].Shape.TotalSize(); {
	case n != len(want):
		return fmt.Sprintf("The network tells %s, and %s has %d", command.Counted(n, "class", "classes"), d.Name, len(want))
	case len(classes) > 0 && !slices.Equal(classes, want):
		return fmt.Sprintf("The network tells %s, and %s has %s", some(classes), d.Name, some(want))
	}
	return ""
}

// some are the first names of several.
func some(names []string) string {
	if len(names) > 3 {
		names = append(slices.Clone(names[:3]), "...")
	}
	return strings.Join(names, ", ")
}

// describe says of the network what its files are to say.
func (f *flags) describe(l Lesson, net *graph.Network, d *data) error {
	about := net.Details()
	anywhere := *f
	anywhere.Dir = "" // a file goes to others, who have no use for a folder's name
	settings, err := json.Marshal(&anywhere)
	if err != nil {
		return errors.Wrap(err, "settings")
	}
	outputs, err := json.Marshal(f.outputPaths())
	if err != nil {
		return errors.Wrap(err, "settings")
	}
	about.Classes, about.Input, about.Settings, about.Figures = d.train.Classes, d.scaling, settings, nil
	if about.Metadata == nil {
		about.Metadata = map[string]string{}
	}
	about.Metadata[outputsKey] = string(outputs)
	about.Metadata[preparationKey] = l.preparation(f)
	return net.SetDetails(about)
}

// trained says whether there is something to save: training took a step, and the
// weights are not what ended it.
func (r *report) trained() bool { return !r.spoiled && r.history.State.Steps > 0 }

// checkSave is checkFiles of --save alone: also that the file can hold the network.
func (f *flags) checkSave(net *graph.Network) error {
	if f.Save == "" {
		return nil
	}
	switch ending(f.Save) {
	case ".safetensors":
	case onnxEnding:
		if err := net.WriteONNX(io.Discard, graph.ONNXFormat{}); err != nil {
			return errors.WithMessage(err, "--save")
		}
	default:
		return command.Usagef("--save: want a name that ends in .safetensors or .onnx, got %s", f.Save)
	}
	return f.saveFile().check(f.replaces(f.Save))
}

const onnxEnding = ".onnx"

// ending is that of a name by which a network's file tells its kind.
func ending(path string) string { return strings.ToLower(filepath.Ext(path)) }

// saveTo writes the network as the name's ending has it. It says what an ONNX model
// lacks.
func (r *report) saveTo(path string) (lacks string, err error) {
	if ending(path) == onnxEnding {
		return ", without settings, figures and dropout", r.net.SaveONNX(path)
	}
	return "", r.net.Save(path)
}

// writeModel writes what --save asks for.
func (r *report) writeModel(context.Context) error {
	if r.Save == "" || !r.trained() {
		return nil
	}
	about := r.net.Details()
	delete(about.Metadata, outputsKey)
	about.Figures = r.modelFigures()
	if err := r.net.SetDetails(about); err != nil {
		return errors.WithMessage(err, "--save")
	}
	file := r.saveFile()
	if err := file.checkFree(r.replaces(r.Save)); err != nil { // again: training takes long
		return err
	}
	lacks, err := r.saveTo(r.Save)
	if err != nil {
		return errors.WithMessage(err, "--save")
	}
	size := ""
	if info, err := os.Stat(r.Save); err == nil {
		size = ", " + decimal.Group(info.Size()) + " bytes"
	}
	_, err = fmt.Fprintf(r.listener(r.out), "Wrote %s%s%s\n", r.Save, size, lacks)
	return err
}

// modelFigures are what a file says of how good its network is.
func (r *report) modelFigures() map[string]float64 {
	figures := map[string]float64{"epochs": float64(len(r.history.Epochs))}
	add := func(of string, m *train.Metrics) {
		if m != nil {
			figures[of+"loss"], figures[of+"accuracy"] = m.Loss, m.Accuracy
		}
	}
	if n := len(r.history.Epochs); n > 0 {
		last := r.history.Epochs[n-1]
		add("", &last.Metrics)
		add("validation ", last.Validation)
	}
	add("test ", r.test)
	return figures
}
