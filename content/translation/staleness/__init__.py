"""Whether a translated version still says what its original says.

One row a version (VersionRecord) holds the answer, so that listings and public pages compare
nothing. It is reckoned anew when a version or its original is published, and whatever was missed
then (a crash, a receiver that broke) is mended by `keeping.reconcile`, which every tick asks.
"""
