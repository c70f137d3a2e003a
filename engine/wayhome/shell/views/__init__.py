"""What is drawn: pure functions from what the engine gives to what rich prints."""
