"""What a model of arithmetic modulo p computes, in the waves that numbers on a circle have."""
