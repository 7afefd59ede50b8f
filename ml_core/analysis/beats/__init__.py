"""Where beats sound: activation, network, tracking, and how sure that is."""
