package serve

import "context"

// Ask is the answer for the bytes of an image of the network's first input,
// (C, H, W), which Warm must have made it ready for.
func (s *Server) Ask(ctx context.Context, pixels []uint8) (*Answer, error) {
	outputs, err := s.predict.Predict(ctx, s.scaled(pixels))
	if err != nil {
		return nil, err
	}
	return s.answer(outputs), nil
}
