package serve

import (
	"context"
	"log"
	"net/http"
	"sync/atomic"

	"github.com/pkg/errors"

	"euryale/graph"
)

// The states of a server, in their order.
const (
	starting int32 = iota
	ready
	stopping
)

// Server is an http.Handler, and what stands behind it. Warm or Serve make it
// ready.
type Server struct {
	config  Config
	details graph.Details
	input   graph.Port   // the first
	outputs []graph.Port // of the network
	layers  []layer      // whose maps are shown

	state   atomic.Int32
	predict *graph.Predictor // these are there once it is ready
	see     *graph.Predictor // with the layers; nil without a page
	shares  []bool           // which outputs are distributions

	memory   budget
	arrivals arrivals
	coming   atomic.Int64 // requests of which the body has not come whole
	metrics  *metrics
	log      *log.Logger
	handler  http.Handler
}

// New makes a server that is not ready yet.
func New(c Config) (*Server, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if n := len(c.Network.Inputs()); n == 0 {
		return nil, errors.New("serve: want a network that New or Compose made, got an empty one")
	}
	s := &Server{
		config: c, details: c.Network.Details(), input: c.Network.Inputs()[0], outputs: c.Network.Outputs(),
		metrics: newMetrics(), log: log.New(c.Log, "", log.LstdFlags),
	}
	s.memory.free.Store(c.Memory)
	if c.Page != nil {
		s.layers = layersOf(c.Network)
	}
	s.handler = s.routes()
	return s, nil
}

// Warm compiles the programs, and makes the server ready.
func (s *Server) Warm() error {
	var err error
	c := graph.PredictorConfig{Batch: s.config.Batch, Queue: max(s.config.MostRequests, 1)}
	if s.predict, err = graph.NewPredictor(s.config.Network, c); err != nil {
		return errors.WithMessage(err, "serve")
	}
	if s.config.Page != nil {
		c.Batch = min(c.Batch, 4)
		for _, l := range s.layers {
			c.Keep = append(c.Keep, l.Name)
		}
		if s.see, err = graph.NewPredictor(s.config.Network, c); err != nil {
			return errors.WithMessage(err, "serve")
		}
	}
	if err := s.probe(); err != nil {
		return errors.WithMessage(err, "serve")
	}
	s.state.CompareAndSwap(starting, ready)
	return nil
}

// probe finds out which outputs are distributions.
func (s *Server) probe() error {
	var zeros [][]float32
	for _, in := range s.config.Network.Inputs() {
		zeros = append(zeros, make([]float32, in.Shape.TotalSize()))
	}
	outputs, err := s.predict.Predict(context.Background(), zeros...)
	if err != nil {
		return err
	}
	s.shares = make([]bool, len(s.outputs))
	for i, o := range outputs {
		s.shares[i] = isDistribution(o)
	}
	return nil
}

// isDistribution says whether values are the shares of classes.
func isDistribution(values []float32) bool {
	sum := 0.0
	for _, v := range values {
		if !(v >= 0) {
			return false
		}
		sum += float64(v)
	}
	return len(values) > 1 && sum > 0.999 && sum < 1.001
}

// Close lets what waits run, and lets go of the programs.
func (s *Server) Close() {
	s.state.Store(stopping)
	s.predict.Close()
	s.see.Close()
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// routes are all paths. What works needs a server that is ready.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.live)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /metrics", s.writeMetrics)
	mux.Handle("POST /predict", s.working(s.predictOne))
	mux.HandleFunc("/predict", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", http.MethodPost)
		s.fail(w, r, statusError{http.StatusMethodNotAllowed, errors.Errorf("want POST, got %s", r.Method)})
	})
	s.protocol(mux)
	if s.config.Page != nil {
		s.page(mux)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, statusError{http.StatusNotFound, errors.New("want POST /predict, or GET /healthz, /readyz, /metrics or /v2, got another path")})
	})
	return s.guarded(mux)
}
