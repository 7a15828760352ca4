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

// keepStatus has the launcher see with which status this process is about to end.
func keepStatus() {
	if underHydra() {
		leaveBehind("")
	}
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
