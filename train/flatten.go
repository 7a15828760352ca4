package train

import (
	"fmt"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// stateFile is an OptimizerState in JSON: of tensors it has the names.
type stateFile struct {
	Optimizer    string
	Steps        int
	Scale        float64
	NetworkSteps uint64
	Slots        []slotFile
}

type slotFile struct {
	Name    string
	Tensors []string
}

// flatten puts a state's tensors among others, under the prefix, the slot's name and
// that of the weight, or its number where there is no name for each.
func flatten(s OptimizerState, prefix string, weights []string, to map[string]*tensor.Dense) stateFile {
	f := stateFile{Optimizer: s.Optimizer, Steps: s.Steps, Scale: s.Scale, NetworkSteps: s.NetworkSteps}
	for _, slot := range s.Slots {
		if len(weights) != len(slot.Values) {
			f.Slots = append(f.Slots, slotFile{slot.Name, numberedTensors(prefix+slot.Name, slot.Values, to)})
			continue
		}
		var names []string
		for i, t := range slot.Values {
			name := prefix + slot.Name + "/" + weights[i]
			to[name] = t
			names = append(names, name)
		}
		f.Slots = append(f.Slots, slotFile{slot.Name, names})
	}
	return f
}

// numberedTensors puts tensors among others under a name and their numbers.
func numberedTensors(name string, all []*tensor.Dense, to map[string]*tensor.Dense) []string {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = fmt.Sprintf("%s/%d", name, i)
		to[names[i]] = t
	}
	return names
}

// state is the state whose tensors are among others.
func (f stateFile) state(from map[string]*tensor.Dense) (OptimizerState, error) {
	s := OptimizerState{Optimizer: f.Optimizer, Steps: f.Steps, Scale: f.Scale, NetworkSteps: f.NetworkSteps}
	for _, slot := range f.Slots {
		values, err := tensorsOf(slot.Tensors, from)
		if err != nil {
			return s, err
		}
		s.Slots = append(s.Slots, Slot{slot.Name, values})
	}
	return s, nil
}

// tensorsOf are those of the names.
func tensorsOf(names []string, from map[string]*tensor.Dense) ([]*tensor.Dense, error) {
	all := make([]*tensor.Dense, len(names))
	for i, name := range names {
		if all[i] = from[name]; all[i] == nil {
			return nil, errors.Errorf("want the tensor %s, got a file without it", name)
		}
	}
	return all, nil
}
