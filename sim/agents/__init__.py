"""The people of a run and what they do. They change the chain only through transactions, and read it only as their
node sees it.
"""
