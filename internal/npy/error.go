package npy

import "fmt"

// A FormatError reports bytes that are not a file of NumPy's that this package
// reads, or an array that cannot be one.
type FormatError struct {
	Array string // its name in an archive; "" when it is not about one
	Msg   string // what was wanted, and what was found
}

func (e *FormatError) Error() string {
	if e.Array == "" {
		return e.Msg
	}
	return fmt.Sprintf("array %.100q: %s", e.Array, e.Msg)
}

func wrong(format string, args ...any) error {
	return &FormatError{Msg: fmt.Sprintf(format, args...)}
}

// brief is the beginning of what v prints as: a file may hold anything.
func brief(v any) string { return fmt.Sprintf("%.100s", fmt.Sprint(v)) }
