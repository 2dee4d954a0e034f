"""Answering: question, retrieve, read, verify, cite. Stands on index and corpus."""
