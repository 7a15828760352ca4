//go:build linux || darwin

package mpi

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// MPI says nothing of a rank that is gone, nor of a link that is cut: a call waits for
// ever. So ranks tell one another, beside MPI, that they are there and how many calls
// they have begun: a datagram a second. One that is there and behind is busy with
// something that the others wait for, as rank 0 is with a checkpoint.

const (
	tokenBytes   = 16
	pulseBytes   = tokenBytes + 4 + 8 // and a rank, and its calls
	hostBytes    = 64
	mostAddrs    = 8
	addressBytes = hostBytes + 2 + mostAddrs*16
)

// pulse is what the ranks tell of themselves.
type pulse struct {
	conn  *net.UDPConn
	token [tokenBytes]byte // tells this job's datagrams from others
	rank  int
	peers []peer // all ranks, by number
}

// peer is another rank, as far as it is heard of.
type peer struct {
	host      string
	addresses []netip.AddrPort
	heard     atomic.Int64 // when, in Unix nanoseconds; 0 means never
	calls     atomic.Int64 // that it had begun then, or leaves
}

// startPulse has all ranks exchange addresses. Where datagrams cannot be sent there is
// none to hear of.
func (g *Group) startPulse() error {
	p := &pulse{rank: g.rank, peers: make([]peer, g.size)}
	p.conn, _ = net.ListenUDP("udp", nil)
	if g.rank == 0 {
		rand.Read(p.token[:])
	}
	if err := g.Broadcast(p.token[:], 0); err != nil {
		return err
	}
	all, err := g.Allgather(p.address())
	if err != nil {
		return err
	}
	for r := range p.peers {
		p.peers[r].host, p.peers[r].addresses = readAddress(all[r*addressBytes:][:addressBytes])
	}
	g.pulse = p
	if p.conn != nil {
		go p.listen()
	}
	p.tell(0)
	return nil
}

// address is the host's name, the port and the addresses of this rank, in addressBytes.
func (p *pulse) address() []byte {
	b := make([]byte, addressBytes)
	host, _ := os.Hostname()
	copy(b[:hostBytes], host)
	if p.conn == nil {
		return b
	}
	port := p.conn.LocalAddr().(*net.UDPAddr).Port
	binary.LittleEndian.PutUint16(b[hostBytes:], uint16(port))
	for i, a := range localAddresses() {
		if i < mostAddrs {
			full := a.As16()
			copy(b[hostBytes+2+16*i:], full[:])
		}
	}
	return b
}

func readAddress(b []byte) (host string, addresses []netip.AddrPort) {
	host = strings.TrimRight(string(b[:hostBytes]), "\x00")
	port := binary.LittleEndian.Uint16(b[hostBytes:])
	for i := range mostAddrs {
		a := netip.AddrFrom16([16]byte(b[hostBytes+2+16*i:])).Unmap()
		if port != 0 && !a.IsUnspecified() {
			addresses = append(addresses, netip.AddrPortFrom(a, port))
		}
	}
	return host, addresses
}

// localAddresses are those at which other hosts may find this one, or those of the
// loopback where there are no others.
func localAddresses() []netip.Addr {
	var all, loopback []netip.Addr
	found, _ := net.InterfaceAddrs()
	for _, f := range found {
		prefix, err := netip.ParsePrefix(f.String())
		switch a := prefix.Addr(); {
		case err != nil || a.IsLinkLocalUnicast():
		case a.IsLoopback():
			loopback = append(loopback, a)
		default:
			all = append(all, a)
		}
	}
	if all == nil {
		return loopback
	}
	return all
}

// tell tells the others how many calls this rank has begun.
func (p *pulse) tell(calls int64) {
	if p.conn == nil {
		return
	}
	b := append(make([]byte, 0, pulseBytes), p.token[:]...)
	b = binary.LittleEndian.AppendUint32(b, uint32(p.rank))
	b = binary.LittleEndian.AppendUint64(b, uint64(calls))
	for r := range p.peers {
		if r != p.rank {
			for _, to := range p.peers[r].addresses {
				p.conn.WriteToUDPAddrPort(b, to) // one that is lost is one of many
			}
		}
	}
}

// listen hears the others until the connection is closed.
func (p *pulse) listen() {
	b := make([]byte, pulseBytes+1)
	for {
		n, _, err := p.conn.ReadFromUDPAddrPort(b)
		if n == 0 && err != nil {
			return
		}
		if n != pulseBytes || [tokenBytes]byte(b) != p.token {
			continue
		}
		if r := binary.LittleEndian.Uint32(b[tokenBytes:]); int64(r) < int64(len(p.peers)) {
			p.peers[r].calls.Store(int64(binary.LittleEndian.Uint64(b[tokenBytes+4:])))
			p.peers[r].heard.Store(time.Now().UnixNano())
		}
	}
}

// leaves stands for the number of calls of a rank that makes no more.
const leaves = -1

// leaver is a rank that makes no more calls.
func (p *pulse) leaver() (rank int, ok bool) {
	for r := range p.peers {
		if r != p.rank && p.peers[r].calls.Load() == leaves {
			return r, true
		}
	}
	return 0, false
}

// allLeave says whether no other rank makes more calls.
func (p *pulse) allLeave() bool {
	for r := range p.peers {
		if r != p.rank && p.peers[r].calls.Load() != leaves {
			return false
		}
	}
	return true
}

func (p *pulse) close() {
	if p.conn != nil {
		p.conn.Close()
	}
}

// renew takes all that were heard of for heard of now: this process has slept itself.
func (p *pulse) renew(now time.Time) {
	for r := range p.peers {
		if p.peers[r].heard.Load() != 0 {
			p.peers[r].heard.Store(now.UnixNano())
		}
	}
}

// lost says why the call that began at a time, as the calls-th, waits in vain; "" if it
// may yet end.
func (p *pulse) lost(calls int64, begun, now time.Time, timeout time.Duration) string {
	if now.Sub(begun) < timeout {
		return ""
	}
	var silent []string
	behind := false
	for r := range p.peers {
		if r == p.rank {
			continue
		}
		at := p.peers[r].heard.Load()
		heard := time.Unix(0, at)
		switch {
		case at == 0:
			silent = append(silent, fmt.Sprintf("rank %d on %s was never heard of beside MPI", r, p.peers[r].host))
		case now.Sub(heard) >= timeout:
			silent = append(silent, fmt.Sprintf("rank %d on %s was last heard of at %s, %v before", r, p.peers[r].host, heard.Format(time.TimeOnly), now.Sub(heard).Round(time.Second)))
		case p.peers[r].calls.Load() < calls:
			behind = true
		}
	}
	waited := fmt.Sprintf("rank %d has waited %v for the others", p.rank, now.Sub(begun).Round(time.Second))
	switch {
	case silent != nil:
		return waited + ": " + strings.Join(silent, "; ")
	case behind:
		return ""
	}
	return waited + ", which wait as well: MPI's link is lost, or ranks have come to other places"
}
