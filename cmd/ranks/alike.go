package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"euryale/train"
)

// alikeBytes is what a rank tells of how it was started.
const alikeBytes = 2048

// checkAlike reports a rank that was started with another command, other flags or
// another timeout than rank 0. What flags say may be a path of a host's own; of the rest
// training compares what its bits hang on.
func checkAlike(g train.Group, s settings, command string, args []string) error {
	own := make([]byte, alikeBytes)
	copy(own, strings.Join(started(s, command, args), "\n"))
	all, err := g.Allgather(own)
	if err != nil {
		return err
	}
	of := func(rank int) []string {
		b, _, _ := bytes.Cut(all[rank*alikeBytes:][:alikeBytes], []byte{0})
		return strings.Split(string(b), "\n")
	}
	want := of(0)
	for r := 1; r < g.Size(); r++ {
		got := of(r)
		if lacks, has := without(want, got), without(got, want); lacks != nil || has != nil {
			return fmt.Errorf("rank %d: want to be started as rank 0 is%s%s", r, listed(", with ", lacks), listed(", without ", has))
		}
	}
	return nil
}

// started is what of its arguments a rank has in common with the others.
func started(s settings, command string, args []string) []string {
	all := []string{command, "--timeout " + s.mpi.Timeout.String()}
	for _, a := range args {
		if name, _, _ := strings.Cut(a, "="); strings.HasPrefix(name, "-") {
			all = append(all, name)
		}
	}
	return all
}

// without are those of all that others lack.
func without(all, others []string) (rest []string) {
	for _, a := range all {
		if !slices.Contains(others, a) {
			rest = append(rest, a)
		}
	}
	return rest
}

func listed(before string, all []string) string {
	if all == nil {
		return ""
	}
	return before + strings.Join(all, " ")
}
