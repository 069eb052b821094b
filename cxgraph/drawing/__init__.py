"""Pictures of an analysis: the champagne tower, charts and the interactive view. Knows results, not files."""
