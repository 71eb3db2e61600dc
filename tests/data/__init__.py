"""What tests are made of: galaxies, archives, trainings of seconds, and a Kaggle on this computer."""
