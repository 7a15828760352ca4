package train

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Keeper is a callback of which the files of a Folder hold the state, so that a run
// that goes on from them ends as if there had been no break: StopAt, EarlyStop,
// ReducePlateau, Log, and those of one's own.
type Keeper interface {
	Callback

	// Keep is its state, and settings that are to be the same when it goes on.
	Keep() (Kept, error)

	// Resume goes on from a state. One with other settings is an error that names
	// both.
	Resume(k Kept) error
}

// Kept is what is kept of a callback.
type Kept struct {
	Value   json.RawMessage          // in JSON
	Tensors map[string]*tensor.Dense // by names; nil where there are none
}

// keptJSON is a value without tensors.
func keptJSON(of string, v any) (Kept, error) {
	text, err := json.Marshal(v)
	return Kept{Value: text}, errors.Wrap(err, of)
}

// strictJSON reads all of a JSON text into a struct that has all its fields.
func strictJSON(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return errors.WithStack(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("want one JSON value, got more")
	}
	return nil
}

// Keep is the accuracy.
func (s StopAt) Keep() (Kept, error) { return keptJSON("stop at accuracy", s.Accuracy) }

// Resume wants the same accuracy.
func (s StopAt) Resume(k Kept) error {
	var accuracy float64
	if err := strictJSON(k.Value, &accuracy); err != nil {
		return errors.WithMessage(err, "stop at accuracy")
	}
	if accuracy != s.Accuracy {
		return errors.Errorf("stop at accuracy: want %v, as the run has, got %v", accuracy, s.Accuracy)
	}
	return nil
}

// waitingFile is the settings of a callback that waits, and how far it has come.
type waitingFile struct {
	Monitor                   Monitor
	Factor, MinDelta, Minimum float64
	Patience, Cooldown        int
	RestoreBest               bool
	State                     Patience
	Best                      *snapshotFile `json:",omitempty"`
}

func (w waitingFile) String() string {
	text := fmt.Sprintf("Monitor %v, Patience %d, MinDelta %v", w.Monitor, w.Patience, w.MinDelta)
	if w.Factor != 0 {
		return text + fmt.Sprintf(", Factor %v, Cooldown %d, Minimum %v", w.Factor, w.Cooldown, w.Minimum)
	}
	return text + ", RestoreBest " + strconv.FormatBool(w.RestoreBest)
}

// keptWaiting is what a callback kept that waits, whose settings must be those of now.
func keptWaiting(of string, k Kept, now waitingFile) (waitingFile, error) {
	var w waitingFile
	err := strictJSON(k.Value, &w)
	if err == nil {
		err = w.State.check()
	}
	if err == nil && w.String() != now.String() {
		err = errors.Errorf("want %v, as the run has, got %v", w, now)
	}
	return w, errors.WithMessage(err, of)
}

// snapshotFile is what was best.
type snapshotFile struct {
	Weights []string // the names of their tensors
	State   stateFile
}

func (s *EarlyStop) settings() waitingFile {
	return waitingFile{Monitor: s.Monitor, Patience: max(s.Patience, 1), MinDelta: s.MinDelta, RestoreBest: s.RestoreBest}
}

// Keep is the State, and with RestoreBest what was best.
func (s *EarlyStop) Keep() (Kept, error) {
	w := s.settings()
	w.State = s.waiting
	tensors := map[string]*tensor.Dense{}
	if s.best != nil {
		w.Best = &snapshotFile{Weights: numberedTensors("weight", s.best.values, tensors), State: flatten(s.best.state, "", nil, tensors)}
	}
	k, err := keptJSON("early stop", w)
	k.Tensors = tensors
	return k, err
}

// Resume goes on from what Keep kept.
func (s *EarlyStop) Resume(k Kept) error {
	w, err := keptWaiting("early stop", k, s.settings())
	if err != nil {
		return err
	}
	var best *snapshot
	if w.Best != nil {
		best = &snapshot{}
		if best.values, err = tensorsOf(w.Best.Weights, k.Tensors); err == nil {
			best.state, err = w.Best.State.state(k.Tensors)
		}
		if err != nil {
			return errors.WithMessage(err, "early stop")
		}
	}
	s.waiting, s.best = w.State, best
	return nil
}

func (r *ReducePlateau) settings() waitingFile {
	d := r.defaults()
	return waitingFile{Monitor: d.Monitor, Factor: d.Factor, Patience: d.Patience, MinDelta: d.MinDelta, Cooldown: d.Cooldown, Minimum: d.Minimum}
}

// Keep is the State.
func (r *ReducePlateau) Keep() (Kept, error) {
	w := r.settings()
	w.State = r.waiting
	return keptJSON("reduce plateau", w)
}

// Resume goes on from what Keep kept.
func (r *ReducePlateau) Resume(k Kept) error {
	w, err := keptWaiting("reduce plateau", k, r.settings())
	if err != nil {
		return err
	}
	r.waiting = w.State
	return nil
}

// keptFigure is a Figure in JSON, which has no word for what is no finite number.
type keptFigure struct{ Name, Value string }

// Keep is all lines so far.
func (l *Log) Keep() (Kept, error) {
	lines := make([][]keptFigure, len(l.lines))
	for i, line := range l.lines {
		for _, f := range line {
			lines[i] = append(lines[i], keptFigure{f.Name, plain(f.Value)})
		}
	}
	return keptJSON(l.format.name, lines)
}

// Resume has the lines before written again, as the first thing, to a writer that
// is empty.
func (l *Log) Resume(k Kept) error {
	var lines [][]keptFigure
	if err := strictJSON(k.Value, &lines); err != nil {
		return errors.WithMessage(err, l.format.name)
	}
	all := make([][]Figure, len(lines))
	for i, line := range lines {
		for _, f := range line {
			v, err := strconv.ParseFloat(f.Value, 64)
			if err != nil {
				return errors.Wrap(err, l.format.name)
			}
			all[i] = append(all[i], Figure{f.Name, v})
		}
	}
	l.names, l.lines, l.behind = nil, all, len(all)
	return nil
}
