package picture

// examineTIFF looks at the first directory of a TIFF file.
func examineTIFF(file []byte) *facts {
	what := &facts{file: file, orientation: exifOrientation(file)}
	what.profile, _ = tiffTag(file, tagProfile)
	return what
}
