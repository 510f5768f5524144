"""Evidence packages: the papers of campaigns in one ZIP, each with its source and checksum."""
