package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/train"
)

// checkpoints are the flags of what keeps a run.
type checkpoints struct {
	Checkpoint      string `json:"checkpoint"`
	Keep            int    `json:"keep"`
	CheckpointEvery int    `json:"checkpoint_every"`
	Resume          bool   `json:"resume"`
}

// addKept declares the flags of what is kept of a run.
func (f *flags) addKept(p *pflag.FlagSet) {
	p.StringVar(&f.Save, "save", "", "write the network to `FILE`, .safetensors or .onnx")
	p.StringVar(&f.Checkpoint, "checkpoint", "", "keep checkpoints in `DIR`: the last, the best, ...")
	p.IntVar(&f.Keep, "keep", 2, "... and `N` of those before")
	p.IntVar(&f.CheckpointEvery, "checkpoint-every", 0, "keep one after each `N` steps, 0: each epoch")
	p.BoolVar(&f.Resume, "resume", false, "go on from the last, or begin if there is none")
}

// checkKept reports the first of them that is out of range.
func (f *flags) checkKept() error {
	return wantAll([]demand{
		{"--keep", "at least 1", f.Checkpoint == "" || f.Keep >= 1, f.Keep},
		{"--checkpoint-every", "at least 0", f.CheckpointEvery >= 0, f.CheckpointEvery},
	})
}

// folder is that of --checkpoint.
func (f *flags) folder() *train.Folder {
	return &train.Folder{Dir: f.Checkpoint, Every: f.CheckpointEvery, Keep: f.Keep, Replace: f.Force}
}

// checkFolder reports, before hours of training, a folder of checkpoints that is
// another run's, or cannot be written to.
func (f *flags) checkFolder() error {
	if f.Checkpoint == "" {
		return nil
	}
	if err := checkFolder(f.Checkpoint); err != nil {
		return errors.WithMessage(err, "--checkpoint")
	}
	return errors.WithMessage(f.folder().Check(f.Resume || f.Force), "--checkpoint")
}

// outputsKey is where a checkpoint says what files its run writes.
const outputsKey = "outputs"

// mine are the files, and folders, that the run wrote, or was to write, before it
// was broken off, in full.
type mine map[string]bool

func (m mine) has(path string) bool { return path != "" && m[full(path)] }

func full(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// replaces says whether a file that is there is to be replaced: with --force, and
// where it is one of the run that goes on.
func (f *flags) replaces(path string) bool { return f.Force || f.mine.has(path) }

// findMine finds what the run that is to go on has written.
func (f *flags) findMine() error {
	if !f.Resume {
		return nil
	}
	path, d, err := f.folder().Newest()
	if err != nil {
		return errors.WithMessage(err, "--resume")
	}
	if path == "" {
		return nil
	}
	var paths []string
	if err := json.Unmarshal([]byte(d.Metadata[outputsKey]), &paths); err != nil {
		return errors.Errorf("--resume: %s: want a checkpoint of this command, got one of another program: train.Folder resumes it", path)
	}
	f.mine = mine{}
	for _, path := range paths {
		f.mine[path] = true
	}
	return nil
}

// outputPaths are the files and folders of a run, in full.
func (f *flags) outputPaths() []string {
	paths := []string{}
	for _, path := range []string{f.JSON, f.CSV, f.JSONL, f.TensorBoard, f.Pictures, f.Page, f.Save} {
		if path != "" && path != standardOutput {
			paths = append(paths, full(path))
		}
	}
	return paths
}

// keep adds to a Config what keeps the run, and has it go on with --resume.
func (f *flags) keep(net *graph.Network, d *data, c train.Config, out, stderr io.Writer) (*train.Folder, train.Config, error) {
	if f.Checkpoint == "" || !f.writes() {
		return nil, c, nil
	}
	folder := f.folder()
	folder.Best, folder.Monitor, folder.Log = true, train.TrainingLoss, stderr
	if d.validation != nil {
		folder.Monitor = train.ValidationLoss
	}
	c.Callbacks = append(c.Callbacks, folder)
	if !f.Resume {
		return folder, c, nil
	}
	epochs := c.Epochs
	c, err := folder.Resume(net, d.training(), c)
	if err != nil {
		return folder, c, f.otherFlags(err)
	}
	_, err = fmt.Fprintln(f.listener(out), resumedLine(folder, c, epochs))
	return folder, c, err
}

// otherFlags names, of an error of Resume, the flags that ask for callbacks.
func (f *flags) otherFlags(err error) error {
	var other interface{ Callbacks() (was, now []string) }
	if !errors.As(err, &other) {
		return err
	}
	was, now := other.Callbacks()
	return errors.Errorf("--resume: %s: want %s, as the run has, got %s", f.Checkpoint, flagsOf(was), flagsOf(now))
}

// flagsOf are the flags that ask for callbacks of these types.
func flagsOf(types []string) string {
	logs := 0
	var names []string
	for _, t := range types {
		switch t {
		case "train.StopAt":
			names = append(names, "--stop-at above 0")
		case "*train.EarlyStop":
			names = append(names, "--patience")
		case "*train.Log":
			logs++
		default:
			names = append(names, t)
		}
	}
	switch logs {
	case 0:
	case 1: // which of the two a checkpoint does not say
		names = append(names, "one of --csv and --jsonl")
	default:
		names = append(names, "--csv", "--jsonl")
	}
	if len(names) == 0 {
		return "none of --stop-at, --patience, --csv and --jsonl"
	}
	return strings.Join(names, ", ")
}

// resumedLine says from where a run goes on.
func resumedLine(folder *train.Folder, c train.Config, epochs int) string {
	switch from := c.From; {
	case from == nil:
		return fmt.Sprintf("Nothing to resume in %s yet: training begins.", folder.Dir)
	case from.Ended:
		return fmt.Sprintf("Training in %s has come to its end: the network is tested.", folder.Latest())
	case from.Samples > 0:
		return fmt.Sprintf("Going on from %s: in epoch %d of %d, after %s.", folder.Latest(), from.Epoch, epochs, command.Counted(from.Samples, "image", "images"))
	default:
		return fmt.Sprintf("Going on from %s: with epoch %d of %d.", folder.Latest(), from.Epoch, epochs)
	}
}

// sayHowToGoOn tells, of a run that was interrupted.
func (f *flags) sayHowToGoOn(folder *train.Folder, stderr io.Writer) {
	if folder == nil || folder.Latest() == "" {
		return
	}
	with := ", with --resume"
	if f.Resume {
		with = ""
	}
	fmt.Fprintf(stderr, "Kept in %s. To go on, give the same command again%s.\n", folder.Latest(), with)
}
