package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/train"
	"euryale/train/tensorboard"
)

// addLogs declares --csv and --tensorboard.
func (f *flags) addLogs(p *pflag.FlagSet) {
	p.StringVar(&f.CSV, "csv", "", "write a line to `FILE` as each epoch ends")
	p.StringVar(&f.TensorBoard, "tensorboard", "", "write events of the run into the folder `DIR`")
}

func (f *flags) csvFile() file { return file{"--csv", f.CSV} }

// checkLogs reports, before hours of training, that a log cannot be written.
func (f *flags) checkLogs() error {
	if f.CSV != "" {
		if err := f.csvFile().check(f.Force); err != nil {
			return err
		}
	}
	if f.TensorBoard != "" {
		return errors.WithMessage(checkFolder(f.TensorBoard), "--tensorboard")
	}
	return nil
}

// logs are what is written while a network is trained.
type logs struct {
	csv   *lateFile           // nil without --csv
	board *tensorboard.Writer // nil without --tensorboard
	dir   string              // of board
}

// openLogs opens what --csv and --tensorboard ask for.
func (f *flags) openLogs() (logs, error) {
	l := logs{dir: f.TensorBoard}
	if f.CSV != "" {
		l.csv = &lateFile{file: f.csvFile(), replace: f.Force}
	}
	if f.TensorBoard == "" {
		return l, nil
	}
	var err error
	l.board, err = tensorboard.New(f.TensorBoard, tensorboard.Config{})
	return l, errors.WithMessage(err, "--tensorboard")
}

// callbacks write the logs.
func (l logs) callbacks() []train.Callback {
	var all []train.Callback
	if l.csv != nil {
		all = append(all, train.NewCSVLog(l.csv))
	}
	if l.board != nil {
		all = append(all, l.board)
	}
	return all
}

// close ends the logs and tells out of those that there are.
func (l logs) close(out io.Writer) error {
	var first error
	if l.csv != nil {
		first = l.csv.close(out)
	}
	if l.board == nil {
		return first
	}
	if err := l.board.Close(); err != nil {
		return firstError(first, errors.WithMessage(err, "--tensorboard"))
	}
	_, err := fmt.Fprintf(out, "Wrote events into %s\n", l.dir)
	return firstError(first, err)
}

// lateFile is a file that is opened when there is something to write: a run that
// comes to nothing replaces nothing.
type lateFile struct {
	file
	replace bool
	f       *os.File // nil before the first Write
}

// Write writes to the file, and opens it first.
func (l *lateFile) Write(p []byte) (int, error) {
	if l.f == nil {
		if err := l.checkFree(l.replace); err != nil { // again, since an epoch takes long
			return 0, err
		}
		f, err := os.Create(l.path)
		if err != nil {
			return 0, errors.Wrap(err, l.flag)
		}
		l.f = f
	}
	n, err := l.f.Write(p)
	return n, errors.Wrap(err, l.flag)
}

// close closes the file, if there is one, and tells out.
func (l *lateFile) close(out io.Writer) error {
	if l.f == nil {
		return nil
	}
	if err := l.f.Close(); err != nil {
		return errors.Wrap(err, l.flag)
	}
	_, err := fmt.Fprintf(out, "Wrote %s\n", l.path)
	return err
}
