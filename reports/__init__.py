"""The reader: figures, tables and HTML, made from run directories only."""
