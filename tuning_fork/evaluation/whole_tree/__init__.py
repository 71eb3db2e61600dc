"""What is known of all answers to a survey, and what they say of the study's questions."""
