"""Where bars begin, what each is like, and how bars make sections."""
