package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/graph"
	"euryale/train"
	"euryale/train/tensorboard"
)

// addLogs declares --csv, --jsonl and --tensorboard.
func (f *flags) addLogs(p *pflag.FlagSet) {
	p.StringVar(&f.CSV, "csv", "", "write a line to `FILE` as each epoch ends")
	p.StringVar(&f.JSONL, "jsonl", "", "write such a line as JSON to `FILE`")
	p.StringVar(&f.TensorBoard, "tensorboard", "", "write events of the run into the folder `DIR`")
}

// lineLog is a file that gets a line as each epoch ends, and what writes it.
type lineLog struct {
	file
	write func(io.Writer) *train.Log
}

// lineLogs are those that the user may ask for.
func (f *flags) lineLogs() []lineLog {
	return []lineLog{{file{"--csv", f.CSV}, train.NewCSVLog}, {file{"--jsonl", f.JSONL}, train.NewJSONLog}}
}

// checkLogs reports, before hours of training, that a log cannot be written.
func (f *flags) checkLogs() error {
	for _, l := range f.lineLogs() {
		if l.path == "" {
			continue
		}
		if err := l.check(f.replaces(l.path)); err != nil {
			return err
		}
		if err := checkTaken(l.path); err != nil {
			return errors.WithMessage(err, l.flag)
		}
	}
	return errors.WithMessage(f.checkBoard(), "--tensorboard")
}

// checkBoard is checkLogs of --tensorboard.
func (f *flags) checkBoard() error {
	if f.TensorBoard == "" {
		return nil
	}
	if err := checkFolder(f.TensorBoard); err != nil {
		return err
	}
	if err := checkTaken(f.TensorBoard); err != nil {
		return err
	}
	return checkEvents(f.TensorBoard, f.replaces(f.TensorBoard))
}

// logs are what is written while a network is trained.
type logs struct {
	files     []*lateFile
	board     *tensorboard.Writer // nil without --tensorboard
	folder    *boardFolder        // of board
	callbacks []train.Callback    // that write them
}

// openLogs opens what the flags ask for.
func (f *flags) openLogs(ctx context.Context, net *graph.Network, d *data) (logs, error) {
	var l logs
	if !f.writes() {
		return l, nil
	}
	for _, line := range f.lineLogs() {
		if line.path != "" {
			file := &lateFile{file: line.file, replace: f.replaces(line.path)}
			l.files = append(l.files, file)
			l.callbacks = append(l.callbacks, line.write(file))
		}
	}
	if f.TensorBoard == "" {
		return l, nil
	}
	folder, err := openFolder(f.TensorBoard, f.Force, f.mine.has(f.TensorBoard))
	if err != nil {
		return l, errors.WithMessage(err, "--tensorboard")
	}
	if l.board, err = tensorboard.New(f.TensorBoard, tensorboard.Config{Pictures: f.boardPictures(ctx, net, d)}); err != nil {
		folder.dir.Close()
		return l, errors.WithMessage(err, "--tensorboard")
	}
	l.folder = folder
	l.callbacks = append(l.callbacks, l.board, folder)
	return l, nil
}

// close ends the logs and tells out of those that there are.
func (l logs) close(out io.Writer) error {
	var first error
	for _, file := range l.files {
		first = firstError(first, file.close(out))
	}
	if l.board == nil {
		return first
	}
	defer l.folder.dir.Close()
	if err := l.board.Close(); err != nil {
		return firstError(first, errors.WithMessage(err, "--tensorboard"))
	}
	_, err := fmt.Fprintf(out, "Wrote events into %s\n", l.folder.dir.Name())
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
		f, err := create(l.path)
		if err != nil {
			return 0, errors.WithMessage(err, l.flag)
		}
		l.f = f
	}
	n, err := l.f.Write(p)
	return n, errors.Wrap(err, l.flag)
}

// create opens an empty file that no other run is writing, since two would mix
// their lines. A pipe or a device is opened as it is.
func create(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return f, nil
	}
	if err = lock(f); err == nil {
		err = errors.WithStack(f.Truncate(0))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
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
