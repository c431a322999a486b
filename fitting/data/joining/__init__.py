"""From single spectra to series: scans summed or watched for drift, regions joined."""
