"""Transcribing: a clip becomes a transcript, through faster-whisper."""
