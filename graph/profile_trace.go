package graph

import (
	"encoding/json"
	"io"
	"time"

	"github.com/pkg/errors"
)

// traceEvent is a span of time in the Trace Event Format, which chrome://tracing
// and Perfetto read: a "complete event", in µs.
type traceEvent struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat"`
	Phase string         `json:"ph"`
	Start float64        `json:"ts"`
	Took  float64        `json:"dur"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	Args  map[string]any `json:"args,omitempty"`
}

// WriteTrace writes one run as a trace that chrome://tracing and Perfetto read:
// a JSON object of traceEvents. One event is the run with what is After it; in
// it lie the steps, by the names of their layers, with kernel, ops and bytes as
// the plan has them, and in these the ops of Gorgonia's graph. A step whose ops
// are not all run in one go has several events. It is an error of a profile
// without Ops.
func (p *Profile) WriteTrace(w io.Writer) error {
	if len(p.Ops) == 0 {
		return errors.New("profile: want that of one run to trace, got one without Ops")
	}
	for i, op := range p.Ops {
		if op.Step < 0 || op.Step >= len(p.Steps) {
			return errors.Errorf("profile: Ops[%d].Step: want one of %d steps, got %d", i, len(p.Steps), op.Step)
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(map[string]any{"traceEvents": p.trace(), "displayTimeUnit": "ms"})
}

// trace are the events, each behind what it lies in.
func (p *Profile) trace() []traceEvent {
	whole := p.Took
	for _, a := range p.After {
		whole += a.Took
	}
	name := "inference"
	if p.Mode == Training {
		name = "training step"
	}
	all := []traceEvent{event(name, "run", 0, whole)}
	for i := 0; i < len(p.Ops); {
		n := i + 1
		for n < len(p.Ops) && p.Ops[n].Step == p.Ops[i].Step && p.Ops[n].Backward == p.Ops[i].Backward {
			n++
		}
		all = append(all, p.span(p.Ops[i:n])...)
		i = n
	}
	at := p.Took
	for _, a := range p.After {
		all = append(all, event(a.Name, "after", at, a.Took))
		at += a.Took
	}
	return all
}

// span is the event of ops of one step, and those of the ops.
func (p *Profile) span(ops []ProfileOp) []traceEvent {
	s, last := p.Steps[ops[0].Step], ops[len(ops)-1]
	direction := "forward"
	if last.Backward {
		direction = "backward"
	}
	step := event(s.Name(), direction, ops[0].Start, last.Start+last.Took-ops[0].Start)
	step.Args = map[string]any{"kernel": s.Kernel, "ops": s.Ops, "bytes": s.Bytes}
	all := []traceEvent{step}
	for _, op := range ops {
		all = append(all, event(op.Name, "op", op.Start, op.Took))
	}
	return all
}

func event(name, category string, start, took time.Duration) traceEvent {
	return traceEvent{Name: name, Cat: category, Phase: "X", Start: micros(start), Took: micros(took), PID: 1, TID: 1}
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
