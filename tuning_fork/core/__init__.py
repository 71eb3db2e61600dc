"""What everything rests on: errors, whole files, zips, parallel work, this machine."""
