"""What a trained network is worth: scores with intervals, figures, reports."""
