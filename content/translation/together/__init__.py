"""One decision publishes the languages of a piece at one instant, or none.

Everything that a decision does is one transaction. At a set instant a release (Release) binds the
revisions that were decided upon; the tick carries it out, again in one transaction, and tries it
anew at the next one if that fails. A release whose revisions are no longer what stands to be
published is called off as a whole, for everybody to see; what is left of it never goes out.

All rows of a piece's pages are locked in one order, so that nobody waits for somebody who waits.
"""
