"""ENC: encoding glitches: wrong codecs, invisible and control characters, odd white space."""
