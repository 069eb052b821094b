"""Graph files of other programs: GraphML, GEXF and node-link JSON, in and out, and spreadsheets of nodes and edges."""
