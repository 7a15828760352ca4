// Package serve answers requests for predictions over HTTP.
//
//	s, err := serve.New(serve.Config{Network: net, Picture: serve.Prepared(loaders.Digit)})
//	l, err := net.Listen("tcp", "127.0.0.1:8080")
//	err = s.Serve(ctx, l) // until ctx ends, and all that was asked is answered
//
// POST /predict takes a picture (PNG, JPEG, GIF, WebP, BMP or TIFF) or JSON: an
// array of the first input's shape, or that as {"image": …}. Where the input is an
// image, (C, H, W), an array holds pixels, 0 to 255, which are scaled as the
// network's Details say; otherwise it holds what the network takes. The answer is
//
//	{"class": 7, "name": "7", "probabilities": [0.001, …]}
//
// with "values" instead where the output is no distribution, without a class where
// it is none of classes, and with "outputs", by name, where there are several. An
// error is {"error": …, "status": 400, "request": …}.
//
// GET /healthz says that the process lives, GET /readyz whether it answers: not
// before its programs are compiled, and not once it is to end. GET /metrics are
// figures in the text format of Prometheus,
// https://prometheus.io/docs/instrumenting/exposition_formats. Below /v2 is the
// Open Inference Protocol,
// https://github.com/kserve/open-inference-protocol.
//
// Nothing that is sent makes the process grow beyond Config.Memory and what its
// connections take, or end: bodies, pictures, requests at once and connections are
// bounded, what is too much is refused with 413 or 503, and who sends nothing for a
// while is let go.
package serve
