package session

import (
	"bytes"
	"io"
	"os"
	"sync"
)

// Output is where cells print: os.Stdout or os.Stderr. It is one file for all
// cells, since what one of them makes, such as a train.Progress, may keep it for
// the next.
type Output struct {
	std  **os.File
	file *os.File // what *std is, unless a cell changes it

	mu    sync.Mutex
	w     io.Writer // where text goes
	marks chan struct{}
}

// mark ends a cell's text in the pipe. Written in one piece, it arrives in one.
var mark = []byte("\x00\x04 the cell has ended \x04\x00")

// Stdout and Stderr are those of the process.
var (
	Stdout = &Output{std: &os.Stdout}
	Stderr = &Output{std: &os.Stderr}

	processErrors = os.Stderr // as the process was started with
)

// Begin sends what is printed to w. A cell may have closed the file, or put
// another in its place.
func (o *Output) Begin(w io.Writer) error {
	o.mu.Lock()
	o.w = w
	o.mu.Unlock()
	if o.file != nil {
		if _, err := o.file.Stat(); err == nil {
			*o.std = o.file
			return nil
		}
	}
	r, file, err := os.Pipe()
	if err != nil {
		return err
	}
	o.file, *o.std = file, file
	o.marks = make(chan struct{}, 1)
	go o.forward(r, o.marks)
	return nil
}

// End waits until all that was printed has been written to w. What goroutines
// print after that is written to late.
func (o *Output) End(late io.Writer) {
	if _, err := o.file.Write(mark); err == nil {
		<-o.marks
	}
	o.mu.Lock()
	o.w = late
	o.mu.Unlock()
}

// forward writes what it reads to where text goes.
func (o *Output) forward(r io.Reader, marks chan<- struct{}) {
	defer close(marks)
	var text []byte
	chunk := make([]byte, 32<<10)
	for {
		n, err := r.Read(chunk)
		text = append(text, chunk[:n]...)
		for {
			before, after, found := bytes.Cut(text, mark)
			if !found {
				break
			}
			o.write(before)
			text = after
			marks <- struct{}{}
		}
		whole := len(text) - begun(text)
		o.write(text[:whole])
		text = append(text[:0:0], text[whole:]...)
		if err != nil {
			return
		}
	}
}

// begun is the length of the beginning of a mark that text ends with.
func begun(text []byte) int {
	for n := min(len(mark)-1, len(text)); n > 0; n-- {
		if bytes.HasSuffix(text, mark[:n]) {
			return n
		}
	}
	return 0
}

// write has no error: there is nobody to tell but the reader of this text.
func (o *Output) write(text []byte) {
	if len(text) == 0 {
		return
	}
	o.mu.Lock()
	w := o.w
	o.mu.Unlock()
	_, _ = w.Write(text)
}
