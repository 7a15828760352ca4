//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"euryale/internal/mpitest"
)

// hosts are two network namespaces with a link between them, which launchers take for
// two hosts.
type hosts struct {
	names [2]string
	agent string // stands in for ssh
}

var addresses = [2]string{"10.77.0.1", "10.77.0.2"}

// device is each host's end of the link.
const device = "ranks0"

// newHosts makes two hosts, until the test ends.
func newHosts(t *testing.T) *hosts {
	t.Helper()
	needBinary(t)
	h := &hosts{agent: filepath.Join(t.TempDir(), "agent.sh")}
	for i := range h.names {
		h.names[i] = fmt.Sprintf("ranks%d-%d", i+1, os.Getpid())
	}
	t.Cleanup(h.remove)
	for i, name := range h.names {
		if out, err := exec.Command("ip", "netns", "add", name).CombinedOutput(); err != nil {
			t.Skipf("no network namespaces here: %v %s", err, out)
		}
		if i == 1 {
			h.ip(t, "link", "add", device, "netns", h.names[0], "type", "veth", "peer", "name", device, "netns", h.names[1])
		}
	}
	for i, name := range h.names {
		h.ip(t, "-n", name, "addr", "add", addresses[i]+"/24", "dev", device)
		h.ip(t, "-n", name, "link", "set", "lo", "up")
		h.ip(t, "-n", name, "link", "set", device, "up")
	}
	for _, name := range h.names {
		h.awaitLink(t, name)
	}
	script := fmt.Sprintf(`#!/bin/bash
[ "$1" = -x ] && shift
case $1 in %s) ns=%s ;; *) ns=%s ;; esac
shift
exec ip netns exec $ns unshare --uts bash -c "hostname $ns; $*"
`, addresses[0], h.names[0], h.names[1])
	if err := os.WriteFile(h.agent, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return h
}

// awaitLink waits until a host's end of the link carries, which takes it a moment.
func (h *hosts) awaitLink(t *testing.T, name string) {
	t.Helper()
	for range 100 {
		out, _ := exec.Command("ip", "-n", name, "-o", "link", "show", device).Output()
		if strings.Contains(string(out), "state UP") {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("want %s of %s up, got it down", device, name)
}

// received is how many bytes the first host has received by the link.
func (h *hosts) received(t *testing.T) int {
	t.Helper()
	out, err := exec.Command("ip", "netns", "exec", h.names[0], "cat", "/sys/class/net/"+device+"/statistics/rx_bytes").Output()
	n, e := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || e != nil {
		t.Fatalf("bytes received by %s: %v, %v", device, err, e)
	}
	return n
}

func (h *hosts) ip(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// remove ends what is left on the hosts.
func (h *hosts) remove() {
	for _, name := range h.names {
		pids, _ := exec.Command("ip", "netns", "pids", name).Output()
		for _, pid := range strings.Fields(string(pids)) {
			exec.Command("kill", "-9", pid).Run()
		}
		exec.Command("ip", "netns", "del", name).Run()
	}
}

// launch starts ranks from the first host, half of them on each.
func (h *hosts) launch(t *testing.T, l mpitest.Launcher, n int) []string {
	t.Helper()
	l.Need(t)
	start := []string{"ip", "netns", "exec", h.names[0], "unshare", "--uts", "bash", "-c", `hostname "$0"; exec "$@"`, h.names[0], l.Name}
	const net = "10.77.0.0/24"
	if strings.HasSuffix(l.Name, "openmpi") {
		slots := fmt.Sprintf("%s:%d,%s:%d", addresses[0], n/2, addresses[1], n/2)
		start = append(start, "--host", slots, "--map-by", "node", "--bind-to", "none", "--mca", "plm_rsh_agent", h.agent,
			"--mca", "oob_tcp_if_include", net, "--mca", "btl_tcp_if_include", net, "--mca", "btl", "tcp,self", "--mca", "pml", "ob1")
	} else { // which would find that it is one host
		start = append(start, "-genv", "UCX_TLS", "tcp,self", "-genv", "UCX_NET_DEVICES", device, "-genv", "MPIR_CVAR_NOLOCAL", "1",
			"-launcher", "ssh", "-launcher-exec", h.agent, "-hosts", strings.Join(addresses[:], ","), "-ppn", strconv.Itoa(n/2))
	}
	return append(start, "-n", strconv.Itoa(n))
}

// Two hosts come to the bits of one process.
func TestHosts(t *testing.T) {
	h := newHosts(t)
	want := alone(t)
	mpitest.Each(t, func(t *testing.T, launcher mpitest.Launcher) {
		for _, ranks := range []int{2, 4} {
			before := h.received(t)
			job{launcher: launcher, ranks: ranks, hosts: h}.checkBits(t, want)
			if got := h.received(t) - before; got < 10<<20 {
				t.Errorf("%d ranks: want gradients on the link, got %d bytes", ranks, got)
			}
		}
	})
}

// A link that is cut ends the job on both hosts, and one process goes on.
func TestCutLink(t *testing.T) {
	const epochs = 6
	want := unbroken(t, epochs)
	mpitest.Each(t, func(t *testing.T, launcher mpitest.Launcher) {
		h := newHosts(t)
		var cut time.Time
		folder := filepath.Join(t.TempDir(), "checkpoints")
		args := append([]string{"--timeout", "5s"}, broken(epochs, "--checkpoint", folder)...)
		out, status := job{launcher: launcher, ranks: 2, hosts: h, args: args, during: func(t *testing.T, _ *os.Process) {
			ranksOf(t, 2)
			await(t, filepath.Join(folder, "step-*"))
			h.ip(t, "-n", h.names[0], "link", "set", device, "down")
			cut = time.Now()
		}}.run(t)
		if took := time.Since(cut); took > 45*time.Second || len(running()) > 0 {
			t.Errorf("want an end soon after the timeout of 5s, got it after %v, with %d ranks left", took, len(running()))
		}
		if lost := "was last heard of at"; status == 0 || !strings.Contains(out, lost) || !strings.Contains(out, h.names[1]) {
			t.Errorf("want a status other than 0, %q and %s, got %d\n%s", lost, h.names[1], status, out)
		}
		job{}.checkGoesOn(t, epochs, folder, want)
	})
}
