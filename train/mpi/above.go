//go:build linux || darwin

package mpi

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
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

// keepStatus has the launcher see with which status this process is about to end.
func keepStatus() {
	if underHydra() {
		leaveBehind("")
	}
}

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

// leaveBehind starts a shell that outlives this process. It holds none of its files, as
// a launcher waits until a rank's output is closed; but Hydra's pipes for a while: see
// letGo.
func leaveBehind(script string) {
	files := inherited()
	cmd := exec.Command("/bin/sh")
	if underHydra() {
		cmd.ExtraFiles = pipes(files)
		script = letGo(len(cmd.ExtraFiles)) + script
	}
	cmd.Args = append(cmd.Args, "-c", script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	for _, fd := range files {
		if fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
	cmd.Start()
}

// letGo closes n files, the first of which is 3, one after the other. Hydra's proxy asks
// for the status of a rank only when something happens to the output of one, and not any
// more once all is closed; after an interrupt it then takes 0.
func letGo(n int) string {
	var script strings.Builder
	for fd := 3; fd < 3+n; fd++ {
		fmt.Fprintf(&script, "sleep 0.1\nexec %d>&-\n", fd)
	}
	return script.String()
}

// inherited are the files that programs which this one starts would have too.
func inherited() (fds []int) {
	open, _ := os.ReadDir("/dev/fd")
	for _, f := range open {
		fd, err := strconv.Atoi(f.Name())
		if err != nil {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			fds = append(fds, fd)
		}
	}
	return fds
}

// mostPipes is how many files a shell can name by one digit, less those it has.
const mostPipes = 7

// pipes are those to write to, each once: under Hydra's mpiexec a rank has those of its
// output also where that was redirected.
func pipes(fds []int) (files []*os.File) {
	seen := map[[2]uint64]bool{}
	for _, fd := range fds {
		var s unix.Stat_t
		if unix.Fstat(fd, &s) != nil || s.Mode&unix.S_IFMT != unix.S_IFIFO {
			continue
		}
		flags, _ := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		id := [2]uint64{uint64(s.Dev), uint64(s.Ino)}
		if flags&unix.O_ACCMODE == unix.O_RDONLY || seen[id] || len(files) == mostPipes {
			continue
		}
		seen[id] = true
		files = append(files, os.NewFile(uintptr(fd), "pipe"))
	}
	return files
}
