//go:build euryale

// These files join gophernotes' package main when install builds the kernel. The Go
// of that module is 1.13.

package main

import (
	"log"
	"strings"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"

	"euryale/notebooks/kernel/session"
)

// request is a message of a front-end.
type request struct {
	msg      zmq4.Msg
	composed ComposedMsg
	arrived  time.Time
}

// requests are those of a socket that can be read, in order. They are taken in as
// they come, so that it is known which came before a cell failed.
type requests struct {
	zmq4.Socket
	queue chan request
}

// sound is a socket without messages that cannot be read, and without those that
// answer does.
func sound(socket zmq4.Socket, key []byte, answer func(ComposedMsg, [][]byte) bool) *requests {
	q := &requests{socket, make(chan request, 1<<16)}
	go func() {
		defer close(q.queue)
		for {
			msg, err := socket.Recv()
			if err != nil {
				log.Println("socket:", err)
				return
			}
			err = session.Guard(func() error {
				composed, identities, err := WireMsgToComposedMsg(msg.Frames, key)
				if err == nil && !answer(composed, identities) {
					q.queue <- request{msg, composed, time.Now()}
				}
				return err
			})
			if err != nil {
				log.Println("a message:", err)
			}
		}
	}()
	return q
}

// Recv waits for ever where the socket is closed: the process is about to end.
func (q *requests) Recv() (zmq4.Msg, error) {
	r, ok := <-q.queue
	if !ok {
		select {}
	}
	arrivals.Store(r.composed.Header.MsgID, r.arrived)
	return r.msg, nil
}

// arrivals are when the requests came that are being handled, by their number.
var arrivals sync.Map

// shellOf is the shell socket.
func shellOf(s SocketGroup) zmq4.Socket {
	return sound(s.ShellSocket.Socket, s.Key, func(ComposedMsg, [][]byte) bool { return false })
}

// control is the control socket without the requests that must not wait for the
// cell that runs: those it answers itself.
func control(s SocketGroup) zmq4.Socket {
	here := s
	here.ShellSocket = s.ControlSocket // which Reply answers on
	return sound(s.ControlSocket.Socket, s.Key, func(m ComposedMsg, identities [][]byte) bool {
		receipt := msgReceipt{m, identities, here}
		switch m.Header.MsgType {
		case "interrupt_request":
			session.Interrupt()
			if err := receipt.Reply("interrupt_reply", map[string]interface{}{"status": "ok"}); err != nil {
				log.Println("interrupt:", err)
			}
			return true
		case "shutdown_request":
			handleShutdownRequest(receipt)
		}
		return false
	})
}

// empty are the answers to what this kernel has nothing to say to: without one,
// front-ends wait.
var empty = map[string]map[string]interface{}{
	"inspect":   {"status": "ok", "found": false, "data": MIMEMap{}, "metadata": MIMEMap{}},
	"history":   {"status": "ok", "history": []string{}},
	"comm_info": {"status": "ok", "comms": MIMEMap{}},
}

// failure is when a cell last failed whose front-end wants those behind it not to
// run.
var failure time.Time

// handle answers a message of the shell. A panic outside a cell, such as in the
// completion of half a word, costs the answer.
func (kernel *Kernel) handle(receipt msgReceipt) {
	err := session.Guard(func() error {
		arrived, _ := arrivals.LoadAndDelete(receipt.Msg.Header.MsgID)
		kind := strings.TrimSuffix(receipt.Msg.Header.MsgType, "_request")
		if answer, ok := empty[kind]; ok {
			return receipt.Reply(kind+"_reply", answer)
		}
		if at, ok := arrived.(time.Time); ok && kind == "execute" && at.Before(failure) {
			return receipt.Reply("execute_reply", map[string]interface{}{"status": "aborted"})
		}
		kernel.handleShellMsg(receipt)
		return nil
	})
	if err != nil {
		log.Printf("%s: %v", receipt.Msg.Header.MsgType, err)
	}
}
