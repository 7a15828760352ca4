package train

import "euryale/loaders"

// deriving is a source whose samples are those of a Dataset, changed on the way, as
// an augment.Source's are: in the same places, of the same shape and classes. What
// is checked, named and reported of the Dataset holds for it.
type deriving interface{ Dataset() *loaders.Dataset }

// datasetOf is the Dataset that a source is, or is derived from; nil if there is
// none.
func datasetOf(s loaders.Source) *loaders.Dataset {
	switch s := s.(type) {
	case *loaders.Dataset:
		return s
	case deriving:
		return s.Dataset()
	}
	return nil
}
