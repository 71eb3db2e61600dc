"""What tests are made with: projects, parameters, processes."""
