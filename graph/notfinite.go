package graph

import (
	"fmt"
	"maps"
	"reflect"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// NotFinite says, after a Run, what is not a finite number and where that comes
// from: an input, a weight, or the first of the outermost layers whose output is
// not finite though its input and the weights are; a shared layer that is used
// more than once is passed over. It is nil where inputs, targets, weights, loss
// and outputs are finite. To find a layer it compiles the network once more; it
// changes nothing.
func (p *Program) NotFinite() error {
	for i, x := range p.inputs {
		if at := firstNotFinite(x.Data()); at >= 0 {
			size := x.Shape().TotalSize() / x.Shape()[0]
			return errors.Errorf("input %s, sample %d of the batch, value %d is %v", p.net.Inputs()[i].Name, at/size, at%size, element(x, at))
		}
	}
	for i, x := range p.labels {
		if at := firstNotFinite(x.Data()); at >= 0 {
			return errors.Errorf("target of %s, value %d is %v", p.targets[i], at, element(x, at))
		}
	}
	for v, w := range p.net.paramsInOrder() {
		if w.Role == State && p.config.Mode == Training && !v.Call.Frozen {
			continue // it comes out of the run, and did not go into it
		}
		if at := firstNotFinite(w.Value.Data()); at >= 0 {
			return errors.Errorf("weight %s, value %d is %v", w.Name, at, element(w.Value, at))
		}
	}
	if finite(p.Loss) && allFinite(p.Outputs) && p.fault.err == nil {
		return nil
	}
	return p.firstLayer()
}

func finite(x float64) bool { return x-x == 0 }

func allFinite(all []*tensor.Dense) bool {
	for _, d := range all {
		if firstNotFinite(d.Data()) >= 0 {
			return false
		}
	}
	return true
}

// element is a value of a tensor, as text.
func element(d *tensor.Dense, i int) string {
	return fmt.Sprint(reflect.ValueOf(d.Data()).Index(i).Interface())
}

// firstLayer runs the network on the program's inputs once more, and looks at
// what each layer makes. What comes out of the last one is finite where the
// loss alone is not.
func (p *Program) firstLayer() error {
	q, err := p.witness()
	if err != nil {
		return errors.WithMessage(err, "program: looking for what is not finite")
	}
	defer q.Close()
	for i, x := range p.inputs {
		if err := tensor.Copy(q.Inputs[i], x); err != nil {
			return errors.Wrap(err, "program")
		}
	}
	*q.draw = *p.draw
	if q.runOps() != nil {
		return nil // a layer itself fails, and says so
	}
	for _, name := range q.config.Keep {
		if d := q.kept[name]; firstNotFinite(d.Data()) >= 0 {
			at := firstNotFinite(d.Data())
			return errors.Errorf("the output of %s, value %d, is %v, though the inputs and all weights are finite", name, at, element(d, at))
		}
	}
	if !finite(p.Loss) {
		return errors.Errorf("the loss is %v, though the output is finite", p.Loss)
	}
	return nil
}

// witness is a program that computes what p does, forward, and keeps what each
// layer makes that is used once. It lets through what is not finite, and its
// State is its own.
func (p *Program) witness() (*Program, error) {
	net := *p.net
	net.param = maps.Clone(net.param)
	for v, param := range net.param {
		if param.Role == State {
			net.param[v] = &Param{param.Name, param.Value.Clone().(*tensor.Dense), State, param.version}
		}
	}
	c := ProgramConfig{Batch: p.config.Batch, Mode: p.config.Mode}
	for _, name := range net.LayerNames() {
		if _, err := net.made(name); err == nil {
			c.Keep = append(c.Keep, name)
		}
	}
	b := newBuild(&net, c)
	b.forward = true
	q, err := b.compile()
	if err == nil {
		q.fault.lenient = true
	}
	return q, err
}
