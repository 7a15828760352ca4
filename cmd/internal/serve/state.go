package serve

import (
	"io"
	"net/http"

	"github.com/pkg/errors"
)

// stateHeader tells, with 503, whether the server begins or ends.
const stateHeader = "X-Server-State"

var stateNames = []string{"starting", "ready", "stopping"}

func (s *Server) live(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "alive\n") }

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	state := s.state.Load()
	w.Header().Set(stateHeader, stateNames[state])
	if state != ready {
		w.Header().Set("Retry-After", "1")
		text(w, http.StatusServiceUnavailable, stateNames[state]+"\n")
		return
	}
	text(w, http.StatusOK, "ready\n")
}

// working are the paths that need programs. What comes while the server is to end
// is answered until it does, and the connection closed.
func (s *Server) working(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		state := s.state.Load()
		w.Header().Set(stateHeader, stateNames[state])
		err := error(statusError{http.StatusServiceUnavailable, errors.New("starting: ask again in a moment")})
		if state != starting {
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

func text(w http.ResponseWriter, status int, words string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, words)
}
