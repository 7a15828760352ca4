//go:build linux || darwin

package mpi

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
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

// endLater has a launcher that is still there some seconds after its ranks have ended
// interrupted, twice, as by a user who has had enough: one that has lost a host waits
// for it for ever.
func endLater() {
	var script strings.Builder
	for _, seconds := range []int{5, 2} {
		fmt.Fprintf(&script, "sleep %d\n", seconds)
		for _, p := range launchersAbove() {
			fmt.Fprintf(&script, "[ \"$(cat /proc/%d/comm)\" = '%s' ] && kill -INT %[1]d\n", p.pid, strings.ReplaceAll(p.name, "'", ""))
		}
	}
	cmd := exec.Command("/bin/sh", "-c", script.String())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Start() // it outlives this process
}
