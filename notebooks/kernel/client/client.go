// Package client talks to a Jupyter kernel as a notebook does:
//
//	k, err := client.Start(ctx, argv)
//	defer k.Close()
//	r, err := k.Run(ctx, `fmt.Println("hello")`)
//
// Messages are those of the Jupyter protocol, version 5:
// https://jupyter-client.readthedocs.io/en/stable/messaging.html
package client

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
)

// Kernel is a kernel that runs.
type Kernel struct {
	process *exec.Cmd
	gone    chan struct{} // closed when the process has ended
	said    bytes.Buffer
	dir     string
	key     []byte
	session string

	shell, control, iopub zmq4.Socket
	ready                 bool // they are connected
	published             chan message
	printed               atomic.Pointer[func(string)]
}

// Result is what came of a cell.
type Result struct {
	Stdout, Stderr string
	Displays       []string       // what was shown as text on its own, as it ended
	Data           map[string]any // of its value, by MIME type; nil if it has none
	Err            string         // "" if it ended well

	displays map[string]int // the place of each by its id
}

type connection struct {
	SignatureScheme string `json:"signature_scheme"`
	Transport       string `json:"transport"`
	IP              string `json:"ip"`
	Shell           int    `json:"shell_port"`
	Control         int    `json:"control_port"`
	Stdin           int    `json:"stdin_port"`
	IOPub           int    `json:"iopub_port"`
	Heartbeat       int    `json:"hb_port"`
	Key             string `json:"key"`
}

type header struct {
	ID      string `json:"msg_id"`
	User    string `json:"username"`
	Session string `json:"session"`
	Type    string `json:"msg_type"`
	Version string `json:"version"`
	Date    string `json:"date"`
}

type message struct {
	Header, Parent header
	Content        map[string]any
}

// Start starts the program of a kernelspec's argv, in which {connection_file}
// stands for the file that tells it where to listen, and waits until it answers.
func Start(ctx context.Context, argv []string) (*Kernel, error) {
	dir, err := os.MkdirTemp("", "kernel-")
	if err != nil {
		return nil, err
	}
	k := &Kernel{dir: dir, gone: make(chan struct{}), session: random(), published: make(chan message, 1024)}
	c, err := k.connection()
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "connection.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	args := make([]string, len(argv))
	for i, a := range argv {
		args[i] = strings.ReplaceAll(a, "{connection_file}", file)
	}
	k.process = exec.Command(args[0], args[1:]...)
	k.process.Dir = dir
	k.process.Stdout, k.process.Stderr = &k.said, &k.said
	if err := k.process.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	go func() {
		_ = k.process.Wait() // how it ended, what it said tells
		close(k.gone)
	}()
	if err := k.dial(ctx, c); err != nil {
		k.Close()
		return nil, err
	}
	go k.listen()
	if err := k.greet(ctx); err != nil {
		k.Close()
		return nil, err
	}
	return k, nil
}

