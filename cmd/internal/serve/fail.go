package serve

import (
	"context"
	"encoding/json"
	"net/http"
	"os"

	"github.com/pkg/errors"

	"euryale/graph"
)

// statusError is an error with the status that it is answered with.
type statusError struct {
	status int
	error
}

func (e statusError) Unwrap() error { return e.error }

// badRequest is an error of what was sent.
func badRequest(err error) error {
	if err == nil {
		return nil
	}
	return statusError{http.StatusBadRequest, err}
}

// statusOf is what an error is answered with.
func statusOf(err error) int {
	var with statusError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	case errors.Is(err, graph.ErrBusy), errors.Is(err, graph.ErrClosed), errors.Is(err, errFull),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return http.StatusServiceUnavailable
	case errors.As(err, &with):
		return with.status
	}
	return http.StatusInternalServerError
}

// failure is what is sent of an error.
type failure struct {
	Error   string `json:"error"`
	Status  int    `json:"status"`
	Request string `json:"request"`
}

// fail answers with an error. One from inside is logged, not told.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := failure{err.Error(), statusOf(err), w.Header().Get(requestHeader)}
	switch f.Status {
	case http.StatusInternalServerError:
		s.log.Printf("request %s: %s %s: %v", f.Request, r.Method, r.URL.Path, err)
		f.Error = "something went wrong inside; the log says what, under the request's number"
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusRequestEntityTooLarge, http.StatusRequestTimeout:
		w.Header().Set("Connection", "close")
	}
	writeJSON(w, f.Status, f)
}

// writeJSON answers with JSON, in one line.
func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil { // values that are not finite, which JSON has not
		status = http.StatusInternalServerError
		b, _ = json.Marshal(failure{"the network's output is not finite", status, w.Header().Get(requestHeader)})
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(b, '\n'))
}
