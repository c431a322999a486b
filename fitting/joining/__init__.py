"""From files to series: names and axes corrected, scans summed, spectra of one region joined."""
