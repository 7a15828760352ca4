package serve

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/pkg/errors"
)

// requestHeader bears a request's number: the sender's, or one made here.
const requestHeader = "X-Request-Id"

// policy lets the page load its own files and show pictures that it is sent.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guarded bounds how much is done at once, and keeps a panic to its request.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		id := requestID(r)
		h.Set(requestHeader, id)
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if s.state.Load() == stopping {
			h.Set("Connection", "close")
		}
		watch := &watched{ResponseWriter: w, stall: s.config.Stall}
		begun := time.Now()
		running := s.metrics.running.Add(1)
		defer s.metrics.running.Add(-1)
		defer func() { s.metrics.count(r, watch.status, time.Since(begun)) }()
		defer s.recovered(watch, r, id)
		defer s.arrivals.add(connectionOf(r)) // for its next request
		if r.ContentLength == 0 {
			s.arrivals.remove(connectionOf(r))
		} else { // also for a body that nobody reads, behind the answer
			s.arrivals.wait(begun.Add(s.config.Body), http.NewResponseController(w).SetReadDeadline)
		}
		if running > int64(s.config.MostRequests) && isWork(r) {
			s.fail(watch, r, errFull)
			return
		}
		next.ServeHTTP(watch, r)
	})
}

// isWork says whether a request is for more than a look at the server itself,
// which is answered even where that is full.
func isWork(r *http.Request) bool { return r.Method == http.MethodPost }

// recovered answers for what has panicked, and logs where.
func (s *Server) recovered(w *watched, r *http.Request, id string) {
	v := recover()
	switch {
	case v == nil:
		return
	case v == http.ErrAbortHandler:
		panic(v)
	}
	stack := debug.Stack()
	s.log.Printf("request %s: %s %s: panic: %v\n%s", id, r.Method, r.URL.Path, v, stack[:min(len(stack), 64<<10)])
	if w.status == 0 {
		s.fail(w, r, statusError{http.StatusInternalServerError, errors.New("panic")})
	}
}

// requestID is the request's own number where that is one, or a new one.
func requestID(r *http.Request) string {
	id := r.Header.Get(requestHeader)
	for _, c := range id {
		if c <= ' ' || c > '~' {
			id = ""
			break
		}
	}
	if id != "" && len(id) <= 128 {
		return id
	}
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// watched sees the status that is answered with, and bounds the time that takes.
type watched struct {
	http.ResponseWriter
	stall  time.Duration // in which the answer is to be taken
	status int
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.stall))
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
