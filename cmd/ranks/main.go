// Ranks trains as digits, fashion and images do, on the ranks that an MPI launcher
// starts, with the same bits as one:
//
//	go build ./cmd/ranks
//	mpirun --bind-to none -n 2 ./ranks digits --epochs 3
//	./ranks --help
//
// Alone it is one rank.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"euryale/cmd/internal/cli"
	"euryale/cmd/internal/command"
	"euryale/train/mpi"
)

// settings are what ranks takes before the name of a command.
type settings struct {
	mpi    mpi.Config
	verify int
}

// lessons are the commands.
var lessons = []func() cli.Lesson{cli.Digits, cli.Fashion, cli.Images}

const usage = `Train on the ranks that an MPI launcher starts, 1, 2, 4 or 8, with the same bits
as one. Rank 0 prints and writes.

Usage:
  mpirun --bind-to none -n 2 ranks [flags] digits|fashion|images [their flags]

Flags:
`

func main() {
	command.Main(run)
}

const exitUsage = 2

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, lesson, rest, status := parse(args, stdout, stderr)
	if lesson == nil {
		return status
	}
	mpi.ShareCores()
	group, err := mpi.Open(s.mpi)
	if err != nil {
		fmt.Fprintf(stderr, "ranks: %v\n", err)
		return 1
	}
	defer func() {
		if r := recover(); r != nil {
			group.Abort(fmt.Errorf("panic: %v", r))
		}
	}()
	lesson.Group, lesson.Verify = group, s.verify
	said := &strings.Builder{}
	if group.Rank() > 0 { // rank 0 alone prints
		stdout, stderr = io.Discard, said
	} else if few := mpi.FewCores(); few != "" {
		fmt.Fprintln(stderr, "ranks: "+few)
	}
	status = cli.Run(ctx, *lesson, rest, stdout, stderr)
	if status != 0 && ctx.Err() == nil { // the others would wait
		if group.Rank() > 0 {
			group.Abort(fmt.Errorf("%s", strings.TrimSpace(said.String())))
		}
		group.Exit(status)
	}
	if err := group.Close(); err != nil && status == 0 {
		fmt.Fprintf(os.Stderr, "ranks: %v\n", err)
		status = 1
	}
	group.Exit(status)
	return status
}

// parse is what the arguments ask for; a nil lesson means to end with the status.
func parse(args []string, stdout, stderr io.Writer) (s settings, lesson *cli.Lesson, rest []string, status int) {
	flags := pflag.NewFlagSet("ranks", pflag.ContinueOnError)
	flags.SetInterspersed(false)
	flags.SetOutput(io.Discard)
	flags.DurationVar(&s.mpi.Timeout, "timeout", time.Minute, "end the job when a rank or a link is not heard of for this `LONG`")
	flags.StringVar(&s.mpi.Library, "mpi", "", "the `FILE` of the MPI library (default MPI_LIB, or what is installed)")
	flags.IntVar(&s.verify, "verify", 0, "compare the weights of all ranks every `N` steps; 0 means never")
	err := flags.Parse(args)
	help := usage + flags.FlagUsages()
	switch {
	case err == pflag.ErrHelp:
		fmt.Fprint(stdout, help)
		return s, nil, nil, 0
	case err == nil && (s.mpi.Timeout <= 0 || s.verify < 0):
		err = fmt.Errorf("want a --timeout above 0 and a --verify of 0 or more, got %v and %d", s.mpi.Timeout, s.verify)
	case err == nil && flags.NArg() == 0:
		err = fmt.Errorf("want digits, fashion or images, got no name")
	}
	if err == nil {
		for _, l := range lessons {
			if l := l(); l.Name == flags.Arg(0) {
				return s, &l, flags.Args()[1:], 0
			}
		}
		err = fmt.Errorf("want digits, fashion or images, got %q", flags.Arg(0))
	}
	fmt.Fprintf(stderr, "ranks: %v\nRun 'ranks --help' for usage.\n", err)
	return s, nil, nil, exitUsage
}
