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

Flags, before the name:
`

func main() {
	command.Main(run)
}

const exitUsage = 2

// wait lets rank 0 speak first, whose words end the job.
func wait() {
	if mpi.LaunchedAs() > 0 {
		time.Sleep(mpi.Patience)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, lesson, rest, err := parse(args)
	if err == pflag.ErrHelp {
		if mpi.LaunchedAs() == 0 {
			fmt.Fprint(stdout, help(flagsOf(&settings{})))
		}
		return 0
	}
	if err != nil {
		wait()
		fmt.Fprintf(stderr, "ranks: %v\nRun 'ranks --help' for usage.\n", err)
		return exitUsage
	}
	mpi.ShareCores()
	group, err := mpi.Open(s.mpi)
	if err != nil {
		wait()
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
	if err := checkAlike(group, s, lesson.Name, rest); err != nil {
		fmt.Fprintf(stderr, "ranks: %v\n", err)
		group.Close() // as all ranks do
		group.Exit(exitUsage)
	}
	status := cli.Run(ctx, *lesson, rest, stdout, stderr)
	if status != 0 && ctx.Err() == nil { // the others would wait
		if group.Rank() > 0 {
			group.Abort(fmt.Errorf("%s", strings.TrimSpace(said.String())))
		}
		group.Exit(status)
	}
	end := group.Close
	if ctx.Err() != nil {
		end = group.Leave
	}
	if err := end(); err != nil && status == 0 {
		fmt.Fprintf(os.Stderr, "ranks: %v\n", err)
		status = 1
	}
	group.Exit(status)
	return status
}

// flagsOf are the flags that set s.
func flagsOf(s *settings) *pflag.FlagSet {
	flags := pflag.NewFlagSet("ranks", pflag.ContinueOnError)
	flags.SetInterspersed(false)
	flags.SetOutput(io.Discard)
	flags.DurationVar(&s.mpi.Timeout, "timeout", time.Minute, "end the job when a rank or a link is not heard of for this `LONG`, such as 30s")
	flags.StringVar(&s.mpi.Library, "mpi", "", "the `FILE` of the MPI library (default MPI_LIB, or what is installed)")
	flags.IntVar(&s.verify, "verify", 0, "compare the weights of all ranks every `N` steps; 0 means never")
	return flags
}

func help(flags *pflag.FlagSet) string { return usage + flags.FlagUsages() }

// parse is what the arguments ask for, or pflag.ErrHelp.
func parse(args []string) (s settings, lesson *cli.Lesson, rest []string, err error) {
	flags := flagsOf(&s)
	switch err := flags.Parse(args); {
	case err != nil:
		return s, nil, nil, err
	case s.mpi.Timeout <= 0:
		return s, nil, nil, fmt.Errorf("--timeout: want more than 0, got %v", s.mpi.Timeout)
	case s.verify < 0:
		return s, nil, nil, fmt.Errorf("--verify: want 0 or more, got %d", s.verify)
	case flags.NArg() == 0:
		return s, nil, nil, fmt.Errorf("want digits, fashion or images, got no name")
	}
	for _, l := range lessons {
		if l := l(); l.Name == flags.Arg(0) {
			return s, &l, flags.Args()[1:], nil
		}
	}
	return s, nil, nil, fmt.Errorf("want digits, fashion or images, got %q", flags.Arg(0))
}
