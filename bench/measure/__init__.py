"""What the benchmarks share: CPU time, load, peers, units and the report."""
