package ir

import "fmt"

// Slice keeps Count of what lies along an axis of a sample, from the From-th on,
// each Step-th.
type Slice struct{ Axis, From, Count, Step int }

func (s Slice) String() string {
	text := fmt.Sprintf("slice %d from %d of axis %d", s.Count, s.From, s.Axis)
	if s.Step != 1 {
		text += fmt.Sprintf(", each %d", s.Step)
	}
	return text
}

// Infer wants the axis, and so much along it.
func (s Slice) Infer(in []Shape) (Shape, error) {
	if s.Axis >= len(in[0]) || s.From+(s.Count-1)*s.Step >= in[0][s.Axis] {
		return nil, mismatch(fmt.Sprintf("more than %d along axis %d", s.From+(s.Count-1)*s.Step, s.Axis), in[0])
	}
	out := in[0].Clone()
	out[s.Axis] = s.Count
	return out, nil
}
