package safetensors

import "fmt"

// A FormatError reports bytes that are not a safetensors file, or a File that
// cannot be one. A reader looks for these, in this order:
//
//   - fewer than 8 bytes; a header longer than 100,000,000 bytes, or than the file
//   - a header that is not valid UTF-8, or does not begin with {
//   - anything but one JSON object and white space: a syntax error, half a
//     surrogate pair, a key twice, a value of another type
//   - below "__metadata__" anything but strings
//   - an entry without one of dtype, shape and data_offsets, or with another field
//   - a dtype that is not of the format, in its exact case
//   - a dimension or an offset that is not a whole number from 0 within an int;
//     offsets that are not two
//   - then, in order of the offsets: bytes before, between or within tensors that
//     belong to none or to two; an end before its begin; a shape whose size does
//     not fit into 64 bits (leaving out zeros, so whatever the order), or not into
//     whole bytes; another size than the offsets'
//   - a file that ends before the last tensor does, or after
//
// A name may be empty, a file may hold no tensor, a tensor any number of
// dimensions.
type FormatError struct {
	Tensor string // its name; "" when it is not about one
	Msg    string // what was wanted, and what was found
}

func (e *FormatError) Error() string {
	if e.Tensor == "" {
		return e.Msg
	}
	return fmt.Sprintf("tensor %.100q: %s", e.Tensor, e.Msg)
}

func wrong(tensor, format string, args ...any) error {
	return &FormatError{Tensor: tensor, Msg: fmt.Sprintf(format, args...)}
}

// brief is the beginning of what v prints as: a file may hold anything.
func brief(v any) string { return fmt.Sprintf("%.100s", fmt.Sprint(v)) }
