"""From an edit to the sound card: player, timelines, device, click track."""