// greet asks for the kernel's name until what it publishes about that arrives:
// before a subscription has reached it, nothing does.
func (k *Kernel) greet(ctx context.Context) error {
	for {
		if _, err := k.ask(ctx, k.shell, "kernel_info_request", map[string]any{}); err != nil {
			return err
		}
		select {
		case <-k.published:
			return nil
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// connection is ports that are free now, and a key.
func (k *Kernel) connection() (connection, error) {
	var ports [5]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return connection{}, err
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	key := random()
	k.key = []byte(key)
	return connection{"hmac-sha256", "tcp", "127.0.0.1", ports[0], ports[1], ports[2], ports[3], ports[4], key}, nil
}

// dial connects to a kernel that may still be starting.
func (k *Kernel) dial(ctx context.Context, c connection) error {
	background := context.Background() // the sockets live as long as k
	k.shell, k.control, k.iopub = zmq4.NewDealer(background), zmq4.NewDealer(background), zmq4.NewSub(background)
	for _, s := range []struct {
		socket zmq4.Socket
		port   int
	}{{k.shell, c.Shell}, {k.control, c.Control}, {k.iopub, c.IOPub}} {
		for {
			conn, err := net.DialTimeout("tcp", fmt.Sprintf("%s:%d", c.IP, s.port), time.Second)
			if err == nil {
				conn.Close()
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("the kernel does not listen: %w", ctx.Err())
			case <-k.gone:
				return k.ended()
			case <-time.After(20 * time.Millisecond):
			}
		}
		if err := s.socket.Dial(fmt.Sprintf("tcp://%s:%d", c.IP, s.port)); err != nil {
			return err
		}
	}
	k.ready = true
	return k.iopub.SetOption(zmq4.OptionSubscribe, "")
}

// ended is the error of a kernel that is gone.
func (k *Kernel) ended() error {
	return fmt.Errorf("the kernel ended: %v\n%s", k.process.ProcessState, strings.TrimSpace(k.said.String()))
}

// listen passes on what the kernel publishes.
func (k *Kernel) listen() {
	for {
		m, err := k.receive(k.iopub)
		if err != nil {
			return
		}
		if text, ok := m.Content["text"].(string); ok {
			if f := k.printed.Load(); f != nil {
				(*f)(text)
			}
		}
		k.published <- m
	}
}

// OnPrint has f called with what cells print, as it comes; nil ends that.
func (k *Kernel) OnPrint(f func(text string)) {
	if f == nil {
		k.printed.Store(nil)
		return
	}
	k.printed.Store(&f)
}

// Run runs a cell to its end.
func (k *Kernel) Run(ctx context.Context, code string) (*Result, error) {
	reply, err := k.ask(ctx, k.shell, "execute_request", executeRequest(code))
	if err != nil {
		return nil, err
	}
	if reply.Content["status"] == "aborted" {
		return nil, errors.New("aborted, since a cell before it failed")
	}
	r := &Result{displays: map[string]int{}}
	if reply.Content["status"] == "error" {
		r.Err, _ = reply.Content["evalue"].(string)
	}
	for {
		select {
		case m := <-k.published:
			if m.Parent.ID != reply.Parent.ID {
				continue
			}
			if m.Header.Type == "status" && m.Content["execution_state"] == "idle" {
				return r, nil
			}
			r.add(m)
		case <-ctx.Done():
			return r, ctx.Err()
		case <-k.gone:
			return r, k.ended()
		}
	}
}

func executeRequest(code string) map[string]any {
	return map[string]any{
		"code": code, "silent": false, "store_history": true, "stop_on_error": true,
		"user_expressions": map[string]any{}, "allow_stdin": false,
	}
}

// add adds what a cell published.
func (r *Result) add(m message) {
	switch m.Header.Type {
	case "stream":
		text, _ := m.Content["text"].(string)
		if m.Content["name"] == "stderr" {
			r.Stderr += text
		} else {
			r.Stdout += text
		}
	case "execute_result":
		r.Data, _ = m.Content["data"].(map[string]any)
	case "display_data", "update_display_data":
		data, _ := m.Content["data"].(map[string]any)
		transient, _ := m.Content["transient"].(map[string]any)
		text, _ := data["text/plain"].(string)
		id, _ := transient["display_id"].(string)
		at, known := r.displays[id]
		if !known {
			at = len(r.Displays)
			r.displays[id] = at
			r.Displays = append(r.Displays, "")
		}
		r.Displays[at] = text
	}
}

// Queue sends a cell, and does not wait for it.
func (k *Kernel) Queue(code string) error {
	return k.send(k.shell, k.header("execute_request"), executeRequest(code))
}

// Garbage sends frames that are no message to the shell.
func (k *Kernel) Garbage(frames ...[]byte) error {
	return k.shell.SendMulti(zmq4.NewMsgFrom(frames...))
}

// Interrupt interrupts the cell that runs.
func (k *Kernel) Interrupt(ctx context.Context) error {
	_, err := k.ask(ctx, k.control, "interrupt_request", map[string]any{})
	return err
}

// Signal sends the kernel's process a signal.
func (k *Kernel) Signal(s os.Signal) error { return k.process.Process.Signal(s) }

// Close ends the kernel.
func (k *Kernel) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if k.ready {
		_, _ = k.ask(ctx, k.control, "shutdown_request", map[string]any{"restart": false}) // or it is killed
	}
	select {
	case <-k.gone:
	case <-ctx.Done():
		_ = k.process.Process.Kill() // it may have ended since
		<-k.gone
	}
	for _, s := range []zmq4.Socket{k.shell, k.control, k.iopub} {
		if s != nil {
			s.Close()
		}
	}
	os.RemoveAll(k.dir)
}

// ask sends a request and waits for its reply.
func (k *Kernel) ask(ctx context.Context, s zmq4.Socket, kind string, content map[string]any) (message, error) {
	h := k.header(kind)
	if err := k.send(s, h, content); err != nil {
		return message{}, err
	}
	type answer struct {
		message
		err error
	}
	got := make(chan answer, 1)
	go func() {
		for {
			m, err := k.receive(s)
			if err != nil || m.Parent.ID == h.ID {
				got <- answer{m, err}
				return
			}
		}
	}()
	select {
	case a := <-got:
		return a.message, a.err
	case <-ctx.Done():
		return message{}, fmt.Errorf("the kernel does not answer %s: %w", kind, ctx.Err())
	case <-k.gone:
		return message{}, k.ended()
	}
}

func (k *Kernel) header(kind string) header {
	return header{ID: random(), User: "doctor", Session: k.session, Type: kind, Version: "5.3", Date: time.Now().UTC().Format(time.RFC3339)}
}

func (k *Kernel) send(s zmq4.Socket, h header, content map[string]any) error {
	var parts [4][]byte
	for i, v := range []any{h, map[string]any{}, map[string]any{}, content} {
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		parts[i] = text
	}
	return s.SendMulti(zmq4.NewMsgFrom([]byte("<IDS|MSG>"), k.sign(parts[:]), parts[0], parts[1], parts[2], parts[3]))
}

func (k *Kernel) receive(s zmq4.Socket) (message, error) {
	raw, err := s.Recv()
	if err != nil {
		return message{}, err
	}
	frames := raw.Frames
	for len(frames) > 0 && string(frames[0]) != "<IDS|MSG>" {
		frames = frames[1:]
	}
	if len(frames) < 6 || !hmac.Equal(frames[1], k.sign(frames[2:6])) {
		return message{}, errors.New("the kernel's message is not signed as agreed")
	}
	var m message
	return m, errors.Join(json.Unmarshal(frames[2], &m.Header), json.Unmarshal(frames[3], &m.Parent), json.Unmarshal(frames[5], &m.Content))
}

// sign is the signature of a message's four parts.
func (k *Kernel) sign(parts [][]byte) []byte {
	mac := hmac.New(sha256.New, k.key)
	for _, p := range parts {
		mac.Write(p)
	}
	return []byte(hex.EncodeToString(mac.Sum(nil)))
}

func random() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	return hex.EncodeToString(b[:])
}
