package ir

import "fmt"

// Shuffle deals the channels of an image, which lie in groups, out in turn: with k
// channels a group, channel i·Groups + j is the i-th of group j. Zhang et al.,
// arXiv:1707.01083.
type Shuffle struct{ Groups int }

func (s Shuffle) String() string { return fmt.Sprintf("shuffle of %d groups", s.Groups) }

// Infer wants an image whose channels the groups divide.
func (s Shuffle) Infer(in []Shape) (Shape, error) {
	if err := image(in[0]); err != nil {
		return nil, err
	}
	if in[0][0]%s.Groups != 0 {
		return nil, mismatch(fmt.Sprintf("an image whose channels %d groups divide", s.Groups), in[0])
	}
	return in[0].Clone(), nil
}

// From is which channel of c the to-th is.
func (s Shuffle) From(to, c int) int { return to%s.Groups*(c/s.Groups) + to/s.Groups }
