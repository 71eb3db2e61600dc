"""Where galaxies come from: each module fills a folder with Kaggle's two training files."""
