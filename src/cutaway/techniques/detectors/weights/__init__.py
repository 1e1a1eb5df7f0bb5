"""What the weights alone say of heads: no text, and nobody hears what another head made of one."""
