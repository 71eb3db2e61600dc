"""What is known of all answers of the decision tree, and what they say of the study's questions."""
