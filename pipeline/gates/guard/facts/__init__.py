"""What several rules read out of templates: who calls whom, what watches what. Facts, and never a judgement."""
