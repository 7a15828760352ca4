//go:build linux || darwin

package mpi

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// launcherNames are what the names of launchers' processes begin with.
var launcherNames = []string{"mpirun", "mpiexec", "orterun", "orted", "prterun", "prted", "hydra_"}

// process is one above this, as /proc has it.
type process struct {
	pid, parent int
	name        string
}

func processOf(pid int) (p process, ok bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return p, false
	}
	text := string(b)
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return p, false
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 2 {
		return p, false
	}
	parent, err := strconv.Atoi(fields[1])
	return process{pid, parent, text[open+1 : end]}, err == nil
}

// kill is the line of a script that signals the process, if it is still there.
func (p process) kill(signal string) string {
	return fmt.Sprintf("[ \"$(cat /proc/%d/comm)\" = '%s' ] && kill -%s %[1]d\n", p.pid, strings.ReplaceAll(p.name, "'", ""), signal)
}

// launchersAbove are the launcher's processes that this one hangs from.
func launchersAbove() (all []process) {
	pid := os.Getppid()
	for pid > 1 {
		p, ok := processOf(pid)
		if !ok {
			break
		}
		for _, name := range launcherNames {
			if strings.HasPrefix(p.name, name) {
				all = append(all, p)
				break
			}
		}
		pid = p.parent
	}
	return all
}

// underHydra is whether the launcher is MPICH's, Intel's or another of Hydra's kind.
func underHydra() bool { return os.Getenv("MPI_LOCALNRANKS") != "" }

// endLater has a launcher that is still there some seconds after its ranks have ended
// end: one that has lost a host waits for it for ever. Most are interrupted twice, as by
// a user who has had enough. Hydra's proxies take no notice of that, and its mpiexec
// would lose the status, or crash: it is killed, of which the proxies take leave.
func endLater() {
	var first, then strings.Builder
	for _, p := range launchersAbove() {
		switch {
		case !underHydra():
			first.WriteString(p.kill("INT"))
			then.WriteString(p.kill("INT"))
		case !strings.HasPrefix(p.name, "hydra_"):
			then.WriteString(p.kill("KILL"))
		}
	}
	leaveBehind("sleep 5\n" + first.String() + "sleep 2\n" + then.String())
}
