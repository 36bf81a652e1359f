"""Files to canonical text: one module for each format, each knowing only `base`, `opening` knowing them all."""
