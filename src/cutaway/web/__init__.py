"""The site: reads the store and the records, draws pages, and takes what people add. Never loads torch."""
