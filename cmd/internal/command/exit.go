package command

import "strconv"

// Exit is an error that ends a command with a status of its own choice: as diff
// has it, 1 of files that differ and 2 of one that is missing.
type Exit struct {
	Status int
	Err    error // why; nil means that nothing is to be said, or has been
}

func (e *Exit) Error() string {
	if e.Err == nil {
		return "status " + strconv.Itoa(e.Status)
	}
	return e.Err.Error()
}

func (e *Exit) Unwrap() error { return e.Err }
