package graph

import (
	"slices"
	"time"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// Profile is how long the steps of a program take, forward and backward. It
// prints itself.
type Profile struct {
	Steps []ProfileStep // in the order of the plan
	Ops   []ProfileOp   // of one run, in the order in which they ran; nil of several
	Batch int           // samples a run
	Mode  Mode
	Took  time.Duration // the run, with what its program does between the ops
	After []ProfilePart // what a caller adds of what follows a run, such as an optimiser's step
	Peak  float64       // 10⁹ operations a second that the machine can do; 0: print no share of it
}

// ProfileStep is how long a step of a plan takes in a run. A multiply-add is two
// operations, and they are counted the plain way: a kernel that needs fewer
// shows as faster. Backward, as many as forward count for the gradient by the
// input, if anybody wants it, and as many for that by the weights, if they are
// trained.
type ProfileStep struct {
	PlanStep
	Forward  time.Duration
	Backward time.Duration // its gradient, and the sums of gradients that it begins; 0 but in Training

	MultiplyAdds         int // a sample, forward
	GradientMultiplyAdds int // a sample, backward; 0 but in Training
}

// ProfileOp is an op of Gorgonia's graph in a run.
type ProfileOp struct {
	Step     int // in Profile.Steps
	Backward bool
	Name     string        // as Gorgonia prints it
	Start    time.Duration // since the beginning of the run
	Took     time.Duration
}

// ProfilePart is a name for a time.
type ProfilePart struct {
	Name string
	Took time.Duration
}

// Between is what a run takes besides its ops: allocating, and copying what is
// handed out.
func (p *Profile) Between() time.Duration {
	forward, backward := p.ops()
	return p.Took - forward - backward
}

// ops is how long all steps take.
func (p *Profile) ops() (forward, backward time.Duration) {
	for _, s := range p.Steps {
		forward += s.Forward
		backward += s.Backward
	}
	return forward, backward
}

// Profile is that of the program's last Run. It is an error unless the program
// was compiled with ProgramConfig.Profile, and that Run succeeded.
func (p *Program) Profile() (*Profile, error) {
	switch {
	case p.profiler == nil:
		return nil, errors.New("program: want one compiled with Profile, to be timed")
	case !p.profiler.done:
		return nil, errors.New("program: want a Run that succeeds before its Profile")
	}
	return p.profiler.profile(), nil
}

// MedianProfile is the median of each time in the profiles of several runs of
// one program, or of programs of one plan. The first run of a program takes
// longer than those to come: leave it out. Of an even number of runs it is the
// upper one of the two in the middle.
func MedianProfile(runs []*Profile) (*Profile, error) {
	if len(runs) == 0 {
		return nil, errors.New("profile: want at least one run, got none")
	}
	if i := slices.Index(runs, nil); i >= 0 {
		return nil, errors.Errorf("profile: want a profile of each run, got nil at %d", i)
	}
	m := *runs[0]
	m.Ops, m.Steps, m.After = nil, slices.Clone(m.Steps), slices.Clone(m.After)
	for _, r := range runs {
		if len(r.Steps) != len(m.Steps) || len(r.After) != len(m.After) || r.Batch != m.Batch || r.Mode != m.Mode {
			return nil, errors.New("profile: want runs of one plan, got those of several")
		}
	}
	for i := range m.Steps {
		m.Steps[i].Forward = median(runs, func(p *Profile) time.Duration { return p.Steps[i].Forward })
		m.Steps[i].Backward = median(runs, func(p *Profile) time.Duration { return p.Steps[i].Backward })
	}
	for i := range m.After {
		m.After[i].Took = median(runs, func(p *Profile) time.Duration { return p.After[i].Took })
	}
	forward, backward := m.ops() // so that the parts sum up to the whole
	m.Took = forward + backward + median(runs, (*Profile).Between)
	return &m, nil
}

// median is that of a time of each run.
func median(runs []*Profile, of func(*Profile) time.Duration) time.Duration {
	all := make([]time.Duration, len(runs))
	for i, r := range runs {
		all[i] = of(r)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// profiler is what was timed in the last run. Like a fault it refers to no part
// of a Program.
type profiler struct {
	steps  []ProfileStep // without times
	batch  int
	mode   Mode
	began  time.Time
	took   time.Duration
	done   bool
	events []ProfileOp
}

// newProfiler is nil unless the program is to be timed.
func (b *build) newProfiler() *profiler {
	if !b.config.Profile {
		return nil
	}
	p := &profiler{batch: b.config.Batch, mode: b.config.Mode}
	for i, plan := range b.planSteps() {
		s := ProfileStep{PlanStep: plan, MultiplyAdds: b.steps[i].MultiplyAdds()}
		if p.mode == Training {
			s.GradientMultiplyAdds = b.steps[i].GradientMultiplyAdds()
		}
		p.steps = append(p.steps, s)
	}
	return p
}

func (p *profiler) begin() { p.events, p.done, p.began = p.events[:0], false, time.Now() }
func (p *profiler) end(err error) {
	p.took, p.done = time.Since(p.began), err == nil
}

// profile sums up the ops of each step.
func (p *profiler) profile() *Profile {
	all := &Profile{Steps: slices.Clone(p.steps), Ops: slices.Clone(p.events), Batch: p.batch, Mode: p.mode, Took: p.took}
	for _, op := range p.events {
		s := &all.Steps[op.Step]
		if op.Backward {
			s.Backward += op.Took
		} else {
			s.Forward += op.Took
		}
	}
	return all
}

// watch times an op.
type watch struct {
	profiler *profiler
	step     int
	back     bool
	name     string
}

// watch is what times the op of a node, nil where nothing does.
func (b *build) watch(n *G.Node) *watch {
	at, back := stepOf(n)
	if b.program.profiler == nil || at < 0 {
		return nil
	}
	return &watch{b.program.profiler, at, back, title(bare(n.Op()))}
}

// stop notes a call of the op that began at start.
func (w *watch) stop(start time.Time) {
	p := w.profiler
	p.events = append(p.events, ProfileOp{w.step, w.back, w.name, start.Sub(p.began), time.Since(start)})
}
