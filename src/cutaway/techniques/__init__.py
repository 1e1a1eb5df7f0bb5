"""The field's methods, one public function per file, in families."""
