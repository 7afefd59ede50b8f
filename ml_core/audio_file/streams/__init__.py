"""The parts that coded sound is made of: frames, packets and chunks, found without decoding."""
