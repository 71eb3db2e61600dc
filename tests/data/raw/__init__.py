"""What download finds: archives, folders of images, and a server that answers as Kaggle does."""
