"""Pure dates: zones, working days, spans, and due dates that explain themselves."""
