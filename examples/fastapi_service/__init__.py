"""Wayhome behind HTTP, with FastAPI. Start reading in service.py."""
